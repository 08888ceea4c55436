// Runs a task with a span around it; loaded at the first one. Thread: the user's. Caller: run-blocking.ts.

import { threadId } from 'node:worker_threads';
import { context } from '@opentelemetry/api';
import { monotonicMillis } from '../lifecycle/process-clock.js';
import { takeBlockingSettings } from './blocking-options.js';
import type { TaskCall } from './message/task-message.js';
import { unwrapResult } from './message/task-result.js';
import { BlockingJob, type JobOptions } from './pool/blocking-job.js';
import { BlockingPool } from './pool/blocking-pool.js';
import { cloneFailureOf } from './pool/thread-failure.js';
import { type BlockingTask, taskNames } from './task.js';
import { TaskSpan } from './task-span.js';
import { isTaskThread } from './task-thread-mark.js';
import { callTask } from './thread/task-call.js';

let pool: BlockingPool | undefined;

function poolOfThread(): BlockingPool {
  pool ??= new BlockingPool(takeBlockingSettings());
  return pool;
}

/** How many tasks can run at once. */
export function threadsMax(): number {
  return isTaskThread() ? 1 : poolOfThread().threadsMax;
}

/** Not async, as all on this way: promises between two others cost a task about as much as its span. */
export function runTaskTraced(
  task: BlockingTask,
  args: readonly unknown[],
  options: JobOptions,
): Promise<unknown> {
  const names = taskNames(task);
  const span = new TaskSpan(names.runBlocking, names, context.active());
  if (options.signal?.aborted) {
    span.fail(options.signal.reason, 0);
    return Promise.reject(options.signal.reason);
  }
  const call = span.call(names, args);
  if (isTaskThread()) return runHere(task.exportName, call, span, options);
  const threads = poolOfThread();
  const job = new BlockingJob(task.exportName, call, span, options, threads.giveUp);
  threads.run(job);
  return job.done;
}

/** In a task: this thread may block, and a pool in each thread of a pool would know no bound. */
async function runHere(
  name: string,
  [key, given, ...carried]: TaskCall,
  span: TaskSpan,
  { transferList }: JobOptions,
): Promise<unknown> {
  const startedMillis = monotonicMillis();
  let args: readonly unknown[];
  try {
    args = structuredClone(given, { transfer: transferList as never });
  } catch (error) {
    const failure = cloneFailureOf(error, name, given) ?? error;
    span.fail(failure, 0);
    throw failure;
  }
  const outcome = await callTask([key, args, ...carried]);
  const runMillis = monotonicMillis() - startedMillis;
  if (outcome[0] !== 'value') return span.settle([threadId, startedMillis, runMillis, ...outcome]);
  const { value } = unwrapResult(outcome[1]);
  return span.settle([threadId, startedMillis, runMillis, 'value', value]);
}
