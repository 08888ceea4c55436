// From the shared memory of one producing thread to what the pipeline needs of it. Thread: worker. Caller: producers.ts.

import { ArenaReader } from '../shared/arena/reader.js';
import { ClockAnchor } from '../shared/clock-anchor.js';
import type { ProducerChannel } from '../shared/control.js';
import { RingReader } from '../shared/ring/reader.js';
import { Dictionary } from './encode/dictionary.js';
import type { CountedProducer } from './producer.js';

/** Throws if the memory is no ring or arena of this version. `unixMillisAtMonotonicZero`: see LaneStart. */
export function createProducer(channel: ProducerChannel, unixMillisAtMonotonicZero: number): CountedProducer {
  return {
    id: channel.id,
    ring: new RingReader(channel.ring),
    dictionary: new Dictionary(new ArenaReader(channel.arena)),
    anchor: new ClockAnchor(unixMillisAtMonotonicZero + channel.monotonicOriginMillis),
    counters: new Float64Array(channel.counters),
    settled: new Float64Array(channel.settled),
  };
}
