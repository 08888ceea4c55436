// HOT. An iterator in front of an asynchronous one: counts what comes out, tells the span how it ends. Thread: producer.
// Caller: traced-stream.ts. What the source returns, rejects with and is sent goes through as it is; calls that overlap
// are handed on at once, and answered in the source's order.

import { context } from '@opentelemetry/api';
import type { OpenedStream, StreamEnd, StreamSpan } from './stream-span.js';

type Result = IteratorResult<unknown, unknown>;
/** Not always a promise: `for await` takes a plain result too, and so does who calls a bare iterator. */
type Step = (this: unknown, value?: unknown) => PromiseLike<Result> | Result;
export type AsyncIteratorSource = { next: Step; return?: Step; throw?: Step };

/** With `Symbol.asyncIterator` and, where Node has it, `await using`. */
const PROTOTYPE = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})())),
) as object;

class TracedAsyncIterator {
  readonly #life: StreamSpan;
  readonly #source: AsyncIteratorSource;
  readonly #next: Step;
  readonly #context: OpenedStream['context'];
  // Made once, not for each item. They hold the wrapper while a result is due: it is no garbage yet.
  readonly #onNext = (result: Result): Result => this.#took(result, 'completed');
  readonly #onReturn = (result: Result): Result => this.#took(result, 'returned');
  readonly #onError = (error: unknown): never => {
    this.#life.fail(error);
    throw error;
  };
  /** Only where the source has one: `yield*` asks for it. */
  declare throw?: (error?: unknown) => PromiseLike<Result> | Result;

  constructor(source: AsyncIteratorSource, opened: OpenedStream) {
    this.#life = opened.life;
    this.#source = source;
    this.#context = opened.context;
    // Once, as `for await` reads it.
    this.#next = context.bind(opened.context, source.next);
    if (typeof source.throw === 'function') {
      const raise = (error: unknown) => this.#step(source.throw as Step, [error]);
      Object.defineProperty(this, 'throw', { configurable: true, writable: true, value: raise });
    }
    this.#life.watch(this);
  }

  next(...sent: [] | [unknown]): PromiseLike<Result> | Result {
    let result: PromiseLike<Result> | Result;
    try {
      result =
        sent.length === 0 ? this.#next.call(this.#source) : this.#next.call(this.#source, sent[0] as unknown);
    } catch (error) {
      return this.#onError(error);
    }
    return isPromise(result) ? result.then(this.#onNext, this.#onError) : this.#onNext(result);
  }

  return(...sent: [] | [unknown]): PromiseLike<Result> | Result {
    const end = this.#source.return;
    if (typeof end === 'function') return this.#step(end, sent);
    this.#life.finish('returned');
    return Promise.resolve(sent[0]).then((value) => ({ done: true, value }));
  }

  /** A generator may still yield: from `finally`, or from the `catch` that took what was thrown. */
  #step(method: Step, args: unknown[]): PromiseLike<Result> | Result {
    let result: PromiseLike<Result> | Result;
    try {
      const call = method as (...args: unknown[]) => PromiseLike<Result> | Result;
      result = context.with(this.#context, call, this.#source, ...args);
    } catch (error) {
      return this.#onError(error);
    }
    return isPromise(result) ? result.then(this.#onReturn, this.#onError) : this.#onReturn(result);
  }

  #took(result: Result, end: StreamEnd): Result {
    if (result?.done) this.#life.finish(end);
    else this.#life.item(result?.value);
    return result;
  }
}
Object.setPrototypeOf(TracedAsyncIterator.prototype, PROTOTYPE);

function isPromise(result: PromiseLike<Result> | Result): result is PromiseLike<Result> {
  return typeof (result as PromiseLike<Result> | undefined)?.then === 'function';
}

export function traceAsyncIterator(source: AsyncIteratorSource, opened: OpenedStream): object {
  return new TracedAsyncIterator(source, opened);
}
