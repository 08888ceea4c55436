// `runBlockingAll`: one task for many lists of arguments, with a span around them all. Thread: the user's. Callers: user code
// through `offloop`. What `tracedAll` does with items, done with calls: their spans are those of `runBlocking`.

import { trace } from '@opentelemetry/api';
import { ConcurrentRun } from '../concurrent/concurrent-run.js';
import { type ItemSource, itemSource } from '../concurrent/item-source.js';
import { checkArguments, jobOptions, loadRunner, noArguments, wrong } from './prepare-run.js';
import type { RunBlockingOptions } from './run-blocking.js';
import { type BlockingTask, checkTask, type TaskFunction, taskNames } from './task.js';

/** `timeoutMillis` and `priority` are those of each task. */
export interface RunBlockingAllOptions extends Omit<RunBlockingOptions, 'transferList'> {
  /** Most tasks of the batch that run or wait for a thread at once. From 1, default the threads of the pool. */
  concurrency?: number;
  /**
   * `first-failure` (the default): the first task that fails ends the others, running ones with their threads, and is what is
   * thrown. `all-settled`: all are done, and the outcomes are those of `Promise.allSettled`.
   */
  mode?: 'first-failure' | 'all-settled';
}

/**
 * Runs `task` once for each item of `argsList`, and resolves with the results in that order. One span, `runBlockingAll <export>`,
 * around those of the tasks, with `offloop.concurrency`, `offloop.items` (begun) and `offloop.items.failed`. No more than
 * `concurrency` of them are on their way at once, so a batch may be longer than the queue.
 *
 * When `signal` is aborted no task is begun any more, those on their way are ended, and it rejects with the reason, in both
 * modes. It rejects, and throws nothing, for wrong arguments too: with the errors of `runBlocking`.
 */
export function runBlockingAll<F extends TaskFunction>(
  task: BlockingTask<F>,
  argsList: readonly Parameters<F>[],
  options: RunBlockingAllOptions & { readonly mode: 'all-settled' },
): Promise<PromiseSettledResult<Awaited<ReturnType<F>>>[]>;
export function runBlockingAll<F extends TaskFunction>(
  task: BlockingTask<F>,
  argsList: readonly Parameters<F>[],
  options?: RunBlockingAllOptions & { readonly mode?: 'first-failure' },
): Promise<Awaited<ReturnType<F>>[]>;
export async function runBlockingAll(
  task: BlockingTask,
  argsList: readonly (readonly unknown[])[],
  options: RunBlockingAllOptions = {},
): Promise<unknown[]> {
  checkTask(task, 'runBlockingAll');
  if (!Array.isArray(argsList)) throw noArguments(task, 'a list of lists of arguments');
  for (const args of argsList) checkArguments(args, task);
  const each = jobOptions(options);
  const { mode = 'first-failure', signal } = options;
  if (mode !== 'first-failure' && mode !== 'all-settled') {
    throw wrong('mode', mode, 'first-failure or all-settled');
  }
  const { runTaskTraced, threadsMax } = await loadRunner();
  const { concurrency = threadsMax() } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw wrong('concurrency', concurrency, 'an integer from 1');
  }
  const { attributes } = taskNames(task).spanOptions;
  const batch = {
    name: `runBlockingAll ${task.exportName}`,
    itemName: undefined,
    concurrency,
    mode,
    attributes,
  };
  return new ConcurrentRun(
    itemSource<readonly unknown[]>(argsList) as ItemSource<readonly unknown[]>,
    signal === undefined ? batch : { ...batch, signal },
    (args, _, ended) => runTaskTraced(task, args, { ...each, signal: ended }),
    trace.getTracer('offloop'),
  ).result();
}
