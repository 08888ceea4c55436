// `@instrument`: `traced` for methods, as a standard decorator and as a legacy one (`experimentalDecorators`). Thread: the
// user's, when a class is defined. Callers: users through the door `offloop`.

import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { checkOptionNames, type GivenOptions, SpanDefinition } from './span-definition.js';
import { TRACED_OPTIONS, wrapped } from './traced.js';
import type { InstrumentOptions } from './traced-options.js';

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** A result in each of the forms in which a call can come to it. */
type Returning<Value> =
  | Value
  | PromiseLike<Value>
  | Generator<unknown, Value, never>
  | AsyncGenerator<unknown, Value, never>;

/** What `instrument(options)` gives: takes methods which the options fit, and leaves their type as it is. */
export interface InstrumentDecorator<This, Args extends readonly unknown[], Value> {
  <M extends (this: This, ...args: Args) => Returning<Value>>(
    method: M,
    context: { readonly kind: 'method'; readonly name: string | symbol },
  ): M;
  <M extends (this: This, ...args: Args) => Returning<Value>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void;
}

/**
 * Makes a span of each call of a method, static or not, private too, of all kinds that {@link traced} takes, with the same
 * options: `@instrument({ record: ['id'] })`. The span has the method's name, or `options.name`. Works as a standard decorator
 * and with `experimentalDecorators`.
 *
 * Throws an {@link OptionError} when the class is defined: for what is no method (a field, an accessor, a class), for wrong
 * options, and for `@instrument` without parentheses.
 */
export function instrument<This = never, Args extends readonly unknown[] = never[], Value = unknown>(
  options?: InstrumentOptions<This, Args, Value>,
): InstrumentDecorator<This, Args, Value>;
export function instrument(...given: unknown[]): unknown {
  const [options] = given;
  if (given.length > 1 || typeof options === 'function') {
    throw refusal('@instrument without parentheses', 'called', 'Write @instrument().');
  }
  const checked = checkOptionNames('instrument', options, TRACED_OPTIONS);
  return (target: unknown, contextOrKey: unknown, descriptor?: PropertyDescriptor): unknown =>
    isStandardContext(contextOrKey)
      ? decorateStandard(target, contextOrKey, checked)
      : decorateLegacy(contextOrKey, descriptor, checked);
}

interface StandardContext {
  readonly kind: string;
  readonly name?: string | symbol;
}

function isStandardContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function decorateStandard(method: unknown, { kind, name }: StandardContext, options: GivenOptions): Callable {
  if (kind !== 'method' || typeof method !== 'function') throw noMethod(kind, name);
  return decorated(method as Callable, name, options);
}

/** The descriptor is changed in place, which all compilers that emit legacy decorators take up. */
function decorateLegacy(
  key: unknown,
  descriptor: PropertyDescriptor | undefined,
  options: GivenOptions,
): PropertyDescriptor {
  // A decorated class has no key, a field no descriptor, or one with an initializer.
  if (key === undefined) throw noMethod('class', undefined);
  if (typeof descriptor !== 'object' || descriptor === null) throw noMethod('field', key);
  if (typeof descriptor.value !== 'function')
    throw noMethod(descriptor.get || descriptor.set ? 'accessor' : 'field', key);
  descriptor.value = decorated(descriptor.value, key, options);
  return descriptor;
}

function decorated(method: Callable, key: unknown, options: GivenOptions): Callable {
  const name = options.name ?? (method.name === '' ? String(key) : method.name);
  return wrapped(method, new SpanDefinition('instrument', name, options, method));
}

function noMethod(kind: string, name: unknown): OptionError {
  return refusal(
    name === undefined
      ? `a ${kind}`
      : `the ${kind} ${quoteValue(typeof name === 'symbol' ? String(name) : name)}`,
    'on a method, static or not',
    'Use traced(name, fn) for functions that fields hold.',
  );
}

function refusal(value: string, range: string, remedy: string): OptionError {
  return new OptionError({ option: 'instrument', value, range, remedy });
}
