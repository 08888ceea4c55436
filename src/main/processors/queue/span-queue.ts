// Ended spans that wait for an exporter, and the one export at a time that empties the queue. Thread: the user's.
// Callers: batch-span-processor.ts, simple-span-processor.ts (batches of one).
//
// An export begins when a batch is full, when the delay is over, or when a flush waits; and only when the one before was
// answered. Where the exporter leaves a call open past its time, the next one waits as long again for the answer, and goes
// on then: one answer that is lost must not end the export for good. Invariant: received = exported + failed + dropped + waiting. Nothing is retried.
// With an exporter that answers at once, a span of a full batch is exported before `onEnd` returns, as in OTel JS.

import type { MeterProvider } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '../../sdk/types.js';
import { reportError } from '../processor-diagnostics.js';
import { DropNotice } from './drop-notice.js';
import { callBounded, callExport, setUnrefTimer } from './export-call.js';
import { ProcessorMetrics } from './processor-metrics.js';
import { afterResources } from './resource-wait.js';

/** What became of the sampled spans that a processor was given. */
export interface ProcessorStats {
  readonly received: number;
  readonly exported: number;
  /** Export failed or took too long: the batch is gone, the error went to the global error handler. */
  readonly failed: number;
  readonly dropped: { readonly queue_full: number; readonly already_shutdown: number };
  /** In the queue, or given to the exporter and not yet settled. */
  readonly waiting: number;
}

export interface SpanQueueOptions {
  /** The processor's class, for messages. */
  readonly owner: string;
  readonly componentType: string;
  readonly exporter: SpanExporter;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
  readonly meterProvider: MeterProvider | undefined;
  /** A flush in the same turn as a failed export rejects with its error, though the export is over. */
  readonly tellsRecentErrors?: boolean;
}

interface FlushWaiter {
  /** Settled when so many accepted spans are. */
  readonly target: number;
  readonly resolve: (error: Error | undefined) => void;
  error: Error | undefined;
}

