// What became of the records between two moments, exactly: for exporters, which are asked about one batch while others are
// under way. Thread: producer. Callers: export-lanes.ts, threads/attached-lanes.ts.
//
// Where a record lies tells when it is settled: HEAD of its ring has passed it. The counters tell that nothing was lost
// in the meantime, which is the rule; only if something was does the worker have to say whether it was these.

import type { RecordRange } from '../../shared/control.js';
import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import type { Counted } from './stats.js';

/** `pending`: the time was over first. */
export type Settlement = 'delivered' | 'dropped' | 'pending';

/** A lane as its producer sees it: a LaneWriter is one. */
interface MarkedLane extends Counted {
  readonly ring: { readonly tail: number; usedBytes(): number };
  readonly settled: Float64Array;
}

const DROPPED_BY_PRODUCER = [
  ProducerCounter.DroppedQueueFull,
  ProducerCounter.DroppedRecordTooLarge,
  ProducerCounter.DroppedAlreadyShutdown,
  ProducerCounter.DroppedEncodeFailed,
];
/** Not what a collector refused in part: OTLP calls that a success. */
const DROPPED_BY_LANE = [
  LaneCounter.DroppedExportFailed,
  LaneCounter.DroppedEncodeFailed,
  LaneCounter.DroppedShutdownTimeout,
  LaneCounter.DroppedQueueFull,
];

/** What was recorded in one lane between the mark and `end`, which must be in the same turn. */
export class Mark {
  readonly #lane: MarkedLane;
  readonly #from: number;
  readonly #largeFrom: number;
  readonly #droppedByProducer: number;
  readonly #droppedByLane: number;
  #to: number;
  #largeTo: number;
  #droppedAtOnce = 0;

  constructor(lane: MarkedLane) {
    this.#lane = lane;
    this.#from = lane.ring.tail;
    this.#to = this.#from;
    this.#largeFrom = lane.counters[ProducerCounter.LargeSent];
    this.#largeTo = this.#largeFrom;
    this.#droppedByProducer = sum(lane.counters, DROPPED_BY_PRODUCER);
    this.#droppedByLane = sum(lane.settled, DROPPED_BY_LANE);
  }

  end(): void {
    this.#to = this.#lane.ring.tail;
    this.#largeTo = this.#lane.counters[ProducerCounter.LargeSent];
    this.#droppedAtOnce = sum(this.#lane.counters, DROPPED_BY_PRODUCER) - this.#droppedByProducer;
  }

  get range(): RecordRange {
    return { from: this.#from, to: this.#to, largeFrom: this.#largeFrom, largeTo: this.#largeTo };
  }

  /** Nothing was recorded into this lane. */
  get isEmpty(): boolean {
    return this.#to === this.#from && this.#largeTo === this.#largeFrom;
  }

  /** How many never came as far as the lane. */
  get droppedAtOnce(): number {
    return this.#droppedAtOnce;
  }

  /** All records of the range were delivered or dropped, and counted. */
  get isSettled(): boolean {
    const { ring, settled } = this.#lane;
    const head = ring.tail - ring.usedBytes();
    return ((head - this.#to) | 0) >= 0 && settled[LaneCounter.LargeSettled] >= this.#largeTo;
  }

  /** Records of the lane were dropped since the mark: those of the range, or others. */
  get hasLosses(): boolean {
    return sum(this.#lane.settled, DROPPED_BY_LANE) !== this.#droppedByLane;
  }
}

function sum(counters: Float64Array, indexes: readonly number[]): number {
  let total = 0;
  for (const index of indexes) total += counters[index];
  return total;
}
