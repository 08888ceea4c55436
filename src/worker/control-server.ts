// The worker's end of the control ports; the only worker file that imports comlink. Thread: worker. Caller: entry.ts.

import type { MessagePort } from 'node:worker_threads';
import { expose, wrap } from 'comlink';

import type { LaneAttach, MainControl, WorkerControl } from '../shared/control.js';
import type { DiagnosticListener } from './diagnostics.js';
import { portEndpoint } from './port-endpoint.js';

/** Serves `control` to main; returns what tells main something. */
export function serveControl(attach: LaneAttach, control: WorkerControl): DiagnosticListener {
  expose(control, portEndpoint(attach.port as MessagePort));
  const main = wrap<MainControl>(portEndpoint(attach.mainPort as MessagePort));
  return (level, message) => {
    // Nobody waits for the answer, and main may be gone.
    Promise.resolve(main.diagnostic(level, message)).catch(() => {});
  };
}
