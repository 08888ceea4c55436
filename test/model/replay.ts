// Suspends ordinary synchronous code between two accesses to shared memory, by running it again.
//
// What a thread does next depends on nothing but the values it has read so far. So a suspended thread is just
// the list of those values (its log): to find its next access, its program runs from the start with the logged
// values as answers, and is stopped by an exception at the first access beyond them. The program is the real
// ring code: src/shared/atomics.ts is swapped (vi.mock), and the data area's typed arrays are proxies.

import { RING_DATA_OFFSET } from '../../src/shared/ring/layout.js';
import { type Access, DATA_ADDRESS } from './access.js';

/** What a program did that has no trace in shared memory: a record read, acknowledged, published, dropped. */
export interface GhostEvent {
  readonly what: 'published' | 'dropped' | 'read' | 'settled';
  readonly tag: number;
}

export type Program = (say: (event: GhostEvent) => void) => void;

/** A program that ran up to its next access; without one it is over, or failed. */
export interface Suspended {
  readonly access: Access | undefined;
  readonly events: readonly GhostEvent[];
  readonly error: Error | undefined;
}

/** What a program throws when it sees something the protocol excludes. */
export class ModelViolation extends Error {}

const SUSPEND = Symbol('suspend');
let log: readonly number[] | undefined;
let cursor = 0;
let pending: Access | undefined;

export function isReplaying(): boolean {
  return log !== undefined;
}

/** The swapped operations and the proxies end here. */
export function perform(access: Access): number {
  if (log === undefined) throw new Error('access outside of a replay');
  if (cursor < log.length) return log[cursor++];
  pending = access;
  throw SUSPEND;
}

export function replay(program: Program, values: readonly number[]): Suspended {
  const events: GhostEvent[] = [];
  log = values;
  cursor = 0;
  pending = undefined;
  const restore = interceptDataArea();
  try {
    program((event) => events.push(event));
    return { access: undefined, events, error: undefined };
  } catch (error) {
    if (error === SUSPEND) return { access: pending, events, error: undefined };
    return { access: undefined, events, error: error as Error };
  } finally {
    restore();
    log = undefined;
  }
}

/** While a program runs, typed arrays over a ring's data area are proxies whose elements are accesses. */
function interceptDataArea(): () => void {
  const { Int32Array: realWords, Uint8Array: realBytes } = globalThis;
  globalThis.Int32Array = new Proxy(realWords, {
    construct: (target, args) =>
      args[1] === RING_DATA_OFFSET ? dataProxy() : Reflect.construct(target, args),
  });
  globalThis.Uint8Array = new Proxy(realBytes, {
    construct: (target, args) =>
      args[1] === RING_DATA_OFFSET ? forbiddenBytes() : Reflect.construct(target, args),
  });
  return () => {
    globalThis.Int32Array = realWords;
    globalThis.Uint8Array = realBytes;
  };
}

function dataProxy(): Int32Array {
  return new Proxy({} as Int32Array, {
    get: (_, key) => perform({ kind: 'read', address: DATA_ADDRESS + Number(key) }),
    set: (_, key, value: number) => {
      perform({ kind: 'write', address: DATA_ADDRESS + Number(key), value: value | 0 });
      return true;
    },
  });
}

/** The ring's own code touches the data area by words only: a byte access would escape the model. */
function forbiddenBytes(): Uint8Array {
  return new Proxy({} as Uint8Array, {
    get: () => {
      throw new Error('byte access to the data area is not modelled');
    },
    set: () => {
      throw new Error('byte access to the data area is not modelled');
    },
  });
}
