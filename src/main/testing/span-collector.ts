// Keeps the spans of one test: those that are open and those that ended, in the order of their start. Thread: the user's.
// Caller: test-telemetry.ts, as the processor of its provider.
//
// A span that was started before the last reset belongs to an earlier test; when it ends at last, nobody sees it.

import type { Context } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { InMemorySpanExporter } from '../processors/exporters/in-memory-span-exporter.js';
import { SimpleSpanProcessor } from '../processors/simple-span-processor.js';
import { endedElsewhere } from '../sdk/ended-spans.js';
import type { ReadableSpan, Span } from '../sdk/types.js';

export class SpanCollector extends SimpleSpanProcessor {
  readonly #exporter: WatchedExporter;
  readonly #open = new Set<ReadableSpan>();
  #startOrder = new WeakMap<ReadableSpan, number>();
  #started = 0;

  constructor() {
    const exporter = new WatchedExporter();
    // A test may end more spans at once than an application should; they are all wanted.
    super({ exporter, maxQueueSize: 1_000_000 });
    this.#exporter = exporter;
  }

  override onStart(span: Span, parentContext: Context): void {
    super.onStart(span, parentContext);
    this.#startOrder.set(span, this.#started++);
    this.#open.add(span);
  }

  override onEnd(span: ReadableSpan): void {
    // Spans of blocking tasks have begun and ended in another thread.
    const isFromElsewhere = endedElsewhere.has(span);
    if (isFromElsewhere) this.#startOrder.set(span, this.#started++);
    if (this.#open.delete(span) || isFromElsewhere) super.onEnd(span);
  }

  get openSpans(): ReadableSpan[] {
    return [...this.#open];
  }

  /** In the order of their start; with a clock that stands still, times would not tell it. */
  get finishedSpans(): ReadableSpan[] {
    const order = (span: ReadableSpan): number => this.#startOrder.get(span) ?? 0;
    return [...this.#exporter.getFinishedSpans()].sort((a, b) => order(a) - order(b));
  }

  /** `listener` runs after each span that is there; call what is returned to stop it. */
  onFinished(listener: () => void): () => void {
    this.#exporter.listeners.add(listener);
    return () => {
      this.#exporter.listeners.delete(listener);
    };
  }

  reset(): void {
    this.#open.clear();
    this.#startOrder = new WeakMap();
    this.#started = 0;
    this.#exporter.reset();
  }
}

class WatchedExporter extends InMemorySpanExporter {
  readonly listeners = new Set<() => void>();

  override export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    super.export(spans, resultCallback);
    for (const listener of [...this.listeners]) listener();
  }
}
