// The threads that run blocking tasks, and the queue before them. Thread: the user's. Caller: blocking-runner.ts, which makes it at
// the first task.
//
// Threads are made as tasks want them, and end when they had none for a while; without a task none keeps the process alive.
// Invariant: a task waits only while there are as many threads as may be, and each has a task or is ending.

import { monotonicMillis } from '../../lifecycle/process-clock.js';
import { BlockingQueueFullError } from '../blocking-errors.js';
import type { BlockingSettings } from '../blocking-options.js';

import { TaskThread, type TaskThreadEvents } from '../task-thread-host.js';
import type { BlockingJob } from './blocking-job.js';
import { TaskQueue } from './task-queue.js';
import { startFailureOf } from './thread-failure.js';

export class BlockingPool implements TaskThreadEvents {
  readonly #settings: BlockingSettings;
  readonly #queue = new TaskQueue<BlockingJob>();
  readonly #threads = new Set<TaskThread>();
  /** The one that rested last is at the end, and goes first: its caches are warm, and the others may end. */
  #idle: TaskThread[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #spansInFlight = new Int32Array(new SharedArrayBuffer(4));

  constructor(settings: BlockingSettings) {
    this.#settings = settings;
    // What was posted and not received; before the runtime's own hook, which flushes.
    process.prependListener('exit', () => {
      for (const thread of this.#threads) thread.receive();
    });
  }

  get threadsMax(): number {
    return this.#settings.threads;
  }

  run(job: BlockingJob): void {
    if (this.#idle.length > 0 || this.#threads.size < this.#settings.threads) this.#start(job);
    else if (this.#queue.size < this.#settings.queueSize) this.#queue.add(job);
    else job.fail(new BlockingQueueFullError(job.name, this.#queue.size));
  }

  /** Its caller does not want it any more. */
  readonly giveUp = (job: BlockingJob): void => {
    const { thread } = job;
    if (thread === undefined) this.#queue.remove(job);
    else thread.end();
  };

  onIdle(thread: TaskThread): void {
    for (;;) {
      const job = this.#queue.take();
      if (job === undefined) break;
      if (thread.run(job)) return;
    }
    this.#rest(thread);
  }

  onGone(thread: TaskThread): void {
    this.#threads.delete(thread);
    this.#idle = this.#idle.filter((other) => other !== thread);
    for (;;) {
      const job = this.#queue.take();
      if (job === undefined || this.#start(job)) return;
    }
  }

  /** False: the job has failed. */
  #start(job: BlockingJob): boolean {
    const thread = this.#idle.pop() ?? this.#create(job);
    if (thread === undefined) return false;
    if (thread.run(job)) return true;
    this.#rest(thread);
    return false;
  }

  #create(job: BlockingJob): TaskThread | undefined {
    try {
      const thread = new TaskThread(this.#settings.resourceLimits, this.#spansInFlight, this);
      this.#threads.add(thread);
      return thread;
    } catch (error) {
      job.fail(startFailureOf(job.name, error));
      return undefined;
    }
  }

  /** One timer for all threads, and not for each task: it may come when none has been idle for long. */
  #rest(thread: TaskThread): void {
    thread.idleSinceMillis = monotonicMillis();
    this.#idle.push(thread);
    this.#idleTimer ??= setTimeout(this.#endIdle, this.#settings.keepAliveMillis).unref();
  }

  readonly #endIdle = (): void => {
    this.#idleTimer = undefined;
    const { keepAliveMillis } = this.#settings;
    const nowMillis = monotonicMillis();
    // A timer may come up to a millisecond early.
    const isOver = ({ idleSinceMillis }: TaskThread): boolean =>
      nowMillis - idleSinceMillis >= keepAliveMillis - 1;
    for (const thread of this.#idle.filter(isOver)) thread.end();
    this.#idle = this.#idle.filter((thread) => !isOver(thread));
    if (this.#idle.length === 0) return;
    const dueMillis = this.#idle[0].idleSinceMillis + keepAliveMillis - nowMillis;
    this.#idleTimer = setTimeout(this.#endIdle, dueMillis).unref();
  };
}
