// Main's ear on the pool's channel, and everybody's mouth. Thread: any. Callers: recording-threads.ts hears; attached-lanes.ts
// says. Messages: shared/pool/pool-messages.ts.

import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { PoolMessage } from '../../shared/pool/pool-messages.js';

export class PoolEar {
  readonly #channel: BroadcastChannel;
  /** The same: what its type does not tell. */
  readonly #port: MessagePort;
  readonly #hear: (message: PoolMessage) => void;

  constructor(name: string, hear: (message: PoolMessage) => void) {
    this.#hear = hear;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: { readonly data: unknown }) => hear(data as PoolMessage);
    this.#channel.unref();
    this.#port = this.#channel as unknown as MessagePort;
  }

  /** Hears now what was said before: it need not wait for the event loop. */
  catchUp(): void {
    for (;;) {
      const next = receiveMessageOnPort(this.#port) as { readonly message: PoolMessage } | undefined;
      if (next === undefined) return;
      this.#hear(next.message);
    }
  }

  /** To all but this ear. */
  say(message: PoolMessage): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}

/**
 * In the queues of all who listen when this returns. The channel is closed at once: one that stays open would keep, in a
 * thread that is blocked, whatever other threads say, and the memory they hand over.
 */
export function sayOnce(name: string, message: PoolMessage): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}
