// Runs a task for a caller that waits, with a span around it; loaded at the first call. Thread: the user's. Caller: block-on.ts.

import { context } from '@opentelemetry/api';
import { BlockingError, BlockingThreadError, BlockingTimeoutError } from '../blocking/blocking-errors.js';
import { takeBlockingSettings } from '../blocking/blocking-options.js';
import { errorOf } from '../blocking/message/error-data.js';
import type { TaskCall, TaskReturn } from '../blocking/message/task-message.js';
import { cloneFailureOf, exitFailureOf } from '../blocking/pool/thread-failure.js';
import { type BlockingTask, taskNames } from '../blocking/task.js';
import { roundedMillis, TaskSpan } from '../blocking/task-span.js';
import { isBlockOnThread } from '../blocking/task-thread-mark.js';
import { report } from '../lifecycle/diagnostics.js';
import { monotonicMillis } from '../lifecycle/process-clock.js';
import type { BlockOnStats } from './block-on.js';
import { type BlockOnAnswer, BlockOnThread } from './block-on-thread-host.js';

const VARIABLE = 'OFFLOOP_BLOCK_ON';
const POLICIES = ['warn', 'allow', 'deny'];

const stats = { calls: 0, blockedMillis: 0, longestMillis: 0 };
let thread: BlockOnThread | undefined;
/** Undefined before the first call. */
let policy: string | undefined;

export function blockOnStatsNow(): BlockOnStats {
  return { ...stats };
}

export function blockOnTraced(task: BlockingTask, args: readonly unknown[], timeoutMillis: number): unknown {
  const { exportName } = task;
  const names = taskNames(task);
  const span = new TaskSpan(names.blockOn, names, context.active());
  let answer: TaskReturn;
  try {
    // Once for this thread, as every variable: what is written into process.env later changes nothing.
    policy ??= policyOf(process.env[VARIABLE]);
    refuse(exportName);
    const call = span.call(names, args);
    try {
      answer = returnOf(callThread(exportName, call, timeoutMillis), exportName, timeoutMillis);
    } finally {
      const blockedMillis = monotonicMillis() - span.calledMillis;
      count(blockedMillis);
      span.set('offloop.block_on.blocked_ms', roundedMillis(blockedMillis));
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
    span.fail(error, 0);
    throw error;
  }
  return span.settle(answer);
}

function callThread(name: string, call: TaskCall, timeoutMillis: number): BlockOnAnswer | undefined {
  if (thread === undefined || thread.isGone) {
    thread = new BlockOnThread(takeBlockingSettings().resourceLimits);
  }
  try {
    return thread.call(call, timeoutMillis);
  } catch (error) {
    throw cloneFailureOf(error, name, call[1]) ?? error;
  }
}

function returnOf(answer: BlockOnAnswer | undefined, name: string, timeoutMillis: number): TaskReturn {
  if (answer === undefined) throw new BlockingTimeoutError(name, timeoutMillis, true);
  if (!('uncaught' in answer || 'exitCode' in answer)) return answer;
  if ('uncaught' in answer) {
    throw new BlockingThreadError({
      code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
      message: `the thread of ${name} ended by an error that nothing caught.`,
      remedy: 'Wait in the task for all that it starts, and handle its errors there.',
      cause: errorOf(answer.uncaught),
    });
  }
  throw exitFailureOf(name, answer.exitCode);
}

function refuse(name: string): void {
  if (policy === 'deny') {
    throw new BlockingError({
      code: 'ERR_OFFLOOP_BLOCK_ON_DENIED',
      message: `blockOn ${name} was refused: ${VARIABLE} is deny.`,
      remedy: 'Use runBlocking and await it, or set the variable to warn or allow.',
    });
  }
  if (!isBlockOnThread()) return;
  throw new BlockingError({
    code: 'ERR_OFFLOOP_BLOCK_ON_DEADLOCK',
    message: `blockOn ${name} was called in a task of blockOn: its thread would wait for itself.`,
    remedy: 'Await the function itself: a task may be asynchronous.',
  });
}

/** A wrong value is said, and the default used. */
function policyOf(text = ''): string {
  const word = text.trim().toLowerCase();
  if (POLICIES.includes(word)) return word;
  if (word !== '') {
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
