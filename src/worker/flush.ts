// Flush requests, from the control port and from lane words. Thread: worker. Caller: pipeline.ts.
//
// A flush is over when everything recorded before it was settled, whatever producers write meanwhile: its target is
// a snapshot of every feed's end. Requests that come while one is under way join the next target, so there are
// never more than two, and a stream of requests cannot put off its own completion.

import type { LaneWords } from './lane-words.js';
import type { RecordBatch } from './record-batch.js';
import type { RecordFeed } from './record-feed.js';

/** Callers that may wait at one time. */
export const FLUSH_WAITERS_MAX = 1024;

interface FlushTarget {
  positions: Map<RecordFeed, number>;
  readonly waiters: (() => void)[];
  /** The newest lane ticket that it answers. */
  ticket: number | undefined;
}

export class Flushes {
  readonly #words: LaneWords;
  readonly #feeds: readonly RecordFeed[];
  #current: FlushTarget | undefined;
  #next: FlushTarget | undefined;
  #ticketSeen: number;

  constructor(words: LaneWords, feeds: readonly RecordFeed[]) {
    this.#words = words;
    this.#feeds = feeds;
    // Not FLUSH_REQUESTED: a ticket that a dead worker left unanswered is ours.
    this.#ticketSeen = words.flushCompleted;
  }

  get isActive(): boolean {
    return this.#current !== undefined;
  }

  /** True if a thread has asked through the lane words since the last `poll`. */
  get isRequested(): boolean {
    return this.#words.flushRequested !== this.#ticketSeen;
  }

  /** Takes up what was asked through the lane words. The ticket is read before the positions: it covers them. */
  poll(): void {
    const ticket = this.#words.flushRequested;
    if (ticket === this.#ticketSeen) return;
    this.#ticketSeen = ticket;
    this.#join().ticket = ticket;
  }

  /** True if no more callers may wait. */
  get isCrowded(): boolean {
    return (this.#current?.waiters.length ?? 0) + (this.#next?.waiters.length ?? 0) >= FLUSH_WAITERS_MAX;
  }

  request(onCompleted: () => void): void {
    this.#join().waiters.push(onCompleted);
  }

  /** True if the batch holds a record that a flush waits for. */
  wants(batch: RecordBatch): boolean {
    for (const target of [this.#current, this.#next]) {
      if (!target) continue;
      for (const [feed, first] of batch.firsts) {
        const end = target.positions.get(feed);
        if (end !== undefined && feed.isBefore(first, end)) return true;
      }
    }
    return false;
  }

  /** Answers what is settled. */
  complete(): void {
    while (this.#current && this.#isSettled(this.#current)) {
      const { waiters, ticket } = this.#current;
      this.#current = this.#next;
      this.#next = undefined;
      if (ticket !== undefined) this.#words.completeFlush(ticket);
      for (const onCompleted of waiters) onCompleted();
    }
  }

  #join(): FlushTarget {
    const positions = new Map(this.#feeds.map((feed) => [feed, feed.target()]));
    if (!this.#current) {
      this.#current = { positions, waiters: [], ticket: undefined };
      return this.#current;
    }
    this.#next ??= { positions, waiters: [], ticket: undefined };
    this.#next.positions = positions;
    return this.#next;
  }

  #isSettled(target: FlushTarget): boolean {
    for (const [feed, end] of target.positions) {
      if (!feed.hasSettled(end)) return false;
    }
    return true;
  }
}
