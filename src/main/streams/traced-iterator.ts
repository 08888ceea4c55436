// HOT. An iterator in front of a synchronous one: counts what comes out, tells the span how it ends. Thread: producer.
// Caller: traced-stream.ts. What the source returns, throws and is sent goes through as it is.

import { context } from '@opentelemetry/api';
import type { OpenedStream, StreamSpan } from './stream-span.js';

type Step = (this: unknown, value?: unknown) => IteratorResult<unknown, unknown>;
export type IteratorSource = { next: Step; return?: Step; throw?: Step };

/** With the helpers of iterators (`map`, `take`) and, where Node has it, `using`. */
const PROTOTYPE = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;

class TracedIterator {
  readonly #life: StreamSpan;
  readonly #source: IteratorSource;
  readonly #next: Step;
  readonly #context: OpenedStream['context'];
  /** Only where the source has one: `yield*` asks for it. */
  declare throw?: (error?: unknown) => IteratorResult<unknown, unknown>;

  constructor(source: IteratorSource, opened: OpenedStream) {
    this.#life = opened.life;
    this.#source = source;
    this.#context = opened.context;
    // Once, as `for ... of` reads it.
    this.#next = context.bind(opened.context, source.next);
    if (typeof source.throw === 'function') {
      const raise = (error: unknown) => this.#step(source.throw as Step, [error], 'returned');
      Object.defineProperty(this, 'throw', { configurable: true, writable: true, value: raise });
    }
    this.#life.watch(this);
  }

  next(...sent: [] | [unknown]): IteratorResult<unknown, unknown> {
    let result: IteratorResult<unknown, unknown>;
    try {
      result =
        sent.length === 0 ? this.#next.call(this.#source) : this.#next.call(this.#source, sent[0] as unknown);
    } catch (error) {
      this.#life.fail(error);
      throw error;
    }
    if (result?.done) this.#life.finish('completed');
    else this.#life.item(result?.value);
    return result;
  }

  return(...sent: [] | [unknown]): IteratorResult<unknown, unknown> {
    const end = this.#source.return;
    if (typeof end === 'function') return this.#step(end, sent, 'returned');
    this.#life.finish('returned');
    return { done: true, value: sent[0] };
  }

  /** A generator may still yield: from `finally`, or from the `catch` that took what was thrown. */
  #step(method: Step, args: unknown[], end: 'returned'): IteratorResult<unknown, unknown> {
    try {
      const result = context.with(
        this.#context,
        method as (...args: unknown[]) => unknown,
        this.#source,
        ...args,
      );
      const { done, value } = result as IteratorResult<unknown, unknown>;
      if (done) this.#life.finish(end);
      else this.#life.item(value);
      return result as IteratorResult<unknown, unknown>;
    } catch (error) {
      this.#life.fail(error);
      throw error;
    }
  }
}
Object.setPrototypeOf(TracedIterator.prototype, PROTOTYPE);

export function traceIterator(source: IteratorSource, opened: OpenedStream): object {
  return new TracedIterator(source, opened);
}
