// Whether this thread belongs to a pool of `runBlocking` or serves `blockOn`; and the way to what only `blockOn` needs. Thread:
// any. Callers: the threads' entries set the mark; runtime.ts, blocking-runner.ts, block-on.ts. On globalThis: a task may load
// another copy of offloop.

import { packageFile, requireFromPackage } from '../package/installed-package.js';

const MARK = Symbol.for('offloop.task-thread');
/** A file of its own, loaded without waiting. */
const BLOCK_ON_FILE = 'main/block-on/block-on-runner.js';

type BlockOnModule = typeof import('../block-on/block-on-runner.js');

export function markTaskThread(servedCall: 'runBlocking' | 'blockOn'): void {
  (globalThis as Record<symbol, unknown>)[MARK] = servedCall;
}

export function isTaskThread(): boolean {
  return (globalThis as Record<symbol, unknown>)[MARK] !== undefined;
}

/** Of these two it is the thread for which a caller's loop stands still. */
export function isBlockOnThread(): boolean {
  return (globalThis as Record<symbol, unknown>)[MARK] === 'blockOn';
}

export function loadBlockOn(): BlockOnModule {
  return requireFromPackage(packageFile(BLOCK_ON_FILE)) as BlockOnModule;
}
