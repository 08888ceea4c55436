// Runs a task for a caller that waits, with a span around it; loaded at the first call. Thread: the user's. Caller: block-on.ts.

import { context, trace } from '@opentelemetry/api';
import { report } from '../lifecycle/diagnostics.js';
import type { BlockOnStats } from './block-on.js';
import { type BlockOnAnswer, BlockOnThread } from './block-on-thread-host.js';
import { BlockingError, BlockingThreadError, BlockingTimeoutError } from './blocking-errors.js';
import { takeBlockingSettings } from './blocking-options.js';
import { carryContext } from './carried-context.js';
import { errorOf } from './error-data.js';
import type { BlockingTask } from './task.js';
import { monotonicMillis, type TaskCall, type TaskReturn } from './task-message.js';
import { recordTaskError, recordTimes, roundedMillis, settledOutcome } from './task-span.js';
import { isTaskThread } from './task-thread-mark.js';
import { cloneFailureOf } from './thread-failure.js';

const VARIABLE = 'OFFLOOP_BLOCK_ON';
const POLICIES = ['warn', 'allow', 'deny'];

const stats = { calls: 0, blockedMillis: 0, longestMillis: 0 };
let thread: BlockOnThread | undefined;

export function blockOnStatsNow(): BlockOnStats {
  return { ...stats };
}

export function blockOnTraced(task: BlockingTask, args: readonly unknown[], timeoutMillis: number): unknown {
  const { moduleUrl, exportName } = task;
  const span = trace.getTracer('offloop').startSpan(`blockOn ${exportName}`, {
    attributes: { 'code.function.name': exportName },
  });
  try {
    const policy = policyOf(process.env[VARIABLE]);
    refuse(exportName, policy);
    const call: TaskCall = {
      ...{ moduleUrl, exportName, args },
      context: carryContext(trace.setSpan(context.active(), span)),
    };
    const calledMillis = monotonicMillis();
    try {
      const { answer, result } = callThread(call, timeoutMillis);
      const answered = returnOf(answer, exportName, timeoutMillis);
      recordTimes(span, answered.startedMillis - calledMillis, answered.runMillis, answered.threadId);
      return settledOutcome(answered.outcome, result);
    } finally {
      const blockedMillis = monotonicMillis() - calledMillis;
      count(blockedMillis);
      span.setAttribute('offloop.block_on.blocked_ms', roundedMillis(blockedMillis));
      if (policy === 'warn') {
        const millis = Math.round(blockedMillis);
        report(
          'warn',
          VARIABLE,
          `the event loop stood still for ${millis} ms: blockOn ${exportName}. ${VARIABLE}=allow does not say so.`,
        );
      }
    }
  } catch (error) {
    recordTaskError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function callThread(call: TaskCall, timeoutMillis: number): ReturnType<BlockOnThread['call']> {
  if (thread === undefined || thread.isGone) {
    thread = new BlockOnThread(takeBlockingSettings().resourceLimits);
  }
  try {
    return thread.call(call, timeoutMillis);
  } catch (error) {
    throw cloneFailureOf(error, call.exportName, call.args) ?? error;
  }
}

function returnOf(answer: BlockOnAnswer | undefined, name: string, timeoutMillis: number): TaskReturn {
  if (answer === undefined) throw new BlockingTimeoutError(name, timeoutMillis, true);
  if ('answer' in answer) return answer.answer;
  if ('uncaught' in answer) {
    throw new BlockingThreadError({
      code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
      message: `the thread of ${name} ended by an error that nothing caught.`,
      remedy: 'Wait in the task for all that it starts, and handle its errors there.',
      cause: errorOf(answer.uncaught),
    });
  }
  throw new BlockingThreadError(
    {
      code: 'ERR_OFFLOOP_BLOCKING_THREAD_EXIT',
      message: `the thread of ${name} ended with code ${answer.exitCode} before the task did.`,
      remedy: 'A task must not call process.exit(): let it return or throw.',
    },
    answer.exitCode,
  );
}

function refuse(name: string, policy: string): void {
  if (policy === 'deny') {
    throw new BlockingError({
      code: 'ERR_OFFLOOP_BLOCK_ON_DENIED',
      message: `blockOn ${name} was refused: ${VARIABLE} is deny.`,
      remedy: 'Use runBlocking and await it, or set the variable to warn or allow.',
    });
  }
  if (!isTaskThread()) return;
  throw new BlockingError({
    code: 'ERR_OFFLOOP_BLOCK_ON_DEADLOCK',
    message: `blockOn ${name} was called in a task, whose thread may be the one it would wait for.`,
    remedy: 'Await the function itself: a task may be asynchronous.',
  });
}

/** A wrong value is said, and the default used. */
function policyOf(text = ''): string {
  const policy = text.trim().toLowerCase();
  if (POLICIES.includes(policy)) return policy;
  if (policy !== '') {
    const value = JSON.stringify(text.slice(0, 32));
    report(
      'warn',
      `${VARIABLE} value`,
      `${VARIABLE} is ${value}, but must be ${POLICIES.join(', ')}. warn is used.`,
    );
  }
  return 'warn';
}

function count(blockedMillis: number): void {
  stats.calls++;
  stats.blockedMillis += blockedMillis;
  stats.longestMillis = Math.max(stats.longestMillis, blockedMillis);
}
