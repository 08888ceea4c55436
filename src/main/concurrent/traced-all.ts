// Work on many items at a time, traced: a span for the whole and one for each item. Thread: producer. Callers: users, through
// the door `offloop`.

import { type Attributes, trace } from '@opentelemetry/api';
import { LEVEL_DEFAULT, LEVEL_NAMES, type Level, levelRank } from '../../shared/config/level-directives.js';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { CONCURRENT_ITEMS_DEFAULT, CONCURRENT_ITEMS_MAX } from '../../shared/limits.js';
import { isEnabled } from '../levels/levels.js';
import { ConcurrentRun } from './concurrent-run.js';
import { type ItemSource, itemSource } from './item-source.js';

/** What is done with one item. `signal` is aborted when the work shall end before its time; `index` counts from 0. */
export type ItemFunction<T, R> = (item: T, index: number, signal: AbortSignal) => R | PromiseLike<R>;

export interface TracedAllOptions {
  /** Of the span for the whole. */
  readonly name: string;
  /** Of the spans for the items. Default: the name and ` item`. */
  readonly itemName?: string;
  /** Items in work at a time. Default 16; 1 to 65536. */
  readonly concurrency?: number;
  /**
   * `first-failure` (the default): the first item that fails ends the work, and its error is thrown. `all-settled`: all
   * items are done, whatever becomes of the others, and the outcomes are those of `Promise.allSettled`.
   */
  readonly mode?: 'first-failure' | 'all-settled';
  /** Ends the work when it is aborted; its reason is thrown, in both modes. */
  readonly signal?: AbortSignal;
  /** Of all these spans. Default `info`. */
  readonly level?: Level;
  /** Of all these spans; becomes their instrumentation scope. Default none, scope `offloop`. */
  readonly target?: string;
  /** Of the span for the whole. */
  readonly attributes?: Attributes;
}

/**
 * Calls `fn` for each item, at most `concurrency` at a time, and resolves with the results in the order of the items. Items are
 * taken from an iterable or async iterable as there is room, so it may be endless.
 *
 * One span is there for the whole, with `offloop.concurrency`, `offloop.items` (begun) and `offloop.items.failed`; below it one for
 * each item, with `offloop.item.index`, active in `fn` and all that it awaits. An item that fails gets the exception and the
 * status; so does the whole in mode `first-failure`. What fails after the work was ended has `offloop.aborted` too.
 *
 * The work ends early at the first failure (in that mode), when `signal` is aborted, and when the iterable fails: no item is begun
 * any more, the signal given to `fn` is aborted, and when the items in work have settled the promise rejects: none of them goes
 * on unnoticed. Wrong arguments reject with an OptionError.
 */
export function tracedAll<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  options: TracedAllOptions & { readonly mode: 'all-settled' },
  fn: ItemFunction<T, R>,
): Promise<PromiseSettledResult<Awaited<R>>[]>;
export function tracedAll<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  options: TracedAllOptions & { readonly mode?: 'first-failure' },
  fn: ItemFunction<T, R>,
): Promise<Awaited<R>[]>;
export async function tracedAll<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: TracedAllOptions,
  fn: ItemFunction<T, unknown>,
): Promise<unknown[]> {
  const checked = checkedOptions(options);
  const source = itemSource<T>(items);
  if (source === undefined) {
    refuse('items', items, 'an iterable or an async iterable', 'Hand in an array, for example.');
  }
  if (typeof fn !== 'function') refuse('fn', fn, 'a function', 'Write tracedAll(items, options, fn).');
  const { level = LEVEL_DEFAULT, target = '' } = options;
  const tracer = isEnabled(level, target) ? trace.getTracer(target === '' ? 'offloop' : target) : undefined;
  return new ConcurrentRun<T>(source as ItemSource<T>, checked, fn, tracer).result();
}

export type CheckedOptions = Required<Pick<TracedAllOptions, 'name' | 'concurrency' | 'mode'>> &
  Pick<TracedAllOptions, 'signal' | 'attributes'> & {
    /** Undefined: items have no spans but those that the function makes. */
    readonly itemName: string | undefined;
  };

function checkedOptions(options: TracedAllOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    refuse('options', options, 'an object', "Write { name: 'load users', concurrency: 8 }.");
  }
  const {
    name,
    mode = 'first-failure',
    concurrency = CONCURRENT_ITEMS_DEFAULT,
    signal,
    attributes,
  } = options;
  const { itemName = `${name} item`, level = LEVEL_DEFAULT, target = '' } = options;
  checkText('name', name);
  checkText('itemName', itemName);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > CONCURRENT_ITEMS_MAX) {
    const range = `a whole number from 1 to ${CONCURRENT_ITEMS_MAX}`;
    refuse('concurrency', concurrency, range, `Use ${CONCURRENT_ITEMS_DEFAULT}, for example.`);
  }
  if (mode !== 'first-failure' && mode !== 'all-settled') {
    refuse('mode', mode, 'first-failure or all-settled', 'Choose one of them or leave it out.');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    refuse('signal', signal, 'an AbortSignal', 'Hand in the signal of an AbortController.');
  }
  if (levelRank(level) === undefined) {
    refuse('level', level, `one of ${LEVEL_NAMES}`, 'Choose one of them or leave it out.');
  }
  if (typeof target !== 'string') refuse('target', target, 'text', "Write target: 'shop.cart'.");
  return { name, itemName, concurrency, mode, ...(signal && { signal }), ...(attributes && { attributes }) };
}

function checkText(option: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    refuse(option, value, 'text', `Write ${option}: 'load users'.`);
}

function refuse(option: string, value: unknown, range: string, remedy: string): never {
  throw new OptionError({ option: `tracedAll.${option}`, value: quoteValue(value), range, remedy });
}
