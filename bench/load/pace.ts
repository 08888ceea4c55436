// Offers work at a steady rate in small bursts, as requests arrive: what is due is computed from the clock, so a
// loop that was blocked catches up. Called by the tasks that measure a rate.

import { performance } from 'node:perf_hooks';

/** A blocked loop catches up at most this much at once; the rest stays due. */
const BURST_MILLIS_MAX = 20;

export interface Pace {
  readonly perSecond: number;
  readonly durationMillis: number;
  readonly tickMillis: number;
  /** Does `count` pieces of work, synchronously. */
  readonly emit: (count: number) => void;
  /** Sees the distance between two bursts. */
  readonly onTick?: (sinceLastMillis: number) => void;
}

/** Resolves with the time it took to offer everything; longer than `durationMillis` if the loop fell behind. */
export function offer(pace: Pace): Promise<number> {
  const total = Math.round((pace.perSecond * pace.durationMillis) / 1000);
  const burstMax = Math.max(1, Math.ceil((pace.perSecond * BURST_MILLIS_MAX) / 1000));
  const perMilli = pace.perSecond / 1000;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let last = start;
    let done = 0;
    const tick = (): void => {
      const now = performance.now();
      pace.onTick?.(now - last);
      last = now;
      const due = Math.min(total, Math.floor((now - start) * perMilli)) - done;
      if (due > 0) {
        const count = Math.min(due, burstMax);
        try {
          pace.emit(count);
        } catch (error) {
          reject(error as Error);
          return;
        }
        done += count;
      }
      if (done >= total) {
        resolve(performance.now() - start);
        return;
      }
      // Behind after a full burst: let the loop turn (timers and sockets of the subject), then go on at once.
      if (due > burstMax) setImmediate(tick);
      else setTimeout(tick, pace.tickMillis);
    };
    setTimeout(tick, pace.tickMillis);
  });
}
