// The shared memory of one lane on main's side: control words and the worker's counters. Thread: main.
// Callers: export-lanes.ts, flush-sync.ts, stats.ts.

import { createCounters, LANE_COUNTER_COUNT } from '../../shared/counters.js';
import { LANE_BYTES } from '../../shared/ring/lane-layout.js';

export class Lane {
  readonly index: number;
  readonly memory = new SharedArrayBuffer(LANE_BYTES);
  readonly words = new Int32Array(this.memory);
  readonly counters = createCounters(LANE_COUNTER_COUNT);

  constructor(index: number) {
    this.index = index;
  }
}
