// Whether this thread belongs to a pool of `runBlocking` or serves `blockOn`. Thread: any. Callers: task-thread.ts sets the
// mark; runtime.ts, run-blocking.ts. On globalThis: a task may load another copy of offloop.

const MARK = Symbol.for('offloop.task-thread');

export function markTaskThread(): void {
  (globalThis as Record<symbol, unknown>)[MARK] = true;
}

export function isTaskThread(): boolean {
  return (globalThis as Record<symbol, unknown>)[MARK] === true;
}
