// `blockOn`: a synchronous caller waits for work that another thread does, asynchronous work too. Thread: the user's. Callers:
// user code through `offloop`. What does it is loaded with the first call.

import { OptionError } from '../../shared/errors.js';
import { BlockingTaskError } from '../blocking/blocking-errors.js';
import { type BlockingTask, checkTask, type TaskFunction } from '../blocking/task.js';
import { loadBlockOn } from '../blocking/task-thread-mark.js';

const TIMEOUT_MILLIS_DEFAULT = 30_000;
const MILLIS_MAX = 2_147_483_647;

export interface BlockOnOptions {
  /** From the call, starting the thread included; then its thread is ended. 1 to 2147483647 ms, default 30000. */
  timeoutMillis?: number;
}

export interface BlockOnStats {
  /** Calls that waited, whatever came of them. */
  readonly calls: number;
  /** How long this thread's event loop stood still for them, in ms. */
  readonly blockedMillis: number;
  /** The longest of them. */
  readonly longestMillis: number;
}

let runner: ReturnType<typeof loadBlockOn> | undefined;

/**
 * Runs `task` in another thread and waits there and then, as `runBlocking` does with `await`: for code that cannot be asynchronous
 * and needs something that is. The event loop of the calling thread stands still meanwhile: no request is answered, no timer
 * runs. Context, result and errors go across as with `runBlocking`; the span is `blockOn <export>`, with
 * `offloop.block_on.blocked_ms`.
 *
 * All calls of a thread share one thread, beside the pool of `runBlocking`: a full pool is not waited for, and a task of
 * `runBlocking` may call it. What would wait for itself is refused: in a task of `blockOn` it throws a {@link BlockingError}
 * (`ERR_OFFLOOP_BLOCK_ON_DEADLOCK`). A task that waits for something which only the caller's loop can give is ended at
 * `timeoutMillis`, with a {@link BlockingTimeoutError}; so is one whose thread ran out of memory, which cannot be seen from a loop
 * that stands still.
 *
 * `OFFLOOP_BLOCK_ON`: `warn` (default) says through `diag` that a loop stood still, once a minute at most; `allow` does not;
 * `deny` throws a BlockingError (`ERR_OFFLOOP_BLOCK_ON_DENIED`). It is read with the first call. Throws the same errors as `runBlocking` rejects with.
 */
export function blockOn<F extends TaskFunction>(
  task: BlockingTask<F>,
  args: Parameters<F>,
  options: BlockOnOptions = {},
): Awaited<ReturnType<F>> {
  checkTask(task, 'blockOn');
  if (!Array.isArray(args)) {
    throw new BlockingTaskError({
      code: 'ERR_OFFLOOP_TASK_ARGUMENTS',
      message: `${task.exportName} was not given a list of its arguments.`,
      remedy: 'Write blockOn(task, [first, second]), with [] for none.',
    });
  }
  const { timeoutMillis = TIMEOUT_MILLIS_DEFAULT } = options;
  if (!(timeoutMillis >= 1 && timeoutMillis <= MILLIS_MAX)) {
    const value = typeof timeoutMillis === 'number' ? String(timeoutMillis) : typeof timeoutMillis;
    const range = `1 to ${MILLIS_MAX} ms`;
    throw new OptionError({
      option: 'blockOn.timeoutMillis',
      value,
      range,
      remedy: 'Correct it, or leave it out.',
    });
  }
  runner ??= loadBlockOn();
  return runner.blockOnTraced(task, args, timeoutMillis) as Awaited<ReturnType<F>>;
}

/** What `blockOn` cost this thread so far. */
export function blockOnStats(): BlockOnStats {
  return runner?.blockOnStatsNow() ?? { calls: 0, blockedMillis: 0, longestMillis: 0 };
}
