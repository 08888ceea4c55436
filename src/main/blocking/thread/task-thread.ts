// Entry of a thread that runs blocking tasks; piscina loads it and calls `runTask`; block-on-thread.ts
// does the same. Thread: the task's.

import { MessageChannel, type MessagePort, parentPort, threadId, workerData } from 'node:worker_threads';
import { errorData } from '../error-data.js';
import {
  monotonicMillis,
  type TaskCall,
  type TaskOutcome,
  type TaskReturn,
  type TaskThreadData,
  type ThreadHello,
} from '../task-message.js';
import { unwrapResult } from '../task-result.js';
import { markTaskThread } from '../task-thread-mark.js';
import { callTask } from './task-call.js';
import { TaskTracing } from './task-tracing.js';

markTaskThread();
// It has kept preloads from starting telemetry; processes that a task starts must not inherit it.
delete process.env.OFFLOOP_INTERNAL_WORKER;
const data = workerData as TaskThreadData;
const port = data.blockOn?.port ?? greetingPort();
const tracing = new TaskTracing(port, data);

/** piscina hands the same workerData to all threads: each makes its own port. */
function greetingPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  parentPort?.postMessage({ offloopPort: port2, threadId } satisfies ThreadHello, [port2]);
  return port1;
}

/** One task at a time. Never throws, never rejects; no promise for a task without one. */
export function runTask(call: TaskCall): TaskReturn | Promise<TaskReturn> {
  const startedMillis = monotonicMillis();
  tracing.begin(call);
  const outcome = callTask(call);
  return outcome instanceof Promise
    ? outcome.then((settled) => taskReturn(settled, startedMillis))
    : taskReturn(outcome, startedMillis);
}

function taskReturn(outcome: TaskOutcome, startedMillis: number): TaskReturn {
  const runMillis = monotonicMillis() - startedMillis;
  return [threadId, startedMillis, runMillis, ...(outcome[0] === 'value' ? sent(outcome[1]) : outcome)];
}

/**
 * What is surely cloneable goes with piscina's answer. Anything else is posted here, where a failure can be caught: in
 * piscina's hands it would end the thread.
 */
function sent(result: unknown): TaskOutcome {
  if (
    (typeof result !== 'object' && typeof result !== 'function' && typeof result !== 'symbol') ||
    result === null
  ) {
    return ['value', result];
  }
  try {
    const { value, transferList } = unwrapResult(result);
    port.postMessage({ result: value }, transferList as never);
    return ['posted', undefined];
  } catch (error) {
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
}
