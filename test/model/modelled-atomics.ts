// Stands in for src/shared/atomics.ts (vi.mock): inside a replay every operation is an access of the model.

import { LANE_BYTES } from '../../src/shared/ring/lane-layout.js';
import { LANE_ADDRESS } from './access.js';
import { isReplaying, perform } from './replay.js';

/** The lane words of every model; only their identity counts. */
export const laneWords = new Int32Array(new SharedArrayBuffer(LANE_BYTES));

type Atomics = typeof import('../../src/shared/atomics.js');

export function modelledAtomics(real: Atomics): Partial<Atomics> {
  const address = (words: Int32Array, index: number) => (words === laneWords ? LANE_ADDRESS + index : index);
  return {
    atomicLoad: (words, index) =>
      isReplaying()
        ? perform({ kind: 'load', address: address(words, index) })
        : real.atomicLoad(words, index),
    atomicStore: (words, index, value) => {
      if (isReplaying()) perform({ kind: 'store', address: address(words, index), value });
      else real.atomicStore(words, index, value);
    },
    atomicAdd: (words, index, value) =>
      isReplaying()
        ? perform({ kind: 'add', address: address(words, index), value })
        : real.atomicAdd(words, index, value),
    atomicWait: (words, index, expected) => {
      perform({ kind: 'wait', address: address(words, index), expected });
      return 'ok';
    },
  };
}