export class SpanQueue {
  readonly #options: SpanQueueOptions;
  readonly #metrics: ProcessorMetrics;
  readonly #dropNotice: DropNotice;
  #spans: ReadableSpan[] = [];
  /** The first that was not taken yet; those before it go when they are as many as the others. */
  #head = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** For the answer to a call that ran out of time. */
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #exporting = false;
  #turning = false;
  #closed = false;
  /** Spans ever taken into the queue; those of them that were exported or failed; up to where a flush wants them. */
  #accepted = 0;
  #settled = 0;
  #flushTarget = 0;
  #waiters: FlushWaiter[] = [];
  #recentError: Error | undefined;
  #exported = 0;
  #droppedQueueFull = 0;
  #droppedAfterShutdown = 0;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
    this.#dropNotice = new DropNotice(options.owner, options.maxQueueSize);
    this.#metrics = new ProcessorMetrics(options.componentType, options.meterProvider);
    this.#metrics.observeQueue(options.meterProvider, options.maxQueueSize, () => this.#length);
  }

  add(span: ReadableSpan): void {
    if (this.#closed) {
      this.#droppedAfterShutdown++;
      this.#metrics.dropped(1, 'already_shutdown');
      return;
    }
    if (this.#length >= this.#options.maxQueueSize) {
      this.#droppedQueueFull++;
      this.#metrics.dropped(1, 'queue_full');
      this.#dropNotice.dropped();
      return;
    }
    this.#dropNotice.accepted();
    this.#accepted++;
    this.#spans.push(span);
    this.#turn();
  }

  /** Takes no more spans. What waits is still exported by a flush. */
  close(): void {
    this.#closed = true;
  }

  /** Exports everything accepted so far, then lets the exporter flush. Rejects with the first error. */
  flush(): Promise<void> {
    return handled(this.#flush());
  }

  /** After `close`: a last flush, then the exporter's shutdown, which nothing before it can prevent. */
  shutdown(): Promise<void> {
    return handled(this.#shutdown());
  }

  stats(): ProcessorStats {
    const dropped = { queue_full: this.#droppedQueueFull, already_shutdown: this.#droppedAfterShutdown };
    return {
      received: this.#accepted + dropped.queue_full + dropped.already_shutdown,
      exported: this.#exported,
      failed: this.#settled - this.#exported,
      dropped,
      waiting: this.#accepted - this.#settled,
    };
  }

  async #flush(): Promise<void> {
    const recent = this.#recentError;
    throwFirst([recent, await this.#exportAccepted(), await this.#flushExporter()]);
  }

  async #shutdown(): Promise<void> {
    const { exporter, exportTimeoutMillis, owner } = this.#options;
    const errors = [await this.#exportAccepted(), await this.#flushExporter()];
    this.#dropNotice.sayRest();
    this.#metrics.stop();
    const error = await callBounded(
      () => exporter.shutdown(),
      exportTimeoutMillis,
      `${owner}: the exporter's shutdown`,
    );
    if (error !== undefined) reportError(error);
    throwFirst([...errors, error]);
  }

  #exportAccepted(): Promise<Error | undefined> {
    const target = this.#accepted;
    if (this.#settled >= target) return Promise.resolve(undefined);
    const settled = new Promise<Error | undefined>((resolve) => {
      this.#waiters.push({ target, resolve, error: undefined });
    });
    this.#flushTarget = target;
    this.#turn();
    return settled;
  }

  async #flushExporter(): Promise<Error | undefined> {
    const { exporter, exportTimeoutMillis, owner } = this.#options;
    if (exporter.forceFlush === undefined) return undefined;
    const error = await callBounded(
      () => exporter.forceFlush?.(),
      exportTimeoutMillis,
      `${owner}: the exporter's forceFlush`,
    );
    if (error !== undefined) reportError(error);
    return error;
  }

  /** A loop, not a recursion: an exporter that answers at once would pile up a frame for each batch. */
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    while (!this.#exporting && this.#isDue()) this.#exportBatch();
    this.#turning = false;
    if ((!this.#exporting || this.#openTimer !== undefined) && this.#length > 0) this.#startTimer();
  }

  #isDue(): boolean {
    const waiting = this.#length;
    return waiting >= this.#options.maxExportBatchSize || (waiting > 0 && this.#settled < this.#flushTarget);
  }

  #exportBatch(): void {
    const { exporter, exportTimeoutMillis, maxExportBatchSize, owner } = this.#options;
    this.#clearTimer();
    this.#exporting = true;
    const spans = this.#takeSpans(maxExportBatchSize);
    const count = spans.length;
    afterResources(spans, exportTimeoutMillis, () => {
      this.#metrics.processed(count);
      let openTimer: ReturnType<typeof setTimeout> | undefined;
      callExport(exporter, spans, exportTimeoutMillis, owner, {
        settled: (error, isOpen) => {
          if (isOpen) {
            openTimer = setUnrefTimer(() => this.#exportNext(openTimer), exportTimeoutMillis);
            this.#openTimer = openTimer;
          } else {
            this.#exporting = false;
          }
          this.#settle(count, error);
        },
        closed: () => this.#exportNext(openTimer),
      });
    });
  }

  /** The call that `openTimer` belongs to is answered, or is not waited for any longer. */
  #exportNext(openTimer: ReturnType<typeof setTimeout> | undefined): void {
    if (openTimer === undefined || openTimer !== this.#openTimer) return;
    clearTimeout(openTimer);
    this.#openTimer = undefined;
    this.#exporting = false;
    this.#turn();
  }

  get #length(): number {
    return this.#spans.length - this.#head;
  }

  #takeSpans(countMax: number): ReadableSpan[] {
    const spans = this.#spans.slice(this.#head, this.#head + countMax);
    this.#head += spans.length;
    if (this.#head * 2 >= this.#spans.length) {
      this.#spans.splice(0, this.#head);
      this.#head = 0;
    }
    return spans;
  }

  #settle(count: number, error: Error | undefined): void {
    this.#settled += count;
    if (error === undefined) this.#exported += count;
    else this.#fail(error);
    const waiters = this.#waiters;
    if (waiters.length > 0) {
      for (const waiter of waiters) waiter.error ??= error;
      this.#waiters = waiters.filter((waiter) => waiter.target > this.#settled);
      for (const waiter of waiters) if (waiter.target <= this.#settled) waiter.resolve(waiter.error);
    }
    this.#turn();
  }

  #fail(error: Error): void {
    reportError(error);
    if (this.#options.tellsRecentErrors !== true || this.#recentError !== undefined) return;
    this.#recentError = error;
    queueMicrotask(() => {
      this.#recentError = undefined;
    });
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setUnrefTimer(() => {
      this.#timer = undefined;
      this.#flushTarget = this.#accepted;
      this.#turn();
    }, this.#options.scheduledDelayMillis);
  }

  #clearTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** A caller who does not wait must not end the process: the error has been reported. Who waits gets it all the same. */
export function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

function throwFirst(errors: readonly (Error | undefined)[]): void {
  const error = errors.find((candidate) => candidate !== undefined);
  if (error !== undefined) throw error;
}
