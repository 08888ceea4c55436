// Waits on the calling thread, blocking it, until the workers have settled everything that was published. Thread: main,
// at the end of the process or when the user asks. Caller: export-lanes.ts. Nothing here needs main's event loop: the
// request is a word in shared memory and a ring of the bell, the answer another word.
//
// A worker that died cannot say so. It is told by its heartbeat: once running, a worker asked for a flush turns
// its pump many times a second, and one that stands still is not waited for.

import { atomicAdd, atomicLoad, atomicWait } from '../../shared/atomics.js';
import {
  LANE_BEAT_WORD,
  LANE_FLUSH_COMPLETED_WORD,
  LANE_FLUSH_REQUESTED_WORD,
  LANE_STATE_WORD,
  LaneState,
} from '../../shared/ring/lane-layout.js';
import { Doorbell } from '../record/doorbell.js';
import type { Lane } from './lane.js';

/** How long one sleep is at the most: between two, the heartbeat is looked at. */
const SLICE_MILLIS = 50;
/** A running worker without a heartbeat for so long is dead, or stuck in something worse. */
const BEAT_TIMEOUT_MILLIS = 1000;

/** Asks the workers of the lanes to flush; the answer goes to `awaitFlush`. */
export function requestFlush(lanes: readonly Lane[]): readonly number[] {
  return lanes.map((lane) => {
    const ticket = (atomicAdd(lane.words, LANE_FLUSH_REQUESTED_WORD, 1) + 1) | 0;
    new Doorbell(lane.memory).ring();
    return ticket;
  });
}

/** True: everything published before the request was delivered or dropped (and counted). */
export function awaitFlush(lanes: readonly Lane[], tickets: readonly number[], deadline: number): boolean {
  let complete = true;
  for (const [i, lane] of lanes.entries()) {
    if (!waitForTicket(lane, tickets[i], deadline)) complete = false;
  }
  return complete;
}

function waitForTicket(lane: Lane, ticket: number, deadline: number): boolean {
  let beat = atomicLoad(lane.words, LANE_BEAT_WORD);
  let beatMillis = performance.now();
  for (;;) {
    const completed = atomicLoad(lane.words, LANE_FLUSH_COMPLETED_WORD);
    if (((completed - ticket) | 0) >= 0) return true;
    const now = performance.now();
    const state = atomicLoad(lane.words, LANE_STATE_WORD);
    if (now >= deadline || state === LaneState.Stopped) return false;
    const newBeat = atomicLoad(lane.words, LANE_BEAT_WORD);
    if (newBeat !== beat || state === LaneState.Starting) {
      beat = newBeat;
      beatMillis = now;
    } else if (now - beatMillis > BEAT_TIMEOUT_MILLIS) {
      return false;
    }
    atomicWait(lane.words, LANE_FLUSH_COMPLETED_WORD, completed, Math.min(SLICE_MILLIS, deadline - now));
  }
}
