// Reads records from all feeds into the open batch, up to a count and a time per turn, so that the worker's event
// loop also serves its sockets. Thread: worker. Caller: pipeline.ts.

import { LaneCounter } from '../shared/counters.js';
import type { Batcher } from './batcher.js';
import type { Exporter } from './exporter.js';
import type { RecordFeed } from './record-feed.js';
import type { Scheduler } from './transport/transport.js';

export const TURN_RECORDS_MAX = 4096;
export const TURN_MILLIS_MAX = 4;
/** A clock read costs 40 ns, a transcoded span about 300 ns: look at the clock only now and then. */
const CLOCK_CHECK_RECORDS = 64;

/** Why a turn ended: nothing more to read; the turn was used up; the batch is full and no export slot is free. */
export type DrainEnd = 'empty' | 'budget' | 'blocked';

export class Drain {
  readonly #batcher: Batcher;
  readonly #exporter: Exporter;
  readonly #scheduler: Scheduler;
  readonly #counters: Float64Array;
  /** The feed whose turn comes first: a busy producer does not starve the others. */
  #first = 0;
  #recordsLeft = 0;
  #endMillis = 0;
  /** Records read in the last turn. */
  recordsRead = 0;

  constructor(batcher: Batcher, exporter: Exporter, scheduler: Scheduler, counters: Float64Array) {
    this.#batcher = batcher;
    this.#exporter = exporter;
    this.#scheduler = scheduler;
    this.#counters = counters;
  }

  turn(feeds: readonly RecordFeed[], nowMillis: number): DrainEnd {
    this.#recordsLeft = TURN_RECORDS_MAX;
    this.#endMillis = nowMillis + TURN_MILLIS_MAX;
    this.#first = (this.#first + 1) % Math.max(1, feeds.length);
    let end: DrainEnd = 'empty';
    for (let count = 0; count < feeds.length && end === 'empty'; count++) {
      end = this.#read(feeds[(this.#first + count) % feeds.length], nowMillis);
    }
    this.recordsRead = TURN_RECORDS_MAX - this.#recordsLeft;
    this.#counters[LaneCounter.SpansRead] += this.recordsRead;
    return end;
  }

  /** One feed: as many segments as batches are closed on the way. */
  #read(feed: RecordFeed, nowMillis: number): DrainEnd {
    while (feed.next()) {
      if (this.#batcher.isFull(feed.recordBytes)) {
        if (!this.#exporter.hasSlot) return 'blocked';
        this.#exporter.submit(this.#batcher.take());
      }
      if (this.#turnIsOver()) return 'budget';
      this.#readSegment(feed, nowMillis);
    }
    return 'empty';
  }

  #readSegment(feed: RecordFeed, nowMillis: number): void {
    const segment = feed.releases.open();
    do {
      const position = feed.position;
      const added = this.#batcher.add(feed, segment, nowMillis);
      segment.extend(feed.advance());
      if (!added) {
        feed.losses.add(position, position);
        segment.settle(feed.refusal(position), 1);
      }
      this.#recordsLeft--;
    } while (!this.#turnIsOver() && feed.next() && !this.#batcher.isFull(feed.recordBytes));
    segment.seal();
  }

  #turnIsOver(): boolean {
    if (this.#recordsLeft <= 0) return true;
    return this.#recordsLeft % CLOCK_CHECK_RECORDS === 0 && this.#scheduler.now() >= this.#endMillis;
  }
}
