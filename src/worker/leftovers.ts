// The end of a lane: what was not settled by the deadline is counted as dropped, and the rings are left empty.
// Thread: worker. Caller: pipeline.ts.

import { LaneCounter } from '../shared/counters.js';
import type { Batcher } from './batcher.js';
import type { Exporter } from './exporter.js';
import type { RecordFeed } from './record-feed.js';

/** Returns how many records were given up. */
export function giveUpUnsettled(
  feeds: readonly RecordFeed[],
  batcher: Batcher,
  exporter: Exporter,
  counters: Float64Array,
): number {
  const before = counters[LaneCounter.DroppedShutdownTimeout];
  exporter.abandon();
  batcher.take().batch.settle(LaneCounter.DroppedShutdownTimeout);
  for (const feed of feeds) {
    giveUpUnread(feed);
    feed.giveUpMissing?.();
  }
  return counters[LaneCounter.DroppedShutdownTimeout] - before;
}

/** Bounded even if the producer goes on: no further than what was recorded when this began. */
function giveUpUnread(feed: RecordFeed): void {
  const end = feed.target();
  while (feed.next() && feed.isBefore(feed.position, end)) {
    const segment = feed.releases.open();
    feed.losses.add(feed.position, feed.position);
    segment.extend(feed.advance());
    segment.settle(LaneCounter.DroppedShutdownTimeout, 1);
    segment.seal();
  }
}
