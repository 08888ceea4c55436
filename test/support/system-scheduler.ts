// Real time for tests that use real sockets.

import type { Scheduler } from '../../src/worker/transport/transport.js';

export const systemScheduler: Scheduler = {
  now: () => performance.now(),
  setTimer: (callback, delayMillis) => setTimeout(callback, delayMillis),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
