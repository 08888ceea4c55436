// A task's result that is moved to the caller instead of copied. Thread: the task's. Callers: user code; task-thread.ts.

/** On the object itself: the task may load another copy of offloop than its thread. */
const TRANSFERRED = Symbol.for('offloop.transferred');

interface Transferred {
  readonly [TRANSFERRED]: { readonly value: unknown; readonly transferList: readonly object[] };
}

/**
 * What a task returns so that `transferList` (ArrayBuffers, MessagePorts, ...) is moved to the caller, as
 * `postMessage(value, transferList)` would: `return transferResult(image, [image.buffer])`. Anywhere else it means nothing.
 */
export function transferResult<T>(value: T, transferList: readonly object[]): T {
  return { [TRANSFERRED]: { value, transferList } } as unknown as T;
}

export function unwrapResult(result: unknown): { value: unknown; transferList: readonly object[] } {
  if (typeof result === 'object' && result !== null && TRANSFERRED in result) {
    return (result as Transferred)[TRANSFERRED];
  }
  return { value: result, transferList: [] };
}
