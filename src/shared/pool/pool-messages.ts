// What threads of one pool tell each other: the offer, which every later thread finds among its environment data, and the
// messages on the pool's channel (a BroadcastChannel), which main and all export workers hear. Senders: recording threads.
//
// A channel and not a port: one post reaches main and the workers, also while main is blocked; it is in their queues when
// the call returns, so it survives the thread that is terminated in the next instant; and they can look into the queue
// at any time (receiveMessageOnPort), without a turn of their event loops.

import type { AnyValue } from '../codec/any-value.js';
import type { EntityConfig, ResolvedConfig } from '../config/resolved-config.js';
import type { ProducerChannel } from '../control.js';

/** Key of the environment data. Another version of this package finds nothing it could read, and has a pool of its own. */
export const POOL_KEY = 'offloop.pool';

export interface PoolOffer {
  readonly version: string;
  /** The thread that has the pool. */
  readonly threadId: number;
  /** Name of the pool's channel, unique in the process. */
  readonly channel: string;
  /** pool-words.ts */
  readonly words: SharedArrayBuffer;
  /** Control words of the lanes, ring/lane-layout.ts. */
  readonly lanes: readonly SharedArrayBuffer[];
  readonly config: ResolvedConfig;
  /** As LaneStart has it. */
  readonly unixMillisAtMonotonicZero: number;
  /** The resource as it is known now, for plug-ins that read it; what is exported has it from main. */
  readonly resource: {
    readonly schemaUrl: string;
    readonly attributes: readonly (readonly [string, AnyValue])[];
    readonly entities: readonly EntityConfig[];
  };
}

/** A recording thread's half of the pool. */
export interface PooledProducer {
  readonly id: number;
  readonly threadId: number;
  /** Index of its place in the pool words. */
  readonly place: number;
  /** By lane. */
  readonly channels: readonly ProducerChannel[];
}

export type PoolMessage =
  /** May come more than once, from the thread and again from main. */
  | { readonly kind: 'attach'; readonly producer: PooledProducer }
  /** A record too large for the ring. Main sends it on to the lane. */
  | {
      readonly kind: 'large';
      readonly producerId: number;
      readonly lane: number;
      readonly record: SharedArrayBuffer;
    }
  /** Nothing is recorded with this id any more. */
  | { readonly kind: 'left'; readonly producerId: number }
  /** Seen by the thread that had started it: this thread is gone. */
  | { readonly kind: 'gone'; readonly threadId: number };
