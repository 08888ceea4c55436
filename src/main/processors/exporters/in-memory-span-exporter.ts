// Keeps exported spans in an array, for tests. Thread: the user's. Callers: users through `offloop/sdk`; the test kit.
// Concurrency: any; an export is over when `export` returns. Not bounded: its owner empties it with `reset`.
//
// The result is given at once, where OTel JS's exporter sets a timer for it: under fake timers a flush ends, and spans of
// a SimpleSpanProcessor are all there as soon as they have ended, though exports do not overlap.

import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '../../sdk/types.js';
import { EXPORT_FAILED, EXPORT_SUCCESS } from '../queue/export-call.js';

export class InMemorySpanExporter implements SpanExporter {
  /** After `shutdown` nothing is stored any more. */
  protected _stopped = false;
  #finishedSpans: ReadableSpan[] = [];

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this._stopped) {
      resultCallback({ code: EXPORT_FAILED, error: new Error('InMemorySpanExporter was shut down') });
      return;
    }
    for (const span of spans) this.#finishedSpans.push(span);
    resultCallback({ code: EXPORT_SUCCESS });
  }

  /** The array itself, which grows until the next `reset`. */
  getFinishedSpans(): ReadableSpan[] {
    return this.#finishedSpans;
  }

  reset(): void {
    this.#finishedSpans = [];
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this._stopped = true;
    this.#finishedSpans = [];
  }
}
