// The records of one export, by reference: their bytes stay in the ring, so a batch can be encoded again when it
// has to be split. Thread: worker. Callers: batcher.ts fills, exporter.ts splits and settles.

import { LaneCounter } from '../shared/counters.js';
import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import type { RecordFeed } from './record-feed.js';
import type { Outcome, Segment } from './release-queue.js';

export class RecordBatch {
  readonly #feeds: RecordFeed[] = [];
  readonly #segments: Segment[] = [];
  readonly #positions: number[] = [];
  /** The first record of each feed. */
  readonly firsts = new Map<RecordFeed, number>();

  get count(): number {
    return this.#positions.length;
  }

  add(feed: RecordFeed, segment: Segment, position: number): void {
    const last = this.#feeds.length - 1;
    if ((last < 0 || this.#feeds[last] !== feed) && !this.firsts.has(feed)) {
      this.firsts.set(feed, position);
    }
    this.#feeds.push(feed);
    this.#segments.push(segment);
    this.#positions.push(position);
  }

  /** The OTLP request, or undefined if a record refused to be encoded: split to find it. */
  encode(encoder: SpanBatchEncoder): Uint8Array | undefined {
    for (let index = 0; index < this.#positions.length; index++) {
      if (!this.#feeds[index].encode(this.#positions[index], encoder)) return undefined;
    }
    return encoder.finish();
  }

  split(): [RecordBatch, RecordBatch] {
    const middle = this.count >> 1;
    return [this.#slice(0, middle), this.#slice(middle, this.count)];
  }

  settle(outcome: Outcome): void {
    if (outcome !== LaneCounter.Delivered) this.#logLosses();
    this.#settleRange(0, this.count, outcome);
  }

  /** The collector took the batch and refused `rejected` of its spans; it does not say which. */
  settleDelivered(rejected: number): void {
    const accepted = this.count - Math.min(this.count, Math.max(0, Math.trunc(rejected) || 0));
    this.#settleRange(0, accepted, LaneCounter.Delivered);
    this.#settleRange(accepted, this.count, LaneCounter.DroppedRejected);
  }

  /** Records of one feed in one batch are neighbours. */
  #logLosses(): void {
    let start = 0;
    for (let index = 1; index <= this.count; index++) {
      if (index < this.count && this.#feeds[index] === this.#feeds[start]) continue;
      this.#feeds[start].losses.add(this.#positions[start], this.#positions[index - 1]);
      start = index;
    }
  }

  #slice(from: number, to: number): RecordBatch {
    const slice = new RecordBatch();
    for (let index = from; index < to; index++) {
      slice.add(this.#feeds[index], this.#segments[index], this.#positions[index]);
    }
    return slice;
  }

  #settleRange(from: number, to: number, outcome: Outcome): void {
    let start = from;
    for (let index = from + 1; index <= to; index++) {
      if (index < to && this.#segments[index] === this.#segments[start]) continue;
      this.#segments[start].settle(outcome, index - start);
      start = index;
    }
  }
}
