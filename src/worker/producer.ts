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
