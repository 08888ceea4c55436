// Runs a task with a span around it; loaded at the first one. Thread: the user's. Caller: run-blocking.ts.

import { context, trace } from '@opentelemetry/api';
import { BlockingJob, type JobOptions } from './blocking-job.js';
import { takeBlockingSettings } from './blocking-options.js';
import { BlockingPool } from './blocking-pool.js';
import { carryContext } from './carried-context.js';
import type { BlockingTask } from './task.js';
import { monotonicMillis, type TaskCall, type TaskOutcome, type TaskReturn } from './task-message.js';
import { unwrapResult } from './task-result.js';
import { recordTaskError, recordTimes, settledOutcome } from './task-span.js';
import { isTaskThread } from './task-thread-mark.js';
import { callTask } from './thread/task-call.js';

const SCOPE = 'offloop';

let pool: BlockingPool | undefined;

function poolOfThread(): BlockingPool {
  pool ??= new BlockingPool(takeBlockingSettings());
  return pool;
}

/** How many tasks can run at once. */
export function threadsMax(): number {
  return isTaskThread() ? 1 : poolOfThread().threadsMax;
}

export async function runTaskTraced(
  task: BlockingTask,
  args: readonly unknown[],
  options: JobOptions,
): Promise<unknown> {
  const name = task.exportName;
  const span = trace.getTracer(SCOPE).startSpan(`runBlocking ${name}`, {
    attributes: { 'code.function.name': name },
  });
  const taskContext = trace.setSpan(context.active(), span);
  const { moduleUrl, exportName } = task;
  const call: TaskCall = { moduleUrl, exportName, args, context: carryContext(taskContext) };
  const times = { calledMillis: monotonicMillis(), handedMillis: 0 };
  try {
    options.signal?.throwIfAborted();
    const { result, value } = isTaskThread()
      ? await runHere(call, options)
      : await runThere(call, options, times);
    recordTimes(span, result.startedMillis - times.calledMillis, result.runMillis, result.threadId);
    return settledOutcome(result.outcome, value);
  } catch (error) {
    if (times.handedMillis !== 0) {
      const { calledMillis, handedMillis } = times;
      recordTimes(span, handedMillis - calledMillis, monotonicMillis() - handedMillis);
    }
    recordTaskError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

async function runThere(
  call: TaskCall,
  options: JobOptions,
  times: { handedMillis: number },
): Promise<{ result: TaskReturn; value: unknown }> {
  const threads = poolOfThread();
  const job = new BlockingJob(call.exportName, call, options, threads.leaveQueue);
  threads.run(job);
  try {
    return await job.done;
  } catch (error) {
    times.handedMillis = job.handedMillis;
    throw error;
  }
}

/** In a task: this thread may block, and a pool in each thread of a pool would know no bound. */
async function runHere(
  call: TaskCall,
  { transferList }: JobOptions,
): Promise<{ result: TaskReturn; value: unknown }> {
  const { threadId } = await import('node:worker_threads');
  const startedMillis = monotonicMillis();
  const args = structuredClone(call.args, { transfer: transferList as never });
  const outcome = await callTask({ ...call, args });
  const runMillis = monotonicMillis() - startedMillis;
  const value = outcome.kind === 'value' ? unwrapResult(outcome.value).value : undefined;
  const plain: TaskOutcome = outcome.kind === 'value' ? { kind: 'posted' } : outcome;
  return { result: { outcome: plain, threadId, startedMillis, runMillis }, value };
}
