// Entry of the thread that works for `blockOn`, while its caller's loop stands still: it answers over a port which is read without
// a loop, and sets a word that the caller waits for. Thread: the task's.

import { workerData } from 'node:worker_threads';
import { atomicNotify, atomicStore } from '../../../shared/atomics.js';
import { errorData } from '../error-data.js';
import type { TaskCall, TaskThreadData, ThreadMessage } from '../task-message.js';
import { runTask } from './task-thread.js';

const { blockOn } = workerData as TaskThreadData;
if (blockOn !== undefined) serve(blockOn);

function serve({ port, answered }: NonNullable<TaskThreadData['blockOn']>): void {
  const say = (message: ThreadMessage): void => {
    port.postMessage(message);
    atomicStore(answered, 0, 1);
    atomicNotify(answered, 0);
  };
  port.on('message', (call: TaskCall) => {
    const answer = runTask(call);
    if (answer instanceof Promise) void answer.then((settled) => say({ answer: settled }));
    else say({ answer });
  });
  // The caller has no events: what ends this thread has to be said by itself.
  process.on('uncaughtExceptionMonitor', (error) => say({ uncaught: errorData(error) }));
  process.on('exit', (exitCode) => say({ exitCode }));
}
