// Records of one producer too large for its ring, which came over the control port, as a feed. Thread: worker.
// Callers: pipeline.ts (receive, adopt), producers.ts, drain.ts through RecordFeed.
//
// A position is the number of large records of this producer settled or received before, all workers of the lane counted.
// Invariant: the bytes received and not settled, of all producers of the lane, stay within `bytesMax`; a record above is
// refused, in its turn.

import { LaneCounter, ProducerCounter } from '../shared/counters.js';
import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import { LossLog } from './loss-log.js';
import type { CountedProducer } from './producer.js';
import type { RecordFeed } from './record-feed.js';
import { type Outcome, ReleaseQueue } from './release-queue.js';

/** What all large feeds of a lane share. */
export interface LargeBudget {
  readonly bytesMax: number;
  /** Bytes kept in memory until they are settled. */
  heldBytes: number;
}

interface LargeRecord {
  /** Undefined for a refused record. */
  readonly bytes: Uint8Array | undefined;
  readonly receivedBytes: number;
}

export class LargeFeed implements RecordFeed {
  readonly releases: ReleaseQueue;
  readonly losses = new LossLog();
  position = 0;
  /** The producer sends nothing more: what it counted as sent and did not send is not waited for. */
  isEnding = false;
  readonly #counters: Float64Array;
  readonly #budget: LargeBudget;
  /** Undefined: records of producers that nobody knows. */
  readonly #producer: CountedProducer | undefined;
  /** Of the producer; `#counters` are of the lane, and each written beside these. */
  readonly #own: Float64Array;
  /** Received and not released, in order; the first one has position `#settled`. */
  readonly #records: LargeRecord[] = [];
  #settled: number;
  #read: number;

  constructor(counters: Float64Array, budget: LargeBudget, producer: CountedProducer | undefined) {
    this.#counters = counters;
    this.#budget = budget;
    this.#producer = producer;
    this.#own = producer?.settled ?? new Float64Array(counters.length);
    this.#settled = this.#own[LaneCounter.LargeSettled];
    this.#read = this.#settled;
    this.releases = new ReleaseQueue([counters, this.#own], (end) => this.#release(end));
  }

  /** Records received and not yet read. */
  get hasUnread(): boolean {
    return this.#read < this.#settled + this.#records.length;
  }

  /** Nothing is held that was received. */
  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  receive(record: ArrayBufferLike): void {
    const receivedBytes = record.byteLength;
    const budget = this.#budget;
    const fits = budget.heldBytes + receivedBytes <= budget.bytesMax;
    if (fits) budget.heldBytes += receivedBytes;
    this.#records.push({ bytes: fits ? new Uint8Array(record) : undefined, receivedBytes });
    this.#add(LaneCounter.LargeReceived, 1);
    this.#add(LaneCounter.LargeReceivedBytes, receivedBytes);
  }

  /** Counts the large records that went down with a dead worker; before this one receives any. */
  adopt(sent: number, sentBytes: number): void {
    if (this.#records.length > 0) return;
    this.#countMissing(sent, sentBytes, LaneCounter.DroppedExportFailed);
    this.#read = this.#settled;
  }

  giveUpMissing(): void {
    this.#countMissing(
      this.#counted(ProducerCounter.LargeSent),
      this.#counted(ProducerCounter.LargeSentBytes),
      LaneCounter.DroppedShutdownTimeout,
    );
  }

  get recordBytes(): number {
    return this.#records[this.#read - this.#settled]?.bytes?.length ?? 0;
  }

  next(): boolean {
    this.position = this.#read;
    return this.hasUnread;
  }

  advance(): number {
    this.#read++;
    return this.#read;
  }

  encode(position: number, encoder: SpanBatchEncoder): boolean {
    const { bytes } = this.#records[position - this.#settled];
    if (!this.#producer || !bytes || bytes.length < 8) return false;
    const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
    // The encoder trusts the length word as it does in a ring, where the reader has checked it.
    if (words[0] < 8 || words[0] > bytes.length) return false;
    return encoder.add(this.#producer, words, bytes, 0);
  }

  refusal(position: number): Outcome {
    const { bytes } = this.#records[position - this.#settled];
    return bytes ? LaneCounter.DroppedEncodeFailed : LaneCounter.DroppedQueueFull;
  }

  /** What the producer counted as sent belongs to a flush, even while it is still on its way through the port. */
  target(): number {
    const received = this.#settled + this.#records.length;
    return this.isEnding ? received : Math.max(this.#counted(ProducerCounter.LargeSent), received);
  }

  hasSettled(target: number): boolean {
    return this.#settled >= target || (this.isEnding && this.isEmpty);
  }

  isBefore(position: number, target: number): boolean {
    return position < target;
  }

  /** Half of the bytes that may be held wait for a batch to close. */
  isCrowded(): boolean {
    return this.#budget.heldBytes * 2 > this.#budget.bytesMax;
  }

  #release(end: number): void {
    for (; this.#settled < end; this.#settled++) {
      const record = this.#records.shift()!;
      if (record.bytes) this.#budget.heldBytes -= record.receivedBytes;
      this.#add(LaneCounter.LargeSettledBytes, record.receivedBytes);
      this.#add(LaneCounter.LargeSettled, 1);
    }
  }

  #countMissing(sent: number, sentBytes: number, outcome: Outcome): void {
    const missing = sent - this.#settled - this.#records.length;
    if (missing <= 0) return;
    this.#add(outcome, missing);
    this.losses.add(this.#settled, this.#settled + missing - 1);
    this.#settled += missing;
    this.#add(LaneCounter.LargeSettled, missing);
    this.#raise(LaneCounter.LargeSettledBytes, sentBytes);
    this.#raise(LaneCounter.LargeReceived, sent);
    this.#raise(LaneCounter.LargeReceivedBytes, sentBytes);
  }

  #counted(counter: number): number {
    return this.#producer?.counters[counter] ?? 0;
  }

  #add(counter: number, amount: number): void {
    this.#counters[counter] += amount;
    this.#own[counter] += amount;
  }

  #raise(counter: number, atLeast: number): void {
    this.#add(counter, Math.max(0, atLeast - this.#own[counter]));
  }
}
