// Exports each span when it ends, one at a time. Thread: the user's. Callers: users through `offloop/sdk`; tracer providers;
// the test kit. Specification: Trace SDK, "Simple processor".
//
// For tests and for the console. A span that ends while the one before is still being exported waits, in a bounded queue.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '../sdk/types.js';
import { ProcessorOptionReader, type SimpleSpanProcessorOptions } from './processor-options.js';
import { type ProcessorStats, SpanQueue } from './queue/span-queue.js';

const SAMPLED = 1;

export class SimpleSpanProcessor implements SpanProcessor {
  readonly #queue: SpanQueue;
  #ending: Promise<void> | undefined;

  constructor(options: SimpleSpanProcessorOptions) {
    const reader = new ProcessorOptionReader('SimpleSpanProcessor', options);
    this.#queue = new SpanQueue({
      owner: 'SimpleSpanProcessor',
      componentType: 'simple_span_processor',
      exporter: reader.exporter(),
      maxQueueSize: reader.maxQueueSize(),
      maxExportBatchSize: 1,
      scheduledDelayMillis: 0,
      exportTimeoutMillis: reader.exportTimeoutMillis(),
      meterProvider: options.selfObsMeterProvider,
      // In OTel JS an export is over a turn after its answer: whoever flushes right after `end()` learns of the failure.
      tellsRecentErrors: true,
    });
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & SAMPLED) !== 0) this.#queue.add(span);
  }

  /** Waits for the exports of all spans that ended before the call, then calls the exporter's `forceFlush`. */
  forceFlush(): Promise<void> {
    return this.#ending ?? this.#queue.flush();
  }

  /** Includes a flush; spans that end later are dropped and counted. */
  shutdown(): Promise<void> {
    if (this.#ending === undefined) {
      this.#queue.close();
      this.#ending = this.#queue.shutdown();
    }
    return this.#ending;
  }

  stats(): ProcessorStats {
    return this.#queue.stats();
  }
}
