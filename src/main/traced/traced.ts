// `traced`: a function that makes a span of each of its calls. Thread: the user's. Callers: users through the door
// `offloop`; instrument.ts.

import { types } from 'node:util';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { checkOptionNames, SpanDefinition } from './span-definition.js';
import { callGenerator, callTraced } from './traced-call.js';
import type { AnyFunction, NamedTracedOptions, TracedOptions } from './traced-options.js';

type Callable = (this: unknown, ...args: unknown[]) => unknown;

export const TRACED_OPTIONS: readonly string[] = [
  ...['name', 'kind', 'level', 'target', 'attributes', 'fields', 'record', 'result', 'errors'],
  ...['links', 'root', 'parent'],
];

/**
 * A function that does what `fn` does, and makes a span of each call. What the call returns tells how long the span is: to the
 * return, to the end of the promise, or, for generators of both kinds, from the first `next()` to the end, to what is thrown
 * or to an early `return()`. The span is active during the call and in everything awaited in it. What is thrown is
 * recorded and goes on untouched. `this`, `length`, `name`, properties and the TypeScript type are those of `fn`.
 *
 * Options: see {@link TracedOptions}; nothing of the arguments is recorded by default. The span has the function's name, or
 * `options.name`, or `name`. Before `start()` and without telemetry calls go through and record nothing; so do
 * calls that are disabled by level (`OFFLOOP_LEVEL`), of which nothing is computed.
 *
 * Throws an {@link OptionError} at once for what is no function, a class, a function without a name where none is given, an
 * unknown or wrong option, an argument in `record` that the function does not have. What `fields`, `result`, `errors`, `links`
 * and `parent` throw is counted and reported through `diag`, and the call goes on.
 */
export function traced<F extends AnyFunction>(fn: F, options?: TracedOptions<F>): F;
export function traced<F extends AnyFunction>(name: string, fn: F, options?: NamedTracedOptions<F>): F;
export function traced(...given: unknown[]): unknown {
  const [name, fn, options] = typeof given[0] === 'string' ? given : [undefined, ...given];
  checkFunction(fn);
  const checked = checkOptionNames('traced', options, TRACED_OPTIONS);
  if (name !== undefined && checked.name !== undefined) {
    const remedy = 'Give the name once.';
    throw new OptionError({
      option: 'traced name',
      value: quoteValue(checked.name),
      range: 'left out',
      remedy,
    });
  }
  const definition = new SpanDefinition('traced', name ?? checked.name ?? fn.name, checked, fn);
  return wrapped(fn, definition);
}

/** Not a class: it cannot be called. */
function checkFunction(fn: unknown): asserts fn is Callable {
  const isClass = typeof fn === 'function' && /^class\b/.test(Function.prototype.toString.call(fn));
  if (typeof fn === 'function' && !isClass) return;
  throw new OptionError({
    option: 'traced fn',
    value: isClass ? 'a class' : quoteValue(fn),
    range: 'a function',
    remedy:
      "Write traced(fn, options) or traced('name', fn, options); methods of a class take @instrument().",
  });
}

export function wrapped(fn: Callable, definition: SpanDefinition): Callable {
  const { gate } = definition;
  const call = types.isGeneratorFunction(fn) ? callGenerator : callTraced;
  const callOpen = function (this: unknown, ...args: unknown[]): unknown {
    return call(definition, fn, this, args);
  };
  // Nothing but `apply(this, arguments)`, so that V8 makes no list of arguments for a call that is disabled: 2 to 4 ns over the
  // bare call, where an application has others that are not; 17 with `...args` in this function.
  const wrapper = function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: see above
    return (gate.isOpen() ? callOpen : fn).apply(this, arguments as unknown as never[]);
  };
  // `name`, `length`, `prototype` (of generators too: `instanceof`), and what the application has put on it.
  for (const key of Reflect.ownKeys(fn)) {
    if (key === 'arguments' || key === 'caller') continue;
    Reflect.defineProperty(wrapper, key, Reflect.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor);
  }
  return wrapper;
}
