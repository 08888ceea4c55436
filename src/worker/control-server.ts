// The worker's end of the control ports; the only worker file that imports comlink. Thread: worker. Caller: entry.ts.

import type { MessagePort } from 'node:worker_threads';
import { type Endpoint, expose, wrap } from 'comlink';

import type { LaneAttach, MainControl, WorkerControl } from '../shared/control.js';
import type { DiagnosticListener } from './diagnostics.js';

/** Serves `control` to main; returns what tells main something. */
export function serveControl(attach: LaneAttach, control: WorkerControl): DiagnosticListener {
  expose(control, portEndpoint(attach.port as MessagePort));
  const main = wrap<MainControl>(portEndpoint(attach.mainPort as MessagePort));
  return (level, message) => {
    // Nobody waits for the answer, and main may be gone.
    Promise.resolve(main.diagnostic(level, message)).catch(() => {});
  };
}

type Listener = Parameters<Endpoint['addEventListener']>[1];

/**
 * A worker_threads port as the event target that comlink expects. (comlink's own adapter has no types that a NodeNext
 * project can resolve.)
 */
function portEndpoint(port: MessagePort): Endpoint {
  const listeners = new Map<Listener, (data: unknown) => void>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as never),
    addEventListener(_type, listener) {
      const handle = typeof listener === 'function' ? listener : listener.handleEvent.bind(listener);
      const onMessage = (data: unknown) => handle({ data } as never);
      listeners.set(listener, onMessage);
      port.on('message', onMessage);
    },
    removeEventListener(_type, listener) {
      const onMessage = listeners.get(listener);
      if (onMessage) port.off('message', onMessage);
      listeners.delete(listener);
    },
    start: () => port.start(),
  };
}
