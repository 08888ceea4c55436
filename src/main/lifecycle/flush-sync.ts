// A flush asked for through the lane words: by a thread that blocks until it is done, or one that has no control port to the
// workers. Thread: any. Callers: export-lanes.ts at the end of the process or when the user asks, threads/attached-lanes.ts.
// Nothing here needs an event loop, main's or that of this thread: the request is a word in shared memory and a ring of
// the bell, the answer another word.
//
// A worker that died cannot say so. It is told by its heartbeat: once running, a worker asked for a flush turns
// its pump many times a second, and one that stands still is not waited for.

import { atomicAdd, atomicLoad, atomicWait, atomicWaitAsync } from '../../shared/atomics.js';
import {
  LANE_BEAT_WORD,
  LANE_FLUSH_COMPLETED_WORD,
  LANE_FLUSH_REQUESTED_WORD,
  LANE_LISTENING_WORD,
  LANE_STATE_WORD,
  LaneState,
} from '../../shared/ring/lane-layout.js';
import { Doorbell } from '../record/doorbell.js';
import type { Lane } from './lane.js';

/** How long one sleep is at the most: between two, the heartbeat is looked at. */
const SLICE_MILLIS = 50;
/** A running worker without a heartbeat for so long is dead, or stuck in something worse. */
const BEAT_TIMEOUT_MILLIS = 1000;

type FlushedLane = Pick<Lane, 'memory' | 'words'>;

/** Asks the workers of the lanes to flush; the answer goes to `awaitFlush` or `flushed`. */
export function requestFlush(lanes: readonly FlushedLane[]): readonly number[] {
  return lanes.map((lane) => {
    const ticket = (atomicAdd(lane.words, LANE_FLUSH_REQUESTED_WORD, 1) + 1) | 0;
    new Doorbell(lane.memory).ring();
    return ticket;
  });
}

/** True: everything published before the request was delivered or dropped (and counted). */
export function awaitFlush(
  lanes: readonly FlushedLane[],
  tickets: readonly number[],
  deadline: number,
): boolean {
  let complete = true;
  for (const [i, lane] of lanes.entries()) {
    const watch = new TicketWatch(lane, tickets[i], BEAT_TIMEOUT_MILLIS);
    for (;;) {
      const now = performance.now();
      const completed = watch.completed;
      if (watch.isDone(now, deadline)) break;
      atomicWait(lane.words, LANE_FLUSH_COMPLETED_WORD, completed, Math.min(SLICE_MILLIS, deadline - now));
    }
    if (!watch.isComplete) complete = false;
  }
  return complete;
}

/** The same without blocking. A dead worker may get a successor meanwhile: it is waited for, to the deadline. */
export async function flushed(
  lanes: readonly FlushedLane[],
  tickets: readonly number[],
  deadline: number,
): Promise<boolean> {
  let complete = true;
  for (const [i, lane] of lanes.entries()) {
    const watch = new TicketWatch(lane, tickets[i], Number.POSITIVE_INFINITY);
    for (;;) {
      const completed = watch.completed;
      if (watch.isDone(performance.now(), deadline)) break;
      await changed(lane.words, completed, deadline - performance.now());
    }
    if (!watch.isComplete) complete = false;
  }
  return complete;
}

/** Blocks until the lanes' workers hear the pool's channel; false: not before the deadline. */
export function awaitListening(lanes: readonly FlushedLane[], deadline: number): boolean {
  return lanes.every(({ words }) => {
    for (;;) {
      if (isListening({ words })) return true;
      const leftMillis = deadline - performance.now();
      if (leftMillis <= 0 || atomicLoad(words, LANE_STATE_WORD) === LaneState.Stopped) return false;
      atomicWait(words, LANE_LISTENING_WORD, 0, Math.min(SLICE_MILLIS, leftMillis));
    }
  });
}

export function isListening({ words }: Pick<Lane, 'words'>): boolean {
  return atomicLoad(words, LANE_LISTENING_WORD) === 1;
}

/** One ticket, and signs of life of the worker that is to complete it. */
class TicketWatch {
  readonly #words: Int32Array;
  readonly #ticket: number;
  readonly #beatTimeoutMillis: number;
  #beat: number;
  #beatMillis = performance.now();

  constructor({ words }: Pick<Lane, 'words'>, ticket: number, beatTimeoutMillis: number) {
    this.#words = words;
    this.#ticket = ticket;
    this.#beatTimeoutMillis = beatTimeoutMillis;
    this.#beat = atomicLoad(words, LANE_BEAT_WORD);
  }

  get completed(): number {
    return atomicLoad(this.#words, LANE_FLUSH_COMPLETED_WORD);
  }

  get isComplete(): boolean {
    return ((this.completed - this.#ticket) | 0) >= 0;
  }

  /** Complete, or there is nothing to wait for any more. */
  isDone(now: number, deadline: number): boolean {
    if (this.isComplete) return true;
    const state = atomicLoad(this.#words, LANE_STATE_WORD);
    if (now >= deadline || state === LaneState.Stopped) return true;
    const beat = atomicLoad(this.#words, LANE_BEAT_WORD);
    if (beat !== this.#beat || state === LaneState.Starting) {
      this.#beat = beat;
      this.#beatMillis = now;
    }
    return now - this.#beatMillis > this.#beatTimeoutMillis;
  }
}

/** Resolves when FLUSH_COMPLETED is no longer what it was, or after a slice of the time. Keeps the thread alive meanwhile. */
async function changed(words: Int32Array, completed: number, leftMillis: number): Promise<void> {
  const change = atomicWaitAsync(words, LANE_FLUSH_COMPLETED_WORD, completed);
  if (change === undefined) return;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, Math.max(0, Math.min(SLICE_MILLIS, leftMillis)));
  await Promise.race([change, late.promise]);
  clearTimeout(timer);
}
