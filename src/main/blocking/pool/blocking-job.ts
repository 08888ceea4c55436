// One blocking task on its way: waiting, running, over. Abort and time-out end it in any of these states. Thread: the user's.
// Callers: blocking-runner.ts makes it; blocking-pool.ts moves it on.

import { BlockingTimeoutError } from '../blocking-errors.js';
import type { TaskCall, TaskReturn } from '../message/task-message.js';
import type { TaskSpan } from '../task-span.js';
import type { TaskThread } from '../task-thread-host.js';

export interface JobOptions {
  readonly priority: number;
  readonly transferList: readonly object[];
  readonly signal: AbortSignal | undefined;
  readonly timeoutMillis: number | undefined;
}

export class BlockingJob {
  readonly name: string;
  readonly call: TaskCall;
  readonly priority: number;
  readonly transferList: readonly object[];
  /** When a thread was asked for; 0: it waits. */
  handedMillis = 0;
  /** Undefined: it waits. */
  thread: TaskThread | undefined;
  /** Settles when the span has ended. */
  readonly done: Promise<unknown>;
  readonly #span: TaskSpan;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onGivenUp: (job: BlockingJob) => void;
  #isOver = false;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(
    name: string,
    call: TaskCall,
    span: TaskSpan,
    options: JobOptions,
    onGivenUp: (job: BlockingJob) => void,
  ) {
    const { signal, timeoutMillis } = options;
    this.name = name;
    this.call = call;
    this.priority = options.priority;
    this.transferList = options.transferList;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#span = span;
    this.#onGivenUp = onGivenUp;
    this.#signal = signal;
    signal?.addEventListener('abort', this, { once: true });
    // The running task keeps the process alive, and one that waits has a running one before it.
    if (timeoutMillis !== undefined) {
      this.#timer = setTimeout(() => {
        this.#giveUp(new BlockingTimeoutError(name, timeoutMillis, this.handedMillis !== 0));
      }, timeoutMillis).unref();
    }
  }

  finish(result: TaskReturn): void {
    if (this.#isOver) return;
    this.#end();
    try {
      this.#resolve(this.#span.settle(result));
    } catch (error) {
      this.#reject(error);
    }
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#span.fail(error, this.handedMillis);
    this.#reject(error);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#giveUp(this.#signal?.reason);
  }

  /** Whatever becomes of its thread from now on, it is over. */
  #giveUp(reason: unknown): void {
    if (this.#isOver) return;
    this.#onGivenUp(this);
    this.fail(reason);
  }

  #end(): void {
    this.#isOver = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
  }
}
