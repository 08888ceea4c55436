// A Node MessagePort in the form comlink wants (an EventTarget's methods). Both ends of a control port use it.
// comlink ships such an adapter, but without types and only by a deep path.

/** What is used of a MessagePort of node:worker_threads. */
export interface NodePort {
  postMessage(message: unknown, transfer?: readonly never[]): void;
  on(event: 'message', listener: (data: unknown) => void): unknown;
  off(event: 'message', listener: (data: unknown) => void): unknown;
  start(): void;
}

type Handler = ((event: { data: unknown }) => void) | { handleEvent(event: { data: unknown }): void };

export interface PortEndpoint {
  postMessage(message: unknown, transfer?: unknown[]): void;
  addEventListener(type: string, handler: unknown): void;
  removeEventListener(type: string, handler: unknown): void;
  start(): void;
}

export function portEndpoint(port: NodePort): PortEndpoint {
  const listeners = new Map<unknown, (data: unknown) => void>();
  return {
    postMessage: (message, transfer = []) => port.postMessage(message, transfer as never[]),
    addEventListener(_type, handler) {
      const call = handler as Handler;
      const listener = (data: unknown): void => {
        if (typeof call === 'function') call({ data });
        else call.handleEvent({ data });
      };
      listeners.set(handler, listener);
      port.on('message', listener);
    },
    removeEventListener(_type, handler) {
      const listener = listeners.get(handler);
      if (listener === undefined) return;
      listeners.delete(handler);
      port.off('message', listener);
    },
    start: () => port.start(),
  };
}
