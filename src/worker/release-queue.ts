// Gives a feed's records back in order, although batches settle in any order. Thread: worker. Callers: drain.ts
// opens and seals segments, record-batch.ts settles them, the feeds (ring-feed.ts, large-feed.ts) own a queue.
//
// Invariant: a record is counted as delivered or dropped in the step that releases it, never earlier. A successor
// of a dead worker reads again from the released position, so it counts each record exactly once; what it sends
// again is at most what had been sent and not released. (Between the two stores lie nanoseconds: counters first,
// so that whoever sees the space released sees it counted.)

import type { LaneCounter } from '../shared/counters.js';
import { LANE_COUNTER_COUNT } from '../shared/counters.js';

/** The LaneCounter index under which a settled record is counted. */
export type Outcome = (typeof LaneCounter)[
  | 'Delivered'
  | 'DroppedRejected'
  | 'DroppedExportFailed'
  | 'DroppedEncodeFailed'
  | 'DroppedShutdownTimeout'
  | 'DroppedQueueFull'];

/** Neighbouring records of one feed, read in one turn for one batch. */
export class Segment {
  readonly #queue: ReleaseQueue;
  /** Position behind its last record. */
  end = 0;
  /** Set once no more records join. */
  sealed = false;
  #unsettled = 0;
  /** By outcome. */
  readonly counts: number[] = new Array<number>(LANE_COUNTER_COUNT).fill(0);

  constructor(queue: ReleaseQueue) {
    this.#queue = queue;
  }

  /** One more record, which ends at `end`. */
  extend(end: number): void {
    this.end = end;
    this.#unsettled++;
  }

  settle(outcome: Outcome, count: number): void {
    this.counts[outcome] += count;
    this.#unsettled -= count;
    if (this.settled) this.#queue.releaseSettled();
  }

  seal(): void {
    this.sealed = true;
    if (this.settled) this.#queue.releaseSettled();
  }

  get settled(): boolean {
    return this.sealed && this.#unsettled === 0;
  }
}

export class ReleaseQueue {
  readonly #segments: Segment[] = [];
  /** Of the lane, and of the producer. */
  readonly #blocks: readonly Float64Array[];
  readonly #release: (end: number) => void;

  constructor(blocks: readonly Float64Array[], release: (end: number) => void) {
    this.#blocks = blocks;
    this.#release = release;
  }

  /** Segments read and not released. */
  get length(): number {
    return this.#segments.length;
  }

  open(): Segment {
    const segment = new Segment(this);
    this.#segments.push(segment);
    return segment;
  }

  releaseSettled(): void {
    let released = 0;
    for (; released < this.#segments.length; released++) {
      const segment = this.#segments[released];
      if (!segment.settled) break;
      this.#count(segment);
      this.#release(segment.end);
    }
    if (released > 0) this.#segments.splice(0, released);
  }

  #count(segment: Segment): void {
    for (let index = 0; index < segment.counts.length; index++) {
      if (segment.counts[index] === 0) continue;
      for (const counters of this.#blocks) counters[index] += segment.counts[index];
    }
  }
}
