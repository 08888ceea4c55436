// The thread that works for `blockOn`: one for each thread that calls it, made when it is wanted, ended after a while without
// calls, and when a call takes too long. Thread: the user's, whose loop stands still in `call`. Caller: block-on-runner.ts.
//
// Not of piscina's pool: a pool's threads get ready, and its answers come, by events of the very loop that stands still.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { atomicLoad, atomicStore, atomicWait } from '../../shared/atomics.js';
import type {
  SpansMessage,
  TaskCall,
  TaskReturn,
  TaskThreadData,
  ThreadEnd,
} from '../blocking/message/task-message.js';
import { clockForTasks, limitsForTasks, takeThreadMessage } from '../blocking/span-sink.js';
import { taskEnvironment } from '../blocking/task-thread-host.js';
import { monotonicMillis } from '../lifecycle/process-clock.js';
import { packageFile } from '../package/installed-package.js';

const THREAD_FILE = 'main/blocking/thread/block-on-thread.js';
const KEEP_ALIVE_MILLIS = 10_000;
/** How long spans of the task may wait to be received; an answer wakes the caller at once. */
const SLICE_MILLIS = 50;

/** The last thing that the thread said of a call; undefined: nothing in time. */
export type BlockOnAnswer = TaskReturn | ThreadEnd;

export class BlockOnThread {
  readonly #worker: Worker;
  /** Read without a loop only: with a listener each answer would wake the loop that stands still. */
  readonly #calls: MessagePort;
  readonly #spans: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #spansInFlight = new Int32Array(new SharedArrayBuffer(4));
  #lastCallMillis = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Ended, or ending: the next call wants another one. */
  isGone = false;

  constructor(resourceLimits: Readonly<Record<string, number>>) {
    const calls = new MessageChannel();
    const spans = new MessageChannel();
    const workerData: TaskThreadData = {
      offloopTaskThread: true,
      limits: limitsForTasks(),
      unixMillisAtMonotonicZero: clockForTasks(),
      spansInFlight: this.#spansInFlight,
      blockOn: { calls: calls.port2, spans: spans.port2, answered: this.#answered },
    };
    this.#worker = new Worker(packageFile(THREAD_FILE), {
      name: 'offloop-block-on',
      workerData,
      transferList: [calls.port2, spans.port2],
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
    this.#calls = calls.port1;
    this.#spans = spans.port1;
    // Spans that end after their task.
    this.#spans.on('message', (said: SpansMessage) => takeThreadMessage(said, this.#spansInFlight));
    this.#spans.unref();
  }

  /** Blocks. Throws if the arguments cannot be cloned. Undefined: no answer in time, and the thread is ended. */
  call(call: TaskCall, timeoutMillis: number): BlockOnAnswer | undefined {
    const deadline = monotonicMillis() + timeoutMillis;
    atomicStore(this.#answered, 0, 0);
    this.#calls.postMessage(call);
    let answer: BlockOnAnswer | undefined;
    let leftMillis = timeoutMillis;
    while (answer === undefined && leftMillis > 0) {
      atomicWait(this.#answered, 0, 0, Math.min(SLICE_MILLIS, leftMillis));
      answer = this.#received(this.#calls) as BlockOnAnswer | undefined;
      // After it: all that was posted before it is there.
      this.#receiveSpans();
      this.#lastCallMillis = monotonicMillis();
      leftMillis = deadline - this.#lastCallMillis;
    }
    if (!Array.isArray(answer)) this.#end();
    else this.#idleTimer ??= this.#endIdleIn(KEEP_ALIVE_MILLIS);
    return answer;
  }

  #end(): void {
    this.isGone = true;
    clearTimeout(this.#idleTimer);
    void this.#worker.terminate();
  }

  /** One timer, and not for each call: it may come when the thread has not been idle for long. */
  #endIdleIn(millis: number): NodeJS.Timeout {
    return setTimeout(() => {
      const leftMillis = this.#lastCallMillis + KEEP_ALIVE_MILLIS - monotonicMillis();
      if (leftMillis > 1) this.#idleTimer = this.#endIdleIn(leftMillis);
      else this.#end();
    }, millis).unref();
  }

  #receiveSpans(): void {
    while (atomicLoad(this.#spansInFlight, 0) > 0) {
      const said = this.#received(this.#spans) as SpansMessage | undefined;
      if (said === undefined) return;
      takeThreadMessage(said, this.#spansInFlight);
    }
  }

  #received(port: MessagePort): unknown {
    return (receiveMessageOnPort(port) as { message: unknown } | undefined)?.message;
  }
}
