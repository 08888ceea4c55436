// One blocking task on its way: waiting, running, over. Abort and time-out end it in any of these states. Thread: the user's.
// Callers: blocking-runner.ts makes it; blocking-pool.ts moves it on.

import { BlockingTimeoutError } from './blocking-errors.js';
import { monotonicMillis, type TaskCall, type TaskReturn } from './task-message.js';

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
  readonly calledMillis = monotonicMillis();
  /** When a thread was asked for; 0: it waits. */
  handedMillis = 0;
  /** Ends the thread it runs in; undefined: nothing can end it. */
  readonly killer: AbortController | undefined;
  readonly done: Promise<{ readonly result: TaskReturn; readonly value: unknown }>;
  /** Why it was given up: what it rejects with, whatever becomes of the thread. */
  givenUp: { readonly reason: unknown } | undefined;
  readonly #settle = Promise.withResolvers<{ readonly result: TaskReturn; readonly value: unknown }>();
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #leaveQueue: (job: BlockingJob) => void;

  constructor(name: string, call: TaskCall, options: JobOptions, leaveQueue: (job: BlockingJob) => void) {
    const { signal, timeoutMillis } = options;
    this.name = name;
    this.call = call;
    this.priority = options.priority;
    this.transferList = options.transferList;
    this.done = this.#settle.promise;
    this.#leaveQueue = leaveQueue;
    this.#signal = signal;
    this.killer = signal === undefined && timeoutMillis === undefined ? undefined : new AbortController();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    // The running task keeps the process alive, and one that waits has a running one before it.
    if (timeoutMillis !== undefined) {
      this.#timer = setTimeout(() => {
        this.#giveUp(new BlockingTimeoutError(name, timeoutMillis, this.handedMillis !== 0));
      }, timeoutMillis).unref();
    }
  }

  finish(result: TaskReturn, value: unknown): void {
    this.#stopWatching();
    this.#settle.resolve({ result, value });
  }

  fail(error: unknown): void {
    this.#stopWatching();
    this.#settle.reject(error);
  }

  readonly #onAbort = (): void => this.#giveUp(this.#signal?.reason);

  #giveUp(reason: unknown): void {
    if (this.givenUp !== undefined) return;
    this.givenUp = { reason };
    if (this.handedMillis !== 0) this.killer?.abort(reason);
    else this.#leaveQueue(this);
    this.fail(reason);
  }

  #stopWatching(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
