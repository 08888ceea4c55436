// A worker_threads port as the event target that comlink expects. (comlink's own adapter has no types that a NodeNext
// project can resolve.) Thread: worker. Caller: control-server.ts.

import type { MessagePort } from 'node:worker_threads';
import type { Endpoint } from 'comlink';

type Listener = Parameters<Endpoint['addEventListener']>[1];

export function portEndpoint(port: MessagePort): Endpoint {
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
