// One thread that runs blocking tasks, one at a time: calls go to it, and spans and answers come, over a port of its own. Thread:
// the user's. Caller: blocking-pool.ts.
//
// piscina hosts the thread, in a pool of one (decision 0015). What the thread posts arrives in its order: spans as they end, then
// the answer. So when a task's promise is settled, its spans are recorded, and what had ended is there however the thread ends.

import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { monotonicMillis } from '../lifecycle/process-clock.js';
import { createThreadPool, type ThreadPool } from '../lifecycle/thread-pool.js';
import { packageFile } from '../package/installed-package.js';
import { isSpansMessage, type TaskThreadData, type ThreadMessage } from './message/task-message.js';
import type { BlockingJob } from './pool/blocking-job.js';
import { cloneFailureOf, failureOf } from './pool/thread-failure.js';
import { clockForTasks, limitsForTasks, takeThreadMessage } from './span-sink.js';

const TASK_THREAD_FILE = 'main/blocking/thread/task-thread.js';

export interface TaskThreadEvents {
  /** Its task is over, it can have another one. */
  onIdle(thread: TaskThread): void;
  /** It has ended; its task, if it had one, has failed. */
  onGone(thread: TaskThread): void;
}

export class TaskThread {
  idleSinceMillis = 0;
  readonly #events: TaskThreadEvents;
  readonly #spansInFlight: Int32Array;
  readonly #pool: ThreadPool;
  readonly #port: MessagePort;
  #job: BlockingJob | undefined;
  #isUp = false;
  #isEnding = false;
  #error: unknown;

  /** Throws if no thread can be made. The thread starts meanwhile; its first task waits in the port. */
  constructor(
    resourceLimits: Readonly<Record<string, number>>,
    spansInFlight: Int32Array,
    events: TaskThreadEvents,
  ) {
    this.#events = events;
    this.#spansInFlight = spansInFlight;
    const workerData: TaskThreadData = {
      offloopTaskThread: true,
      limits: limitsForTasks(),
      unixMillisAtMonotonicZero: clockForTasks(),
      spansInFlight,
    };
    this.#pool = createThreadPool({
      filename: packageFile(TASK_THREAD_FILE),
      name: 'attach',
      minThreads: 1,
      maxThreads: 1,
      // Between tasks the thread's loop turns: what a task has opened (sockets, timers, spans) goes on.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits,
      workerData,
      env: taskEnvironment(),
    });
    // What is wrong with the thread is said by itself, below; and it is never replaced by piscina.
    this.#pool.on('error', () => {});
    this.#pool.on('workerDestroy', () => void this.#pool.destroy());
    const [worker] = this.#pool.threads;
    worker.once('error', (error) => {
      this.#error = error;
    });
    worker.once('exit', (exitCode) => this.#onExit(exitCode));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: ThreadMessage) => this.#take(message));
    // Without a task it keeps nothing alive.
    port1.unref();
    // Of a thread that is ending: what became of its task is known when it has ended.
    port1.once('close', () => {
      if (this.#job !== undefined) worker.ref();
    });
    this.#pool.run(port2, { transferList: [port2] }).then(
      () => {
        this.#isUp = true;
      },
      () => {},
    );
  }

  /** False: the job has failed, since its arguments cannot be posted. */
  run(job: BlockingJob): boolean {
    job.handedMillis = monotonicMillis();
    try {
      this.#port.postMessage(job.call, job.transferList as never);
    } catch (error) {
      job.fail(cloneFailureOf(error, job.name, job.call[1]) ?? error);
      return false;
    }
    this.#job = job;
    job.thread = this;
    this.#port.ref();
    return true;
  }

  /** All that it has posted. */
  receive(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: ThreadMessage } | undefined;
      if (received === undefined) return;
      this.#take(received.message);
    }
  }

  /** At once, with its task: it is gone when the thread has ended, and until then it counts. */
  end(): void {
    this.#isEnding = true;
    void this.#pool.destroy();
  }

  #take(message: ThreadMessage): void {
    if (isSpansMessage(message)) {
      takeThreadMessage(message, this.#spansInFlight);
      return;
    }
    const job = this.#job;
    // The answer of a task that was given up may be under way.
    if (job === undefined || this.#isEnding) return;
    this.#job = undefined;
    this.#port.unref();
    this.#events.onIdle(this);
    job.finish(message);
  }

  #onExit(exitCode: number): void {
    this.receive();
    this.#port.close();
    const job = this.#job;
    this.#job = undefined;
    if (job !== undefined) job.fail(failureOf(job.name, this.#isUp, this.#error, exitCode));
    else if (this.#error !== undefined) {
      report('error', 'blocking thread', `a thread for blocking tasks failed: ${causeOf(this.#error)}`);
    }
    this.#events.onGone(this);
  }
}

/** offloop/register, which the thread inherits, starts nothing in there; the thread removes the mark once it is up. */
export function taskEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, OFFLOOP_INTERNAL_WORKER: '1' };
}
