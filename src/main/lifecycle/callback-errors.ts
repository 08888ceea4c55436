// What callbacks of the application threw (`fields`, `result` and their like): counted, said once in a while, and the call
// that they describe goes on. Thread: the user's. Callers: main/traced and its like; runtime.ts reads the count.

import { causeOf, report } from './diagnostics.js';

let count = 0;

/** Of this thread, since it began. */
export function callbackErrorCount(): number {
  return count;
}

/** `callback` says what it is, and `owner` which span's. */
export function reportCallbackError(callback: string, owner: string, error: unknown): void {
  count++;
  report('error', `callback ${callback}`, `${callback} of '${owner}' threw: ${causeOf(error)}`);
}
