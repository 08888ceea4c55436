// The open batch: encodes each record at once, and knows when the batch is full or old enough. Thread: worker.
// Callers: drain.ts adds, pipeline.ts and drain.ts take.

import type { BatchConfig } from '../shared/config/resolved-config.js';
import { causeOf, type Diagnostics } from './diagnostics.js';
import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import { RecordBatch } from './record-batch.js';
import type { RecordFeed } from './record-feed.js';
import type { Segment } from './release-queue.js';

export type EncoderFactory = () => SpanBatchEncoder;

export interface ClosedBatch {
  readonly batch: RecordBatch;
  /** Undefined if the encoder failed: the exporter encodes again, in parts. */
  readonly body: Uint8Array | undefined;
}

export class Batcher {
  readonly #limits: BatchConfig;
  readonly #createEncoder: EncoderFactory;
  readonly #diagnostics: Diagnostics;
  #encoder: SpanBatchEncoder;
  #batch = new RecordBatch();
  #openedMillis = 0;
  /** The encoder threw: what it holds cannot be trusted. */
  #broken = false;

  constructor(limits: BatchConfig, createEncoder: EncoderFactory, diagnostics: Diagnostics) {
    this.#limits = limits;
    this.#createEncoder = createEncoder;
    this.#diagnostics = diagnostics;
    this.#encoder = createEncoder();
  }

  get batch(): RecordBatch {
    return this.#batch;
  }

  get isEmpty(): boolean {
    return this.#batch.count === 0;
  }

  /**
   * True if the batch must be closed before a record of `nextBytes` is added. What a record takes in the ring stands
   * for what it will take in the request, which is known only afterwards: bytes overshoot by one record at most.
   */
  isFull(nextBytes: number): boolean {
    if (this.#broken) return true;
    if (this.isEmpty) return false;
    const { maxExportBatchSize, maxExportBatchBytes } = this.#limits;
    return this.#batch.count >= maxExportBatchSize || this.#encoder.bytes + nextBytes > maxExportBatchBytes;
  }

  /** Milliseconds until the open batch is old enough, 0 if it is, Infinity if it is empty. */
  dueInMillis(nowMillis: number): number {
    if (this.isEmpty) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#openedMillis + this.#limits.scheduledDelayMillis - nowMillis);
  }

  /** Adds the feed's current record. False: it cannot be encoded, and is the caller's to count. */
  add(feed: RecordFeed, segment: Segment, nowMillis: number): boolean {
    const position = feed.position;
    if (!this.#encode(feed, position)) return false;
    if (this.isEmpty) this.#openedMillis = nowMillis;
    this.#batch.add(feed, segment, position);
    return true;
  }

  /** Closes the batch and opens the next one. */
  take(): ClosedBatch {
    const batch = this.#batch;
    this.#batch = new RecordBatch();
    return { batch, body: this.#finish() };
  }

  #encode(feed: RecordFeed, position: number): boolean {
    try {
      return feed.encode(position, this.#encoder);
    } catch (error) {
      this.#broken = true;
      this.#diagnostics.report('error', 'encoder', causeOf(error));
      return false;
    }
  }

  #finish(): Uint8Array | undefined {
    try {
      if (!this.#broken) return this.#encoder.finish();
    } catch (error) {
      this.#diagnostics.report('error', 'encoder', causeOf(error));
    }
    this.#encoder = this.#createEncoder();
    this.#broken = false;
    return undefined;
  }
}
