// Runs the calls that come over a port, and posts the answers. Thread: the task's. Callers: task-thread.ts, block-on-thread.ts, the
// entries of the two kinds of threads.

import { type MessagePort, threadId } from 'node:worker_threads';
import { monotonicMillis } from '../../lifecycle/process-clock.js';
import { errorData } from '../message/error-data.js';
import type { TaskCall, TaskOutcome, TaskReturn, TaskThreadData } from '../message/task-message.js';
import { unwrapResult } from '../message/task-result.js';
import { callTask } from './task-call.js';
import { TaskTracing } from './task-tracing.js';

/** `spans`: where spans go as they end; may be `port` itself. `onAnswer`: an answer was posted. */
export function serveTasks(
  port: MessagePort,
  spans: MessagePort,
  data: TaskThreadData,
  onAnswer: () => void,
): void {
  // It has kept preloads from starting telemetry; processes that a task starts must not inherit it.
  delete process.env.OFFLOOP_INTERNAL_WORKER;
  const tracing = new TaskTracing(spans, data);
  const answer = (outcome: TaskOutcome, startedMillis: number): void => {
    const runMillis = monotonicMillis() - startedMillis;
    try {
      postOutcome(port, outcome, startedMillis, runMillis);
    } catch (error) {
      post(port, [threadId, startedMillis, runMillis, ...resultRefusal(error)], []);
    }
    onAnswer();
  };
  // One call at a time. No promise for a task that gives none.
  port.on('message', (call: TaskCall) => {
    const startedMillis = monotonicMillis();
    tracing.begin(call);
    const outcome = callTask(call);
    if (outcome instanceof Promise) void outcome.then((settled) => answer(settled, startedMillis));
    else answer(outcome, startedMillis);
  });
}

/** Throws if the value cannot be cloned. */
function postOutcome(
  port: MessagePort,
  outcome: TaskOutcome,
  startedMillis: number,
  runMillis: number,
): void {
  if (outcome[0] !== 'value') {
    post(port, [threadId, startedMillis, runMillis, ...outcome], []);
    return;
  }
  const { value, transferList } = unwrapResult(outcome[1]);
  post(port, [threadId, startedMillis, runMillis, 'value', value], transferList);
}

function post(port: MessagePort, answer: TaskReturn, transferList: readonly object[]): void {
  port.postMessage(answer, transferList as never);
}

function resultRefusal(error: unknown): TaskOutcome {
  return [
    'refused',
    {
      code: 'ERR_OFFLOOP_TASK_RESULT',
      message: `the result cannot go to another thread: ${error instanceof Error ? error.message : String(error)}`,
      remedy:
        'Return plain data; functions, sockets and class instances with private parts stay where they are.',
      cause: errorData(error),
    },
  ];
}
