// The lane's control words as its export worker uses them. Thread: worker. Callers: pipeline.ts (beat, state),
// flush.ts (tickets), wait-strategy.ts (bell).

import { atomicAdd, atomicLoad, atomicNotify, atomicStore, atomicWaitAsync } from '../shared/atomics.js';
import {
  LANE_BEAT_WORD,
  LANE_BELL_WORD,
  LANE_FLUSH_COMPLETED_WORD,
  LANE_FLUSH_REQUESTED_WORD,
  LANE_STATE_WORD,
} from '../shared/ring/lane-layout.js';

export class LaneWords {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  beat(): void {
    atomicAdd(this.#words, LANE_BEAT_WORD, 1);
  }

  setState(state: number): void {
    atomicStore(this.#words, LANE_STATE_WORD, state);
    atomicNotify(this.#words, LANE_STATE_WORD);
  }

  get flushRequested(): number {
    return atomicLoad(this.#words, LANE_FLUSH_REQUESTED_WORD);
  }

  get flushCompleted(): number {
    return atomicLoad(this.#words, LANE_FLUSH_COMPLETED_WORD);
  }

  /** Wakes every thread that blocks until `ticket` is completed. */
  completeFlush(ticket: number): void {
    atomicStore(this.#words, LANE_FLUSH_COMPLETED_WORD, ticket);
    atomicNotify(this.#words, LANE_FLUSH_COMPLETED_WORD);
  }

  get bell(): number {
    return atomicLoad(this.#words, LANE_BELL_WORD);
  }

  /** Resolves when the bell rings; undefined if it no longer stands at `expected`. */
  bellRings(expected: number): Promise<unknown> | undefined {
    return atomicWaitAsync(this.#words, LANE_BELL_WORD, expected);
  }
}
