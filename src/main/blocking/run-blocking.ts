// `runBlocking`: blocking or CPU-heavy work on threads of its own, traced as if it ran here. Thread: the user's. Callers: user
// code through `offloop`. The pool and all that belongs to it is loaded with the first task.

import { checkArguments, jobOptions, loadedRunner, loadRunner, NO_OPTIONS } from './prepare-run.js';
import { type BlockingTask, checkTask, type TaskFunction } from './task.js';

export interface RunBlockingOptions {
  /** Takes a waiting task from the queue; ends a running one with its thread. The promise rejects with its reason. */
  signal?: AbortSignal;
  /** The same after so many ms from the call, with a `BlockingTimeoutError`. 1 to 2147483647, default none. */
  timeoutMillis?: number;
  /** Of the tasks that wait, the one with the highest goes first. Any finite number, default 0. */
  priority?: number;
  /** What of the arguments is moved instead of copied, as in `postMessage(args, transferList)`. */
  transferList?: readonly object[];
}

/**
 * Runs `task` in another thread, with `args` copied when a thread takes it, and resolves with a copy of its result. The active
 * context goes along: spans that the task makes are children of the span `runBlocking <export>`, whose attributes
 * `offloop.blocking.queue_wait_ms` and `offloop.blocking.run_ms` tell waiting and working apart. What the task throws is thrown here,
 * as it was: class (of the language's), name, message, stack, properties, cause.
 *
 * Rejects with a {@link BlockingQueueFullError}, {@link BlockingTimeoutError}, {@link BlockingThreadError} (the task exited, or ran out of
 * memory) or {@link BlockingTaskError} (no such module or export, arguments that cannot be cloned), with an
 * {@link OptionError} for a wrong option, or with the reason of `signal`. Inside a task it runs the task in the same thread,
 * where `signal`, `timeoutMillis` and `priority` do nothing.
 *
 * Finished spans of the task are handed to the telemetry of the calling thread as they end: whatever ends the thread, only spans
 * that had not ended are lost. Span processors get them at `onEnd` only. An SDK other than offloop's cannot take them.
 */
export function runBlocking<F extends TaskFunction>(
  task: BlockingTask<F>,
  args: Parameters<F>,
  options?: RunBlockingOptions,
): Promise<Awaited<ReturnType<F>>>;
export function runBlocking(
  task: BlockingTask,
  args: readonly unknown[],
  options?: RunBlockingOptions,
): Promise<unknown> {
  try {
    checkTask(task, 'runBlocking');
    checkArguments(args, task);
    const jobs = options === undefined ? NO_OPTIONS : jobOptions(options);
    const runner = loadedRunner();
    if (runner !== undefined) return runner.runTaskTraced(task, args, jobs);
    return loadRunner().then(({ runTaskTraced }) => runTaskTraced(task, args, jobs));
  } catch (error) {
    return Promise.reject(error);
  }
}
