// The last account of a lane: what is pending counts as given up, under `shutdown_timeout`. Thread: main, when the process
// ends or shutdown is over. Caller: export-lanes.ts.
//
// The worker may be in the middle of a turn, blocked or dead, and nobody is left to wait for it: so it is not asked.
// Its counters are copied once, what is missing in the copy is counted there, and only the copy is read from then on:
// the sum is exact whatever the worker still does. A batch that the collector takes in that moment is counted as
// given up. What other threads record after that is counted as already_shutdown (stats.ts).

import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import type { Counted } from './stats.js';

const DROPPED_BY_PRODUCER = [
  ProducerCounter.DroppedQueueFull,
  ProducerCounter.DroppedRecordTooLarge,
  ProducerCounter.DroppedAlreadyShutdown,
  ProducerCounter.DroppedEncodeFailed,
  ProducerCounter.DroppedThreadEnded,
];
const SETTLED_BY_LANE = [
  LaneCounter.Delivered,
  LaneCounter.DroppedRejected,
  LaneCounter.DroppedExportFailed,
  LaneCounter.DroppedEncodeFailed,
  LaneCounter.DroppedShutdownTimeout,
  LaneCounter.DroppedQueueFull,
];

/** `producers`: all that record into the lane, or have done so. */
export function finalAccount(producers: readonly Counted[], lane: Counted): Counted {
  const counters = Float64Array.from(lane.counters);
  let pending = -settledByLane(counters);
  // Dropped first: a thread that goes on counts what it drops as recorded before.
  for (const { counters: counted } of producers) pending -= droppedByProducer(counted);
  for (const { counters: counted } of producers) pending += counted[ProducerCounter.Recorded];
  counters[LaneCounter.DroppedShutdownTimeout] += pending;
  counters[LaneCounter.SpansInFlight] = 0;
  return { counters };
}

export function droppedByProducer(counters: Float64Array): number {
  return sum(counters, DROPPED_BY_PRODUCER);
}

export function settledByLane(counters: Float64Array): number {
  return sum(counters, SETTLED_BY_LANE);
}

function sum(counters: Float64Array, indexes: readonly number[]): number {
  let total = 0;
  for (const index of indexes) total += counters[index];
  return total;
}
