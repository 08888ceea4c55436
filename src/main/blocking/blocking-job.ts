// One blocking task on its way: waiting, running, over. Abort and time-out end it in any of these states. Thread: the user's.
// Callers: blocking-runner.ts makes it; blocking-pool.ts moves it on.

import { BlockingTimeoutError } from './blocking-errors.js';
import type { TaskCall, TaskReturn } from './task-message.js';
import type { TaskSpan } from './task-span.js';

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
  /** Ends the thread it runs in; undefined: nothing can end it. */
  readonly killer: AbortController | undefined;
  /** Settles when the span has ended. */
  readonly done: Promise<unknown>;
  /** Why it was given up: what it rejects with, whatever becomes of the thread. */
  givenUp: { readonly reason: unknown } | undefined;
  readonly #span: TaskSpan;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #leaveQueue: (job: BlockingJob) => void;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(
    name: string,
    call: TaskCall,
    span: TaskSpan,
    options: JobOptions,
    leaveQueue: (job: BlockingJob) => void,
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
    this.#leaveQueue = leaveQueue;
    this.#signal = signal;
    if (signal === undefined && timeoutMillis === undefined) return;
    this.killer = new AbortController();
    signal?.addEventListener('abort', this, { once: true });
    // The running task keeps the process alive, and one that waits has a running one before it.
    if (timeoutMillis !== undefined) {
      this.#timer = setTimeout(() => {
        this.#giveUp(new BlockingTimeoutError(name, timeoutMillis, this.handedMillis !== 0));
      }, timeoutMillis).unref();
    }
  }

  finish(result: TaskReturn, value: unknown): void {
    if (this.givenUp !== undefined) return;
    this.#stopWatching();
    try {
      this.#resolve(this.#span.settle(result, value));
    } catch (error) {
      this.#reject(error);
    }
  }

  fail(error: unknown): void {
    this.#stopWatching();
    this.#span.fail(error, this.handedMillis);
    this.#reject(error);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#giveUp(this.#signal?.reason);
  }

  #giveUp(reason: unknown): void {
    if (this.givenUp !== undefined) return;
    this.givenUp = { reason };
    if (this.handedMillis !== 0) this.killer?.abort(reason);
    else this.#leaveQueue(this);
    this.fail(reason);
  }

  #stopWatching(): void {
    if (this.killer === undefined) return;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
  }
}
