// Records too large for a ring, which came over the control port, as a feed. Thread: worker.
// Callers: pipeline.ts (receive, adopt, giveUp), drain.ts through RecordFeed.
//
// A position is the number of large records settled or received before, all workers of the lane counted.
// Invariant: the bytes received and not settled stay within `bytesMax`; a record above is refused, in its turn.

import { LaneCounter, ProducerCounter } from '../shared/counters.js';
import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import { LossLog } from './loss-log.js';
import type { Producer } from './producer.js';
import type { RecordFeed } from './record-feed.js';
import { type Outcome, ReleaseQueue } from './release-queue.js';

interface LargeRecord {
  readonly producer: Producer | undefined;
  /** Undefined for a refused record. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly receivedBytes: number;
}

export class LargeFeed implements RecordFeed {
  readonly releases: ReleaseQueue;
  readonly losses = new LossLog();
  position = 0;
  readonly #counters: Float64Array;
  readonly #bytesMax: number;
  readonly #producerCounters: () => Iterable<Float64Array>;
  /** Received and not released, in order; the first one has position `#settled`. */
  readonly #records: LargeRecord[] = [];
  #settled: number;
  #read: number;
  #heldBytes = 0;

  constructor(counters: Float64Array, bytesMax: number, producerCounters: () => Iterable<Float64Array>) {
    this.#counters = counters;
    this.#bytesMax = bytesMax;
    this.#producerCounters = producerCounters;
    this.#settled = counters[LaneCounter.LargeSettled];
    this.#read = this.#settled;
    this.releases = new ReleaseQueue(counters, (end) => this.#release(end));
  }

  /** Bytes kept in memory until they are settled. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Records received and not yet read. */
  get hasUnread(): boolean {
    return this.#read < this.#settled + this.#records.length;
  }

  receive(producer: Producer | undefined, record: ArrayBuffer): void {
    const receivedBytes = record.byteLength;
    const fits = this.#heldBytes + receivedBytes <= this.#bytesMax;
    if (fits) this.#heldBytes += receivedBytes;
    this.#records.push({ producer, bytes: fits ? new Uint8Array(record) : undefined, receivedBytes });
    this.#counters[LaneCounter.LargeReceived]++;
    this.#counters[LaneCounter.LargeReceivedBytes] += receivedBytes;
  }

  /** Counts the large records that went down with a dead worker; before this one receives any. */
  adopt(sent: number, sentBytes = this.#counters[LaneCounter.LargeReceivedBytes]): void {
    if (this.#records.length > 0) return;
    this.#countMissing(sent, sentBytes, LaneCounter.DroppedExportFailed);
    this.#read = this.#settled;
  }

  /** Counts what was sent and will not be received, at the end of the lane. */
  giveUp(): void {
    const sent = this.#sumOfProducers(ProducerCounter.LargeSent);
    this.#countMissing(
      sent,
      this.#sumOfProducers(ProducerCounter.LargeSentBytes),
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
    const { producer, bytes } = this.#records[position - this.#settled];
    if (!producer || !bytes || bytes.length < 8) return false;
    const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
    // The encoder trusts the length word as it does in a ring, where the reader has checked it.
    if (words[0] < 8 || words[0] > bytes.length) return false;
    return encoder.add(producer, words, bytes, 0);
  }

  refusal(position: number): Outcome {
    const { bytes } = this.#records[position - this.#settled];
    return bytes ? LaneCounter.DroppedEncodeFailed : LaneCounter.DroppedQueueFull;
  }

  /** What producers counted as sent belongs to a flush, even while it is still on its way through the port. */
  target(): number {
    return Math.max(this.#sumOfProducers(ProducerCounter.LargeSent), this.#settled + this.#records.length);
  }

  hasSettled(target: number): boolean {
    return this.#settled >= target;
  }

  isBefore(position: number, target: number): boolean {
    return position < target;
  }

  /** Half of the bytes that may be held wait for a batch to close. */
  isCrowded(): boolean {
    return this.#heldBytes * 2 > this.#bytesMax;
  }

  #release(end: number): void {
    for (; this.#settled < end; this.#settled++) {
      const record = this.#records.shift()!;
      if (record.bytes) this.#heldBytes -= record.receivedBytes;
      this.#counters[LaneCounter.LargeSettledBytes] += record.receivedBytes;
    }
    this.#counters[LaneCounter.LargeSettled] = end;
  }

  #countMissing(sent: number, sentBytes: number, outcome: Outcome): void {
    const missing = sent - this.#settled - this.#records.length;
    if (missing <= 0) return;
    this.#counters[outcome] += missing;
    this.losses.add(this.#settled, this.#settled + missing - 1);
    this.#settled += missing;
    this.#counters[LaneCounter.LargeSettled] += missing;
    this.#counters[LaneCounter.LargeSettledBytes] = Math.max(
      sentBytes,
      this.#counters[LaneCounter.LargeSettledBytes],
    );
    this.#counters[LaneCounter.LargeReceived] = Math.max(sent, this.#counters[LaneCounter.LargeReceived]);
  }

  #sumOfProducers(counter: number): number {
    let sum = 0;
    for (const counters of this.#producerCounters()) sum += counters[counter];
    return sum;
  }
}
