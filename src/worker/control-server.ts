// The worker's end of the control ports; the only worker file that imports comlink. Thread: worker. Caller: entry.ts.

import { type Endpoint, expose, wrap } from 'comlink';

import type { LaneAttach, MainControl, WorkerControl } from '../shared/control.js';
import { type NodePort, portEndpoint } from '../shared/port-endpoint.js';

/** Serves `control` to main; returns what tells main something. */
export function serveControl(attach: LaneAttach, control: WorkerControl): MainControl {
  expose(control, portEndpoint(attach.port as NodePort) as Endpoint);
  const main = wrap<MainControl>(portEndpoint(attach.mainPort as NodePort) as Endpoint);
  // Nobody waits for the answers, and main may be gone.
  return {
    diagnostic: (level, message) => void Promise.resolve(main.diagnostic(level, message)).catch(() => {}),
    producerRetired: (id) => void Promise.resolve(main.producerRetired(id)).catch(() => {}),
  };
}
