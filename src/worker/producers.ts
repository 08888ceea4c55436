// The recording threads of a lane: each has two feeds, its ring and its large records. Threads come and go; one that ended
// stays until all it recorded is settled, and is then let go, with its memory. Thread: worker. Caller: pipeline.ts.

import type { LargeSent, ProducerChannel } from '../shared/control.js';
import { ENDED_PRODUCERS_MAX, LARGE_IN_FLIGHT_BYTES_MAX } from '../shared/limits.js';
import { causeOf, type Diagnostics } from './diagnostics.js';
import { type LargeBudget, LargeFeed } from './large-feed.js';
import type { CountedProducer } from './producer.js';
import type { RecordBatch } from './record-batch.js';
import type { RecordFeed } from './record-feed.js';
import { RingFeed } from './ring-feed.js';

export interface ProducersParts {
  /** Of the lane. */
  readonly counters: Float64Array;
  readonly diagnostics: Diagnostics;
  readonly createProducer: (channel: ProducerChannel) => CountedProducer;
  /** Called once for each one that was let go. */
  readonly onRetired: (id: number) => void;
}

interface Entry {
  readonly ring: RingFeed;
  readonly large: LargeFeed;
}

export class Producers {
  /** Of all producers: one array for ever, which others keep. */
  readonly feeds: RecordFeed[] = [];
  readonly #parts: ProducersParts;
  readonly #entries = new Map<number, Entry>();
  readonly #ended = new Set<number>();
  readonly #budget: LargeBudget = { bytesMax: LARGE_IN_FLIGHT_BYTES_MAX, heldBytes: 0 };
  /** Large records of producers that are not known (any more). */
  #strays: LargeFeed | undefined;

  constructor(parts: ProducersParts) {
    this.#parts = parts;
  }

  /** A second time for the same id: nothing. */
  add(channel: ProducerChannel): void {
    if (this.#entries.has(channel.id)) return;
    const { counters, createProducer, diagnostics } = this.#parts;
    try {
      const producer = createProducer(channel);
      const ring = new RingFeed(producer, channel.monotonicOriginMillis, counters, (skippedBytes) =>
        diagnostics.report('error', 'corrupt ring', `${skippedBytes} bytes were given up`),
      );
      const large = new LargeFeed(counters, this.#budget, producer);
      this.#entries.set(channel.id, { ring, large });
      this.feeds.push(large, ring);
    } catch (error) {
      diagnostics.report('error', 'producer refused', causeOf(error));
    }
  }

  /** It records nothing any more. One that is not known was let go before. */
  retire(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#parts.onRetired(id);
      return;
    }
    entry.large.isEnding = true;
    this.#ended.add(id);
    this.sweep();
  }

  /** Lets go of those that ended and have nothing left to settle. */
  sweep(): void {
    for (const id of this.#ended) {
      const { ring, large } = this.#entries.get(id)!;
      if (ring.usedBytes() !== 0 || !large.isEmpty) continue;
      this.#ended.delete(id);
      this.#entries.delete(id);
      this.#removeFeeds(ring, large);
      this.#parts.onRetired(id);
    }
  }

  /** So many have ended that the batch should not wait any longer: it holds records of theirs. */
  wants(batch: RecordBatch): boolean {
    if (this.#ended.size <= ENDED_PRODUCERS_MAX) return false;
    for (const id of this.#ended) {
      const { ring, large } = this.#entries.get(id)!;
      if (batch.firsts.has(ring) || batch.firsts.has(large)) return true;
    }
    return false;
  }

  /** A large record that came for it. */
  receive(id: number, record: ArrayBufferLike): void {
    this.#largeOf(id).receive(record);
  }

  /** Counts the large records that went down with a dead worker of this lane. */
  adoptLarge(sent: readonly LargeSent[]): void {
    for (const { producerId, count, bytes } of sent) this.#entries.get(producerId)?.large.adopt(count, bytes);
  }

  ringOf(id: number): RingFeed | undefined {
    return this.#entries.get(id)?.ring;
  }

  largeOf(id: number): LargeFeed | undefined {
    return this.#entries.get(id)?.large;
  }

  /** Arms all doorbells: at the next record (`deep`), or when half of the free space is used. True: there is work. */
  arm(deep: boolean): boolean {
    let hasWork = this.#strays?.hasUnread ?? false;
    for (const { ring, large } of this.#entries.values()) {
      hasWork = ring.arm(deep) || large.hasUnread || hasWork;
    }
    return hasWork;
  }

  disarm(): void {
    for (const { ring } of this.#entries.values()) ring.producer.ring.disarm();
  }

  /** True: a clock stepped. */
  followClock(monotonicMillis: number, unixMillis: number): boolean {
    let stepped = false;
    for (const { ring } of this.#entries.values()) {
      stepped = ring.followClock(monotonicMillis, unixMillis) || stepped;
    }
    return stepped;
  }

  #largeOf(id: number): LargeFeed {
    const known = this.#entries.get(id)?.large;
    if (known !== undefined) return known;
    if (this.#strays === undefined) {
      this.#strays = new LargeFeed(this.#parts.counters, this.#budget, undefined);
      this.feeds.push(this.#strays);
    }
    return this.#strays;
  }

  #removeFeeds(...gone: readonly RecordFeed[]): void {
    for (const feed of gone) this.feeds.splice(this.feeds.indexOf(feed), 1);
  }
}
