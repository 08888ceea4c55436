// `runBlocking` and `runBlockingAll`: blocking or CPU-heavy work on threads of its own, traced as if it ran here. Thread: the
// user's. Callers: user code through `offloop`. The pool and all that belongs to it is loaded with the first task.

import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { OptionError } from '../../shared/errors.js';
import { BlockingTaskError } from './blocking-errors.js';
import type { JobOptions } from './blocking-job.js';
import { type BlockingTask, checkTask, type TaskFunction } from './task.js';

type RunnerModule = typeof import('./blocking-runner.js');

const MILLIS_MAX = 2_147_483_647;
const NO_OPTIONS: JobOptions = { signal: undefined, timeoutMillis: undefined, priority: 0, transferList: [] };

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

export interface RunBlockingAllOptions extends Omit<RunBlockingOptions, 'transferList'> {
  /** Most tasks of the batch that run or wait for a thread at once. From 1, default the threads of the pool. */
  concurrency?: number;
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
    if (loaded !== undefined) return loaded.runTaskTraced(task, args, jobs);
    return runner().then(({ runTaskTraced }) => runTaskTraced(task, args, jobs));
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Runs `task` once for each item of `argsList`, and resolves with the results in that order. One span, `runBlockingAll <export>`,
 * around those of the tasks. No more than `concurrency` of them are on their way at once, so a batch may be longer than the
 * queue. The first failure ends the others and is what it rejects with.
 */
export async function runBlockingAll<F extends TaskFunction>(
  task: BlockingTask<F>,
  argsList: readonly Parameters<F>[],
  options: RunBlockingAllOptions = {},
): Promise<Awaited<ReturnType<F>>[]> {
  checkTask(task, 'runBlockingAll');
  if (!Array.isArray(argsList)) throw noArguments(task, 'a list of lists of arguments');
  for (const args of argsList) checkArguments(args, task);
  const { runTaskTraced, threadsMax } = loaded ?? (await runner());
  const { concurrency = threadsMax() } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw wrong('concurrency', concurrency, 'an integer from 1');
  }
  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const each = jobOptions({ ...options, signal });
  const span = trace.getTracer('offloop').startSpan(`runBlockingAll ${task.exportName}`, {
    attributes: { 'code.function.name': task.exportName, 'offloop.blocking.tasks': argsList.length },
  });
  const batch = trace.setSpan(context.active(), span);
  const results: unknown[] = new Array(argsList.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < argsList.length && !signal.aborted) {
      const index = next++;
      results[index] = await context.with(batch, runTaskTraced, undefined, task, argsList[index], each);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, argsList.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  try {
    // All of them, so that the batch's span ends after those of its tasks.
    await Promise.allSettled(workers);
    signal.throwIfAborted();
    return results as Awaited<ReturnType<F>>[];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}

let loaded: RunnerModule | undefined;

/** A chunk of its own: who runs no blocking task does not load it. */
async function runner(): Promise<RunnerModule> {
  loaded = await import('./blocking-runner.js');
  return loaded;
}

function jobOptions(options: RunBlockingOptions): JobOptions {
  const { signal, timeoutMillis, priority = 0, transferList = [] } = options ?? {};
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong('signal', signal, 'an AbortSignal');
  if (timeoutMillis !== undefined && !(timeoutMillis >= 1 && timeoutMillis <= MILLIS_MAX)) {
    throw wrong('timeoutMillis', timeoutMillis, `1 to ${MILLIS_MAX} ms`);
  }
  if (!Number.isFinite(priority)) throw wrong('priority', priority, 'a finite number');
  if (!Array.isArray(transferList)) throw wrong('transferList', transferList, 'a list');
  return { signal, timeoutMillis, priority, transferList };
}

function checkArguments(args: unknown, task: BlockingTask): void {
  if (!Array.isArray(args)) throw noArguments(task, 'a list of its arguments');
}

function noArguments(task: BlockingTask, wanted: string): BlockingTaskError {
  return new BlockingTaskError({
    code: 'ERR_OFFLOOP_TASK_ARGUMENTS',
    message: `${task.exportName} was not given ${wanted}.`,
    remedy: `Write runBlocking(task, [first, second]), with [] for none.`,
  });
}

function wrong(option: string, value: unknown, range: string): OptionError {
  const shown = typeof value === 'number' ? String(value) : typeof value;
  return new OptionError({
    option: `runBlocking.${option}`,
    value: shown,
    range,
    remedy: 'Correct it, or leave it out.',
  });
}
