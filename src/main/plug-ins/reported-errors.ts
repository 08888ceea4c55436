// Errors that a built-in processor has given to the error handler before it rejected with them: its provider need not do it
// again. Thread: the user's. Callers: processors/processor-diagnostics.ts, plug-in-errors.ts.

const reported = new WeakSet<object>();

export function markReported(error: object): void {
  reported.add(error);
}

export function wasReported(error: unknown): boolean {
  return typeof error === 'object' && error !== null && reported.has(error);
}
