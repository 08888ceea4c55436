// Collects ended spans and exports them in batches, on the user's thread. Thread: the user's. Callers: users through
// `offloop/sdk`; tracer providers. Specification: Trace SDK, "Batching processor".
//
// For exporters that are the user's own. Where the destination is OTLP, start() and OTLPTraceExporter do the work on other threads.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '../sdk/types.js';
import { reportError, toError } from './processor-diagnostics.js';
import { type BatchSpanProcessorOptions, ProcessorOptionReader } from './processor-options.js';
import { handled, type ProcessorStats, SpanQueue } from './queue/span-queue.js';

const SAMPLED = 1;

export class BatchSpanProcessor implements SpanProcessor {
  readonly #queue: SpanQueue;
  #ending: Promise<void> | undefined;

  constructor(options: BatchSpanProcessorOptions) {
    const reader = new ProcessorOptionReader('BatchSpanProcessor', options);
    const exporter = reader.exporter();
    const maxQueueSize = reader.maxQueueSize();
    this.#queue = new SpanQueue({
      owner: 'BatchSpanProcessor',
      componentType: 'batching_span_processor',
      exporter,
      maxQueueSize,
      maxExportBatchSize: reader.maxExportBatchSize(maxQueueSize),
      scheduledDelayMillis: reader.scheduledDelayMillis(),
      exportTimeoutMillis: reader.exportTimeoutMillis(),
      meterProvider: options.selfObsMeterProvider,
    });
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & SAMPLED) !== 0) this.#queue.add(span);
  }

  /**
   * Exports all spans that ended before the call, then calls the exporter's `forceFlush`. Rejects with the first error; one
   * batch's failure does not keep the next ones back.
   */
  forceFlush(): Promise<void> {
    return this.#ending ?? this.#queue.flush();
  }

  /** Includes a flush; spans that end later are dropped and counted. */
  shutdown(): Promise<void> {
    this.#ending ??= handled(this.#shutdown());
    return this.#ending;
  }

  stats(): ProcessorStats {
    return this.#queue.stats();
  }

  /** For subclasses, as in OTel JS: runs once, when the shutdown begins. */
  protected onShutdown(): void {}

  async #shutdown(): Promise<void> {
    this.#queue.close();
    let error: Error | undefined;
    try {
      this.onShutdown();
    } catch (thrown) {
      error = toError(thrown);
      reportError(error);
    }
    await this.#queue.shutdown();
    if (error !== undefined) throw error;
  }
}
