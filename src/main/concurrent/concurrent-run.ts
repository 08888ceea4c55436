// One call of tracedAll: begins items while there is room, keeps the results in order, ends early when it has to. Thread:
// producer. Callers: traced-all.ts, blocking/run-blocking-all.ts.
//
// Invariant: the span of the whole ends after those of its items, and no promise of an item is left unobserved.

import { type Context, context, type Span, type Tracer, trace } from '@opentelemetry/api';
import { setFailed } from './failed-span.js';
import type { ItemSource, OpenSource } from './item-source.js';
import type { CheckedOptions, ItemFunction } from './traced-all.js';

export class ConcurrentRun<T> {
  readonly #source: ItemSource<T>;
  readonly #options: CheckedOptions;
  readonly #fn: ItemFunction<T, unknown>;
  /** Undefined: no spans, the level is disabled. */
  readonly #tracer: Tracer | undefined;
  readonly #results: unknown[] = [];
  readonly #abort = new AbortController();
  #failure: { readonly error: unknown; readonly ofItem: boolean } | undefined;
  #begun = 0;
  #failed = 0;
  #running = 0;
  /** Called when an item has settled. */
  #onSettled: () => void = ignore;
  /** Called when the work is ended early. */
  #onEnded: () => void = ignore;

  constructor(
    source: ItemSource<T>,
    options: CheckedOptions,
    fn: ItemFunction<T, unknown>,
    tracer: Tracer | undefined,
  ) {
    this.#source = source;
    this.#options = options;
    this.#fn = fn;
    this.#tracer = tracer;
  }

  async result(): Promise<unknown[]> {
    const { name, concurrency, attributes, signal } = this.#options;
    const parent = context.active();
    const span = this.#tracer?.startSpan(
      name,
      { attributes: { ...attributes, 'offloop.concurrency': concurrency } },
      parent,
    );
    const whole = span === undefined ? parent : trace.setSpan(parent, span);
    const onAbort = (): void => this.#end(signal?.reason, false);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await context.with(whole, () => this.#work(whole));
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (span !== undefined) this.#endSpan(span);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#results;
  }

  async #work(whole: Context): Promise<void> {
    let source: OpenSource<T> | undefined;
    try {
      if (this.#failure === undefined) source = this.#source.open();
      if (source !== undefined) await this.#takeItems(source, whole);
    } catch (error) {
      // The iterable failed, which is not to be closed then.
      this.#end(error, false);
    }
    while (this.#running > 0) await this.#settled();
  }

  async #takeItems(source: OpenSource<T>, whole: Context): Promise<void> {
    while (this.#failure === undefined) {
      if (this.#running >= this.#options.concurrency) {
        await this.#settled();
        continue;
      }
      const answer = source.next();
      const next = isPromise(answer) ? await this.#answered(answer) : answer;
      if (next === undefined) {
        // The iterable may never answer; what it does later is nobody's any more.
        void source.close();
        return;
      }
      if (next.done) return;
      // Ended while the item was on its way: it is not begun.
      if (this.#failure === undefined) void this.#item(next.value, whole);
    }
    await source.close();
  }

  /** Undefined: the work was ended before. Not Promise.race, which would keep something for each item of an endless iterable. */
  #answered(answer: Promise<IteratorResult<T>>): Promise<IteratorResult<T> | undefined> {
    return new Promise((resolve, reject) => {
      this.#onEnded = () => resolve(undefined);
      answer.then(resolve, reject);
      // Whoever was asked for the item may have ended the work.
      if (this.#failure !== undefined) this.#onEnded();
    });
  }

  /** Never rejects. */
  async #item(item: T, whole: Context): Promise<void> {
    const index = this.#begun++;
    this.#running++;
    const { itemName } = this.#options;
    const span =
      itemName === undefined
        ? undefined
        : this.#tracer?.startSpan(itemName, { attributes: { 'offloop.item.index': index } }, whole);
    const itemContext = span === undefined ? whole : trace.setSpan(whole, span);
    const { signal } = this.#abort;
    const isSettledMode = this.#options.mode === 'all-settled';
    try {
      const value = await context.with(itemContext, this.#fn, undefined, item, index, signal);
      this.#results[index] = isSettledMode ? { status: 'fulfilled', value } : value;
    } catch (reason) {
      this.#failed++;
      this.#results[index] = { status: 'rejected', reason };
      if (span !== undefined) {
        if (signal.aborted) span.setAttribute('offloop.aborted', true);
        setFailed(span, reason, true);
      }
      if (!isSettledMode) this.#end(reason, true);
    }
    span?.end();
    this.#running--;
    this.#onSettled();
  }

  /** The first reason counts. */
  #end(error: unknown, ofItem: boolean): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error, ofItem };
    this.#abort.abort(error);
    this.#onEnded();
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  #endSpan(span: Span): void {
    span.setAttributes({ 'offloop.items': this.#begun, 'offloop.items.failed': this.#failed });
    // An item's exception is an event of its own span.
    if (this.#failure !== undefined) setFailed(span, this.#failure.error, !this.#failure.ofItem);
    span.end();
  }
}

function ignore(): void {}

function isPromise<V>(value: V | Promise<V>): value is Promise<V> {
  return typeof (value as Partial<Promise<V>> | undefined)?.then === 'function';
}
