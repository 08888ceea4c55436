// A task's result that is moved to the caller instead of copied. Thread: the task's. Callers: user code; task-thread.ts.

import type { Transferable } from 'node:worker_threads';

/** On the object itself: the task may load another copy of offloop than its thread. */
const TRANSFERRED = Symbol.for('offloop.transferred');

interface Transferred {
  readonly [TRANSFERRED]: { readonly value: unknown; readonly transferList: readonly Transferable[] };
}

/**
 * What a task returns so that `transferList` (ArrayBuffers, MessagePorts, ...) is moved to the caller, as
 * `postMessage(value, transferList)` would: `return transferResult(image, [image.buffer])`. Anywhere else it means nothing.
 */
export function transferResult<T>(value: T, transferList: readonly Transferable[]): T {
  return { [TRANSFERRED]: { value, transferList } } as unknown as T;
}

export function unwrapResult(result: unknown): { value: unknown; transferList: readonly Transferable[] } {
  if (typeof result === 'object' && result !== null && TRANSFERRED in result) {
    return (result as Transferred)[TRANSFERRED];
  }
  return { value: result, transferList: [] };
}
