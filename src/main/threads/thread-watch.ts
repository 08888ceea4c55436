// Tells when a Worker that this thread has made is gone, however it ended: a thread that is terminated cannot say so itself.
// Thread: any. Callers: recording-threads.ts, attached-lanes.ts.

import type { Worker } from 'node:worker_threads';

export interface ThreadWatch {
  stop(): void;
}

/** Of Workers made from now on. */
export function watchThreads(onGone: (threadId: number) => void): ThreadWatch {
  const onWorker = (worker: Worker): void => {
    // Afterwards it has none.
    const { threadId } = worker;
    worker.once('exit', () => onGone(threadId));
  };
  process.on('worker', onWorker);
  return { stop: () => process.removeListener('worker', onWorker) };
}
