// Main half of the rival `otel-js-worker`: collects ended spans and posts them in batches. As bounded as the SDK's own
// processor: spans that would exceed `maxQueueSize` outstanding ones are dropped.

import type { Worker } from 'node:worker_threads';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { type FromWorker, type PostedSpan, type ToWorker, toPosted } from './posted-span.ts';

const BATCH_SIZE = 512;
const QUEUE_SIZE_MAX = 65_536;
const DELAY_MILLIS = 5000;

export class PostingProcessor implements SpanProcessor {
  delivered = 0;
  readonly #worker: Worker;
  readonly #queueSizeMax: number;
  readonly #batchSize: number;
  #batch: PostedSpan[] = [];
  /** Posted, without a result yet. */
  #outstanding = 0;
  #timer: NodeJS.Timeout | undefined;
  #settled: (() => void)[] = [];

  constructor(worker: Worker, queueSizeMax = QUEUE_SIZE_MAX, batchSize = BATCH_SIZE) {
    this.#worker = worker;
    this.#queueSizeMax = queueSizeMax;
    this.#batchSize = batchSize;
    worker.on('message', (message: FromWorker) => {
      if (message.type !== 'result') return;
      this.#outstanding -= message.count;
      if (message.delivered) this.delivered += message.count;
      if (this.#outstanding === 0) for (const resolve of this.#settled.splice(0)) resolve();
    });
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#outstanding + this.#batch.length >= this.#queueSizeMax) return;
    this.#batch.push(toPosted(span));
    if (this.#batch.length >= this.#batchSize) this.#post();
    else this.#timer ??= setTimeout(() => this.#post(), DELAY_MILLIS).unref();
  }

  forceFlush(): Promise<void> {
    this.#post();
    if (this.#outstanding === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }

  #post(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.length === 0) return;
    this.#outstanding += this.#batch.length;
    this.#worker.postMessage({ spans: this.#batch } satisfies ToWorker);
    this.#batch = [];
  }
}
