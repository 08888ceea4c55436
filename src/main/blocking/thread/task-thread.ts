// Entry of a thread that runs blocking tasks; piscina loads it and calls `attach`. Thread: the task's.

import { type MessagePort, workerData } from 'node:worker_threads';
import type { TaskThreadData } from '../message/task-message.js';
import { markTaskThread } from '../task-thread-mark.js';
import { serveTasks } from './task-server.js';

markTaskThread('runBlocking');

export function attach(port: MessagePort): void {
  serveTasks(port, port, workerData as TaskThreadData, () => {});
}
