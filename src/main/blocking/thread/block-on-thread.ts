// Entry of the thread that works for `blockOn`, while its caller's loop stands still: its answers go into a port which is read
// without a loop, and it sets a word that the caller waits for. Thread: the task's.

import { workerData } from 'node:worker_threads';
import { atomicNotify, atomicStore } from '../../../shared/atomics.js';
import { errorData } from '../message/error-data.js';
import type { TaskThreadData, ThreadEnd } from '../message/task-message.js';
import { markTaskThread } from '../task-thread-mark.js';
import { serveTasks } from './task-server.js';

markTaskThread('blockOn');
const data = workerData as TaskThreadData;
if (data.blockOn !== undefined) serve(data.blockOn);

function serve({ calls, spans, answered }: NonNullable<TaskThreadData['blockOn']>): void {
  const wakeCaller = (): void => {
    atomicStore(answered, 0, 1);
    atomicNotify(answered, 0);
  };
  serveTasks(calls, spans, data, wakeCaller);
  // The caller has no events: what ends this thread has to be said by itself.
  const sayEnd = (end: ThreadEnd): void => {
    calls.postMessage(end);
    wakeCaller();
  };
  process.on('uncaughtExceptionMonitor', (error) => sayEnd({ uncaught: errorData(error) }));
  process.on('exit', (exitCode) => sayEnd({ exitCode }));
}
