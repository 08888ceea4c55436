// synckit: a synchronous caller waits for a worker thread. Called by tasks/bridge-tasks.ts.

import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'synckit';

export function openSynckit(): (a: number, b: number) => number {
  return createSyncFn(fileURLToPath(new URL('./synckit-worker.mjs', import.meta.url)));
}
