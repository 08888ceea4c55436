// The last account of a lane: what is pending counts as given up, under `shutdown_timeout`. Thread: main, when the process
// ends or shutdown is over. Caller: export-lanes.ts.
//
// The worker may be in the middle of a turn, blocked or dead, and nobody is left to wait for it: so it is not asked.
// Its counters are copied once, what is missing in the copy is counted there, and only the copy is read from then on:
// the sum is exact whatever the worker still does. A batch that the collector takes in that moment is counted as
// given up.

import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import type { Counted } from './stats.js';

const DROPPED_BY_PRODUCER = [
  ProducerCounter.DroppedQueueFull,
  ProducerCounter.DroppedRecordTooLarge,
  ProducerCounter.DroppedAlreadyShutdown,
  ProducerCounter.DroppedEncodeFailed,
];
const SETTLED_BY_LANE = [
  LaneCounter.Delivered,
  LaneCounter.DroppedRejected,
  LaneCounter.DroppedExportFailed,
  LaneCounter.DroppedEncodeFailed,
  LaneCounter.DroppedShutdownTimeout,
  LaneCounter.DroppedQueueFull,
];

/** The producer must not record into the lane any more. */
export function finalAccount(producer: Counted, lane: Counted): Counted {
  const counters = Float64Array.from(lane.counters);
  let pending = producer.counters[ProducerCounter.Recorded];
  for (const counter of DROPPED_BY_PRODUCER) pending -= producer.counters[counter];
  for (const counter of SETTLED_BY_LANE) pending -= counters[counter];
  counters[LaneCounter.DroppedShutdownTimeout] += pending;
  return { counters };
}
