// The thread that works for `blockOn`: one for each thread that calls it, made when it is wanted, ended after a while without
// calls, and when a call takes too long. Thread: the user's, whose loop stands still in `call`. Caller: block-on-runner.ts.
//
// Not of piscina's pool: a pool's threads get ready, and its answers come, by events of the very loop that stands still.

import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { atomicStore, atomicWait } from '../../shared/atomics.js';
import { limitsForTasks, takeThreadMessage } from './span-sink.js';
import {
  isSpansMessage,
  monotonicMillis,
  type TaskCall,
  type TaskReturn,
  type TaskThreadData,
  type ThreadEnd,
  type ThreadMessage,
} from './task-message.js';
import { taskEnvironment } from './task-thread-host.js';

const THREAD_FILE = fileURLToPath(new URL('../blocking/thread/block-on-thread.js', import.meta.url));
const KEEP_ALIVE_MILLIS = 10_000;
/** How long spans of the task may wait to be received; an answer wakes the caller at once. */
const SLICE_MILLIS = 50;

/** The last thing that the thread said of a call; undefined: nothing in time. */
export type BlockOnAnswer = TaskReturn | ThreadEnd;

export class BlockOnThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #spansInFlight = new Int32Array(new SharedArrayBuffer(4));
  #idleTimer: NodeJS.Timeout | undefined;
  #answer: BlockOnAnswer | undefined;
  /** Ended, or ending: the next call wants another one. */
  isGone = false;

  constructor(resourceLimits: Readonly<Record<string, number>>) {
    const { port1, port2 } = new MessageChannel();
    const workerData: TaskThreadData = {
      offloopTaskThread: true,
      limits: limitsForTasks(),
      spansInFlight: this.#spansInFlight,
      blockOn: { port: port2, answered: this.#answered },
    };
    this.#worker = new Worker(THREAD_FILE, {
      name: 'offloop-block-on',
      workerData,
      transferList: [port2],
      env: taskEnvironment(),
      resourceLimits,
    });
    this.#worker.unref();
    // Said by the thread itself, or seen as a time-out.
    this.#worker.on('error', () => {
      this.isGone = true;
    });
    this.#worker.once('exit', () => {
      this.isGone = true;
    });
    this.#port = port1;
    // Spans that end after their task.
    port1.on('message', (said: ThreadMessage | ThreadEnd) => this.#take(said));
    port1.unref();
  }

  /** Blocks. Throws if the arguments cannot be cloned. */
  call(call: TaskCall, timeoutMillis: number): BlockOnAnswer | undefined {
    clearTimeout(this.#idleTimer);
    this.#answer = undefined;
    const deadline = monotonicMillis() + timeoutMillis;
    atomicStore(this.#answered, 0, 0);
    this.#port.postMessage(call);
    for (;;) {
      this.#receive();
      const leftMillis = deadline - monotonicMillis();
      if (this.#answer !== undefined || leftMillis <= 0) break;
      atomicWait(this.#answered, 0, 0, Math.min(SLICE_MILLIS, leftMillis));
    }
    const answer = this.#answer as BlockOnAnswer | undefined;
    // What came of the task is its caller's alone.
    this.#answer = undefined;
    if (!Array.isArray(answer)) this.#end();
    else this.#idleTimer = setTimeout(() => this.#end(), KEEP_ALIVE_MILLIS).unref();
    return answer;
  }

  #end(): void {
    this.isGone = true;
    void this.#worker.terminate();
  }

  #receive(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: ThreadMessage | ThreadEnd } | undefined;
      if (received === undefined) return;
      this.#take(received.message);
    }
  }

  #take(said: ThreadMessage | ThreadEnd): void {
    if (isSpansMessage(said)) {
      takeThreadMessage(said, this.#spansInFlight);
    } else {
      // An error that nothing caught says more than the exit that follows.
      this.#answer ??= said;
    }
  }
}
