// One producer's ring as a feed. Thread: worker. Callers: producers.ts creates, arms and corrects its clock; drain.ts
// reads through RecordFeed.

import { LaneCounter } from '../shared/counters.js';
import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import { LossLog } from './loss-log.js';
import type { CountedProducer } from './producer.js';
import type { RecordFeed } from './record-feed.js';
import { type Outcome, ReleaseQueue } from './release-queue.js';

export class RingFeed implements RecordFeed {
  readonly producer: CountedProducer;
  readonly releases: ReleaseQueue;
  readonly losses = new LossLog();
  position = 0;
  #released: number;
  readonly #monotonicOriginMillis: number;
  readonly #onCorrupt: (skippedBytes: number) => void;

  constructor(
    producer: CountedProducer,
    monotonicOriginMillis: number,
    counters: Float64Array,
    onCorrupt: (skippedBytes: number) => void,
  ) {
    this.producer = producer;
    this.#monotonicOriginMillis = monotonicOriginMillis;
    this.#released = producer.ring.readPosition;
    this.#onCorrupt = onCorrupt;
    this.releases = new ReleaseQueue([counters, producer.settled], (end) => {
      producer.ring.release(end);
      this.#released = end;
    });
  }

  get recordBytes(): number {
    return this.producer.ring.recordBytes;
  }

  next(): boolean {
    const ring = this.producer.ring;
    if (ring.peek() >= 0) {
      this.position = ring.readPosition;
      return true;
    }
    if (ring.corrupt) this.#skipCorrupt();
    return false;
  }

  advance(): number {
    this.producer.ring.advance();
    return this.producer.ring.readPosition;
  }

  encode(position: number, encoder: SpanBatchEncoder): boolean {
    const ring = this.producer.ring;
    return encoder.add(this.producer, ring.words, ring.bytes, position & (ring.capacity - 1));
  }

  refusal(): Outcome {
    return LaneCounter.DroppedEncodeFailed;
  }

  target(): number {
    return this.producer.ring.tail();
  }

  hasSettled(target: number): boolean {
    return ((this.#released - target) | 0) >= 0;
  }

  isBefore(position: number, target: number): boolean {
    return ((position - target) | 0) < 0;
  }

  /**
   * More than half of the ring is in use, and either the open batch is a good part of that, or nothing is in
   * flight whose acknowledgement would free space.
   */
  isCrowded(openFrom: number, inFlight: number): boolean {
    const { ring } = this.producer;
    if (this.usedBytes() * 2 <= ring.capacity) return false;
    return inFlight === 0 || ((ring.readPosition - openFrom) | 0) * 8 >= ring.capacity;
  }

  /** Bytes which the producer cannot use: unread and unreleased. */
  usedBytes(): number {
    return (this.producer.ring.tail() - this.#released) | 0;
  }

  /** Moves the producer's anchor if the wall clock was set or the machine was suspended. */
  followClock(monotonicMillis: number, unixMillis: number): boolean {
    return this.producer.anchor.follow(monotonicMillis - this.#monotonicOriginMillis, unixMillis);
  }

  /**
   * Asks the producer to ring: at the next record (`deep`), or when half of what is still free is used. True if
   * that is so already, and no bell will ring for it.
   */
  arm(deep: boolean): boolean {
    const { ring } = this.producer;
    ring.arm(deep ? 1 : (ring.capacity - this.usedBytes()) / 2);
    return ring.wakeReached();
  }

  /** A broken length leaves no way to find the next record: everything unread is given up. */
  #skipCorrupt(): void {
    const skippedBytes = this.producer.ring.skipToTail();
    const segment = this.releases.open();
    segment.end = this.producer.ring.readPosition;
    segment.seal();
    this.#onCorrupt(skippedBytes);
  }
}
