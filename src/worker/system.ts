// The real clock, timers and turns of the event loop behind the interfaces that the pipeline takes. Thread: worker, or
// the calling thread without workers. Caller: lane.ts.

import { TIMEOUT_MILLIS_MAX } from '../shared/limits.js';
import type { Clock } from './pipeline.js';
import type { Scheduler } from './transport/transport.js';

/** `keepAlive`: a worker lives by its timers; on a user's thread they must not keep the process alive. */
export function systemScheduler(keepAlive: boolean): Scheduler {
  return {
    keepAlive,
    now: () => performance.now(),
    setTimer(callback, delayMillis) {
      // setTimeout takes a longer delay for 1 ms: an export without a time limit would end at once.
      const timer = setTimeout(callback, Math.min(delayMillis, TIMEOUT_MILLIS_MAX));
      if (!keepAlive) timer.unref();
      return timer;
    },
    clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

export const systemClock: Clock = {
  unixMillis: () => Date.now(),
  // The same clock in all threads of the process; performance.now() counts from each thread's own start.
  monotonicMillis: () => Number(process.hrtime.bigint()) / 1e6,
};

/** After sockets and timers were served. Kept referenced: an unreferenced immediate waits for the next event. */
export function deferTurn(callback: () => void): void {
  setImmediate(callback);
}
