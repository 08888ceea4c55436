// Every access that code under test makes to shared memory, as a value. Addresses are word indexes: a ring's own
// words start at 0 (its data at DATA_ADDRESS), the lane's words at LANE_ADDRESS.

import { RING_DATA_OFFSET } from '../../src/shared/ring/layout.js';

export const DATA_ADDRESS = RING_DATA_OFFSET / 4;
export const LANE_ADDRESS = 2 ** 20;

export type Access =
  /** `aheadBytes` is a seeded bug: the value that a position will have later. */
  | { readonly kind: 'load'; readonly address: number; readonly aheadBytes?: number }
  | { readonly kind: 'store'; readonly address: number; readonly value: number }
  | { readonly kind: 'add'; readonly address: number; readonly value: number }
  /** Plain, in the data area. */
  | { readonly kind: 'read'; readonly address: number }
  | { readonly kind: 'write'; readonly address: number; readonly value: number }
  /** Blocks while the word holds `expected`. */
  | { readonly kind: 'wait'; readonly address: number; readonly expected: number }
  /** Blocks until the writer's program is over and all it wrote is visible. */
  | { readonly kind: 'join' }
  /** No access: a place where the thread can be stopped or killed. */
  | { readonly kind: 'pause' };

export function describeAccess(access: Access): string {
  if (access.kind === 'join' || access.kind === 'pause') return access.kind;
  const value = 'value' in access ? ` ${access.value}` : 'expected' in access ? ` ${access.expected}` : '';
  return `${access.kind} ${describeAddress(access.address)}${value}`;
}

const NAMES = new Map([
  [128 / 4, 'TAIL'],
  [256 / 4, 'HEAD'],
  [384 / 4, 'READ'],
  [512 / 4, 'WAKE'],
  [LANE_ADDRESS + 128 / 4, 'BELL'],
]);

function describeAddress(address: number): string {
  return (
    NAMES.get(address) ?? (address >= DATA_ADDRESS ? `data[${address - DATA_ADDRESS}]` : `word ${address}`)
  );
}
