// How a thread finds the pool it may record into: environment data, which Node gives to every Worker that is made later, and
// to the Workers of these. Thread: any. Callers: recording-threads.ts, runtime.ts.

import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { POOL_KEY, type PoolOffer } from '../../shared/pool/pool-messages.js';
import { OFFLOOP_VERSION } from '../../shared/version.js';

/** For the Workers that this thread makes from now on, and theirs. */
export function offerPool(offer: Omit<PoolOffer, 'version' | 'threadId'>): void {
  setEnvironmentData(POOL_KEY, { ...offer, version: OFFLOOP_VERSION, threadId } as never);
}

/** The pool of another thread; undefined: there is none, or one of another version of this package. */
export function findPool(): PoolOffer | undefined {
  const offer = getEnvironmentData(POOL_KEY) as PoolOffer | undefined;
  if (offer?.version !== OFFLOOP_VERSION || offer.threadId === threadId) return undefined;
  return offer;
}
