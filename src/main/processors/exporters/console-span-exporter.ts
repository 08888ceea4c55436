// Prints spans to the console, for looking at them while developing. Thread: the user's. Callers: users through
// `offloop/sdk`; OTEL_TRACES_EXPORTER=console. Concurrency: any; an export is over when `export` returns.

import type { HrTime } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '../../sdk/types.js';
import { toError } from '../processor-diagnostics.js';
import { EXPORT_FAILED, EXPORT_SUCCESS } from '../queue/export-call.js';

const PRINTED_DEPTH = 3;

export class ConsoleSpanExporter implements SpanExporter {
  #stopped = false;

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#stopped) {
      resultCallback({ code: EXPORT_FAILED, error: new Error('ConsoleSpanExporter was shut down') });
      return;
    }
    let error: Error | undefined;
    for (const span of spans) {
      try {
        // biome-ignore lint/suspicious/noConsole: printing to the console is what this exporter is for
        console.dir(printable(span), { depth: PRINTED_DEPTH });
      } catch (thrown) {
        // An attribute whose inspection throws: the other spans are still printed.
        error ??= toError(thrown);
      }
    }
    resultCallback(error === undefined ? { code: EXPORT_SUCCESS } : { code: EXPORT_FAILED, error });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#stopped = true;
  }
}

/** The fields that OTel JS prints, under its names. */
function printable(span: ReadableSpan): object {
  const { traceId, spanId, traceState } = span.spanContext();
  return {
    resource: { attributes: span.resource.attributes },
    instrumentationScope: span.instrumentationScope,
    traceId,
    parentSpanContext: span.parentSpanContext,
    traceState: traceState?.serialize(),
    name: span.name,
    id: spanId,
    kind: span.kind,
    timestamp: microseconds(span.startTime),
    duration: microseconds(span.duration),
    attributes: span.attributes,
    status: span.status,
    events: span.events,
    links: span.links,
  };
}

function microseconds([seconds, nanos]: HrTime): number {
  return seconds * 1e6 + nanos / 1e3;
}
