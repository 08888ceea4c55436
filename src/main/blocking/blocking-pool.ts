// The threads that run blocking tasks, and the queue before them. Thread: the user's. Caller: blocking-runner.ts, which makes it at
// the first task.
//
// piscina gets no more tasks than there may be threads: what waits, waits here, where it is bounded, sorted and can leave.
// Threads are made as tasks want them, and end when they had none for a while; without a task none keeps the process alive.

import { fileURLToPath } from 'node:url';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { createThreadPool, type ThreadPool } from '../lifecycle/thread-pool.js';
import { BlockingQueueFullError } from './blocking-errors.js';
import type { BlockingJob } from './blocking-job.js';
import type { BlockingSettings } from './blocking-options.js';
import { limitsForTasks } from './span-sink.js';
import { monotonicMillis, type TaskReturn, type TaskThreadData } from './task-message.js';
import { TaskQueue } from './task-queue.js';
import { failureOf } from './thread-failure.js';
import { ThreadPorts } from './thread-ports.js';

/** As deep below dist/main as below dist/bundle/main. */
export const TASK_THREAD_FILE = fileURLToPath(new URL('../blocking/thread/task-thread.js', import.meta.url));

export class BlockingPool {
  readonly #settings: BlockingSettings;
  readonly #queue = new TaskQueue<BlockingJob>();
  readonly #ports = new ThreadPorts();
  #threads: ThreadPool | undefined;
  #running = 0;

  constructor(settings: BlockingSettings) {
    this.#settings = settings;
    // What was posted and not received; before the runtime's own hook, which flushes.
    process.prependListener('exit', () => this.#ports.receiveSpans());
  }

  get threadsMax(): number {
    return this.#settings.threads;
  }

  run(job: BlockingJob): void {
    if (this.#running < this.#settings.threads) this.#start(job);
    else if (this.#queue.size < this.#settings.queueSize) this.#queue.add(job);
    else job.fail(new BlockingQueueFullError(job.name, this.#queue.size));
  }

  readonly leaveQueue = (job: BlockingJob): void => {
    this.#queue.remove(job);
  };

  #start(job: BlockingJob): void {
    this.#running++;
    job.handedMillis = monotonicMillis();
    let running: Promise<TaskReturn>;
    try {
      this.#threads ??= this.#createThreads();
      const transferList = job.transferList as never;
      const { killer } = job;
      running = this.#threads.run(
        job.call,
        killer === undefined ? { transferList } : { transferList, signal: killer.signal },
      );
    } catch (error) {
      running = Promise.reject(error);
    }
    running.then(
      (result) => this.#onReturn(job, result),
      (error: unknown) => this.#onFailure(job, error),
    );
  }

  #onReturn(job: BlockingJob, result: TaskReturn): void {
    const [threadId, , , kind] = result;
    const value = kind === 'posted' ? this.#ports.takeResult(threadId) : undefined;
    this.#ports.receiveSpans();
    this.#next();
    job.finish(result, value);
  }

  #onFailure(job: BlockingJob, error: unknown): void {
    this.#ports.receiveSpans();
    this.#next();
    // Given up: it has its reason already.
    if (job.givenUp === undefined) job.fail(failureOf(error, job));
  }

  #next(): void {
    this.#running--;
    const job = this.#queue.take();
    if (job !== undefined) this.#start(job);
  }

  #createThreads(): ThreadPool {
    const { threads, keepAliveMillis, resourceLimits } = this.#settings;
    const workerData: TaskThreadData = {
      offloopTaskThread: true,
      limits: limitsForTasks(),
      spansInFlight: this.#ports.spansInFlight,
    };
    const pool = createThreadPool({
      filename: TASK_THREAD_FILE,
      name: 'runTask',
      minThreads: 0,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: keepAliveMillis,
      // Between tasks a thread's loop turns: what a task has opened (sockets, timers, spans) goes on.
      atomics: 'async',
      recordTiming: false,
      resourceLimits,
      workerData,
      env: taskEnvironment(),
    });
    pool.on('message', (message) => this.#ports.greet(message));
    pool.on('error', (error) => {
      report('error', 'blocking thread', `a thread for blocking tasks failed: ${causeOf(error)}`);
    });
    pool.on('workerDestroy', () => queueMicrotask(() => this.#giveUpStuck(pool)));
    return pool;
  }

  /** Threads that die while they start leave their tasks in piscina's queue for ever. */
  #giveUpStuck(pool: ThreadPool): void {
    if (this.#threads !== pool || pool.threads.length > 0 || pool.queueSize === 0) return;
    this.#threads = undefined;
    void pool.destroy();
  }
}

/** offloop/register, which the thread inherits, starts nothing in there; the thread removes the mark once it is up. */
export function taskEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, OFFLOOP_INTERNAL_WORKER: '1' };
}
