// The worker's end of the control ports; the only worker file that imports comlink. Thread: worker. Caller: entry.ts.

import { type Endpoint, expose, wrap } from 'comlink';

import type { LaneAttach, MainControl, WorkerControl } from '../shared/control.js';
import { type NodePort, portEndpoint } from '../shared/port-endpoint.js';
import type { DiagnosticListener } from './diagnostics.js';

/** Serves `control` to main; returns what tells main something. */
export function serveControl(attach: LaneAttach, control: WorkerControl): DiagnosticListener {
  expose(control, portEndpoint(attach.port as NodePort) as Endpoint);
  const main = wrap<MainControl>(portEndpoint(attach.mainPort as NodePort) as Endpoint);
  return (level, message) => {
    // Nobody waits for the answer, and main may be gone.
    Promise.resolve(main.diagnostic(level, message)).catch(() => {});
  };
}
