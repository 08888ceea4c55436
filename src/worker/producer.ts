// One producing thread as the pipeline sees it: its ring, its arena's dictionary, its clock.

import type { ClockAnchor } from '../shared/clock-anchor.js';
import type { RingReader } from '../shared/ring/reader.js';
import type { Dictionary } from './encode/dictionary.js';

export interface Producer {
  readonly id: number;
  readonly ring: RingReader;
  readonly dictionary: Dictionary;
  /** Converts the producer's monotonic milliseconds to unix time. */
  readonly anchor: ClockAnchor;
}

/** With its accounts. */
export interface CountedProducer extends Producer {
  /** ProducerCounter block, which the producer writes. */
  readonly counters: Float64Array;
  /** LaneCounter block of this producer, which this worker writes. */
  readonly settled: Float64Array;
}
