// Hears the threads that announce themselves on the pool's channel. Thread: worker. Caller: entry.ts makes it, before
// anything is loaded; the pipeline asks it in each turn.
//
// A message is in the queue when its sender's call returns. `take` looks there itself, so a flush that is asked for after
// that finds the producer, whether or not this thread's event loop has come round to the message.

import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { atomicNotify, atomicStore } from '../shared/atomics.js';
import type { ProducerChannel } from '../shared/control.js';
import type { PoolMessage } from '../shared/pool/pool-messages.js';
import { LANE_LISTENING_WORD } from '../shared/ring/lane-layout.js';

export class PoolListener {
  readonly #lane: number;
  readonly #channel: BroadcastChannel;
  /** The same: what its type does not tell. */
  readonly #port: MessagePort;
  #announced: ProducerChannel[] = [];
  /** Called when a producer has come by way of the event loop. */
  onNews: () => void = () => {};

  constructor(lane: number, laneWords: SharedArrayBuffer, channelName: string) {
    this.#lane = lane;
    this.#channel = new BroadcastChannel(channelName);
    this.#channel.onmessage = ({ data }: { readonly data: unknown }) => {
      this.#hear(data as PoolMessage);
      if (this.#announced.length > 0) this.onNews();
    };
    this.#channel.unref();
    this.#port = this.#channel as unknown as MessagePort;
    const words = new Int32Array(laneWords);
    atomicStore(words, LANE_LISTENING_WORD, 1);
    atomicNotify(words, LANE_LISTENING_WORD);
  }

  /** The producers announced since the last call. */
  take(): readonly ProducerChannel[] {
    for (;;) {
      const next = receiveMessageOnPort(this.#port) as { readonly message: PoolMessage } | undefined;
      if (next === undefined) break;
      this.#hear(next.message);
    }
    if (this.#announced.length === 0) return this.#announced;
    const announced = this.#announced;
    this.#announced = [];
    return announced;
  }

  /** Everything else is for main. */
  #hear(message: PoolMessage): void {
    if (message.kind === 'attach') this.#announced.push(message.producer.channels[this.#lane]);
  }
}
