// Which records of a feed were dropped lately, as ranges of positions, so that an exporter on main can say of one batch
// whether all of it arrived. Thread: worker. Callers: record-batch.ts, drain.ts, leftovers.ts, large-feed.ts write,
// pipeline.ts asks. Written only when something is lost.
//
// Bounded: where there are too many ranges, the two oldest become one, with what lies between them. So a loss is never
// forgotten; at worst, long ago, more than what was lost counts as lost.

import { RING_BYTES_MAX } from '../shared/limits.js';

export const LOSS_RANGES_MAX = 256;

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Positions are compared as ring positions are: modulo 2^32. */
export class LossLog {
  readonly #ranges: Range[] = [];

  /** Both records and all between them were dropped. */
  add(first: number, last: number): void {
    this.#ranges.push({ first, last });
    if (this.#ranges.length <= LOSS_RANGES_MAX) return;
    const [oldest, next] = this.#ranges;
    this.#ranges.splice(0, 2, { first: oldest.first, last: next.last });
  }

  /** True if a record from `from` on and before `to` was dropped. */
  hasAny(from: number, to: number): boolean {
    if (from === to) return false;
    this.#forgetBefore(from);
    return this.#ranges.some(({ first, last }) => ((first - to) | 0) < 0 && ((last - from) | 0) >= 0);
  }

  /** Nobody asks for what lies further back than a ring is large; kept, it would look new when positions wrap. */
  #forgetBefore(position: number): void {
    let count = 0;
    while (count < this.#ranges.length && ((position - this.#ranges[count].last) | 0) > RING_BYTES_MAX)
      count++;
    if (count > 0) this.#ranges.splice(0, count);
  }
}
