// Another thread of the application, as the thread that has the pool knows it. Thread: main. Caller: recording-threads.ts.

import { PRODUCER_COUNTER_COUNT, ProducerCounter } from '../../shared/counters.js';
import type { PooledProducer } from '../../shared/pool/pool-messages.js';
import { RingGauge } from '../../shared/ring/ring-memory.js';
import { droppedByProducer, settledByLane } from '../lifecycle/final-account.js';

/** One lane of it. */
export interface ThreadLane {
  /** ProducerCounter block. */
  readonly counters: Float64Array;
  /** LaneCounter block: what became of its records. */
  readonly settled: Float64Array;
  readonly ring: RingGauge;
  /** Large records that were sent on to the lane. */
  largeCount: number;
  largeBytes: number;
}

export class RecordingThread {
  readonly producer: PooledProducer;
  readonly lanes: readonly ThreadLane[];
  hasEnded = false;
  /** Lanes that have not settled all of it. */
  readonly #unsettled: Set<number>;

  constructor(producer: PooledProducer) {
    this.producer = producer;
    this.lanes = producer.channels.map((channel) => ({
      counters: new Float64Array(channel.counters),
      settled: new Float64Array(channel.settled),
      ring: new RingGauge(channel.ring),
      largeCount: 0,
      largeBytes: 0,
    }));
    this.#unsettled = new Set(this.lanes.keys());
  }

  /** The lane has to know of it. */
  isNeededBy(lane: number): boolean {
    return this.#unsettled.has(lane);
  }

  /** True: that was the last lane. */
  settle(lane: number): boolean {
    this.#unsettled.delete(lane);
    return this.#unsettled.size === 0;
  }

  /** Bytes of a large record that it was sending when it ended. */
  get largeUnderWayBytes(): number {
    return this.lanes.reduce((sum, { counters }) => sum + counters[ProducerCounter.LargeUnderWayBytes], 0);
  }

  /**
   * Adds what it counted to the totals of its lanes. What it had counted as recorded and never published, since it was
   * terminated in that moment, is counted as dropped.
   */
  addTo(totals: readonly Float64Array[]): void {
    for (const [lane, { counters, settled }] of this.lanes.entries()) {
      const total = totals[lane];
      for (let index = 0; index < PRODUCER_COUNTER_COUNT; index++) total[index] += counters[index];
      const torn = counters[ProducerCounter.Recorded] - droppedByProducer(counters) - settledByLane(settled);
      total[ProducerCounter.DroppedThreadEnded] += torn;
    }
  }
}
