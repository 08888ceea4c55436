// Words of one export pool, shared by all threads that record into it. Made by the thread that starts the pool ("main"
// below), handed to later threads as environment data (docs/decisions/0016-recording-threads.md).
//
//   word             byte  written by       meaning
//   STATE             128  main             PoolState
//   LAST_ID           256  threads          the last producer id that was given out; main's own is 1
//   REFUSED           512  threads          threads that found no place
//   LARGE_BYTES       640  threads, main    large records on their way to main: + when sent, - when main has them
//   PLACES            768  threads, main    PRODUCERS_MAX words: the thread id of who has the place; 0: nobody

import { atomicAdd, atomicCompareExchange, atomicLoad, atomicStore } from '../atomics.js';
import { LARGE_IN_FLIGHT_BYTES_MAX, PRODUCERS_MAX } from '../limits.js';

export const POOL_STATE_WORD = 128 / 4;
export const POOL_LAST_ID_WORD = 256 / 4;
export const POOL_REFUSED_WORD = 512 / 4;
export const POOL_LARGE_BYTES_WORD = 640 / 4;
export const POOL_PLACES_WORD = 768 / 4;
export const POOL_BYTES = 768 + 4 * PRODUCERS_MAX;

/** The producer of the thread that started the pool. */
export const MAIN_PRODUCER_ID = 1;

export const PoolState = {
  Open: 0,
  /** Main's shutdown has begun, or its process ends: nothing is recorded any more. */
  Closed: 1,
  /** The workers are gone: nothing is settled any more. */
  Ended: 2,
} as const;

/** What a thread gets that attaches. */
export interface Place {
  readonly index: number;
  /** Nobody had it before. */
  readonly producerId: number;
}

export class PoolWords {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory = new SharedArrayBuffer(POOL_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
    atomicCompareExchange(this.#words, POOL_LAST_ID_WORD, 0, MAIN_PRODUCER_ID);
  }

  get isClosed(): boolean {
    return atomicLoad(this.#words, POOL_STATE_WORD) !== PoolState.Open;
  }

  close(): void {
    atomicCompareExchange(this.#words, POOL_STATE_WORD, PoolState.Open, PoolState.Closed);
  }

  get hasEnded(): boolean {
    return atomicLoad(this.#words, POOL_STATE_WORD) === PoolState.Ended;
  }

  end(): void {
    atomicStore(this.#words, POOL_STATE_WORD, PoolState.Ended);
  }

  /** Undefined, and counted: all places are taken. */
  takePlace(threadId: number): Place | undefined {
    for (let index = 0; index < PRODUCERS_MAX; index++) {
      const word = POOL_PLACES_WORD + index;
      if (atomicLoad(this.#words, word) !== 0) continue;
      if (atomicCompareExchange(this.#words, word, 0, threadId) !== 0) continue;
      return { index, producerId: atomicAdd(this.#words, POOL_LAST_ID_WORD, 1) + 1 };
    }
    atomicAdd(this.#words, POOL_REFUSED_WORD, 1);
    return undefined;
  }

  leavePlace(index: number): void {
    atomicStore(this.#words, POOL_PLACES_WORD + index, 0);
  }

  /** Places of a thread that is gone. */
  placesOf(threadId: number): number[] {
    const places: number[] = [];
    for (let index = 0; index < PRODUCERS_MAX; index++) {
      if (atomicLoad(this.#words, POOL_PLACES_WORD + index) === threadId) places.push(index);
    }
    return places;
  }

  get refused(): number {
    return atomicLoad(this.#words, POOL_REFUSED_WORD);
  }

  /** False: too much is on its way already. */
  takeLargeBytes(bytes: number): boolean {
    if (atomicAdd(this.#words, POOL_LARGE_BYTES_WORD, bytes) + bytes <= LARGE_IN_FLIGHT_BYTES_MAX)
      return true;
    this.leaveLargeBytes(bytes);
    return false;
  }

  leaveLargeBytes(bytes: number): void {
    atomicAdd(this.#words, POOL_LARGE_BYTES_WORD, -bytes);
  }
}
