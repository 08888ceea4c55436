// In the place of a pipeline that nowhere can run: threads keep dying, and this thread cannot load the code either (the package was
// removed under the running process). The application goes on: the ring fills, drops and counts, and the shutdown
// counts what is left. Thread: main. Caller: export-lanes.ts.

import type { LaneHost } from './lane-host.js';

export const LOST_HOST: LaneHost = {
  ready: Promise.resolve(),
  flush: () => Promise.resolve(false),
  shutdown: () => Promise.resolve(false),
  // Counted as recorded and as large; pending until the final account.
  large() {},
  addProducer() {},
  retireProducer() {},
  allDelivered: () => Promise.resolve(false),
  headers() {},
  resource() {},
  close: () => Promise.resolve(),
};
