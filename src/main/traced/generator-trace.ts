// The span of one generator, synchronous or asynchronous: active inside of each resume, ended by the end, by what is thrown,
// or by an early return(). Thread: the user's. Caller: traced-call.ts.
//
// The generator stays the object that it is, with methods of its own in front of those of its prototype: iteration, iterator
// helpers, `instanceof` and whatever the function put on it work on.

import { type Context, context, type Span } from '@opentelemetry/api';
import { withSpan } from '../context/span-context-node.js';
import { spanIsFollowed, spanIsOver } from './abandoned-spans.js';
import { fail, succeed } from './outcome.js';
import type { SpanDefinition } from './span-definition.js';

type Method = 'next' | 'return' | 'throw';
type Resume = (value: unknown) => unknown;
type Methods = Record<Method, Resume>;

/** Also what compilers make of generators for older targets. */
export function isGenerator(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const object = value as Methods & Partial<Record<symbol, unknown>>;
    return (
      typeof object.next === 'function' &&
      typeof object.throw === 'function' &&
      typeof object.return === 'function' &&
      (typeof object[Symbol.iterator] === 'function' || typeof object[Symbol.asyncIterator] === 'function')
    );
  } catch {
    return false;
  }
}

/**
 * `span`: begun with the call already, and `parent` the context that has it. Undefined: `start` begins it with the first
 * next(); a generator that is never asked has none.
 */
export function traceGenerator(
  generator: object,
  definition: SpanDefinition,
  parent: Context,
  span: Span | undefined,
  start: (() => Span) | undefined,
): object {
  const methods = generator as Methods;
  const { next, return: finish, throw: raise } = methods;
  const trace = new GeneratorTrace(definition, parent, span, start);
  const own = (method: Method, original: Resume) => ({
    configurable: true,
    writable: true,
    value(this: unknown, ...values: [unknown]): unknown {
      return this === generator
        ? trace.resume(method, original, generator, values)
        : Reflect.apply(original, this, values);
    },
  });
  try {
    Object.defineProperties(generator, {
      next: own('next', next),
      return: own('return', finish),
      throw: own('throw', raise),
    });
    if (span !== undefined) spanIsFollowed(generator, span);
  } catch {
    // Frozen, or a proxy that refuses: the call's span ends with the call.
    if (span !== undefined) succeed(definition, span, undefined);
  }
  return generator;
}

class GeneratorTrace {
  readonly #definition: SpanDefinition;
  readonly #start: (() => Span) | undefined;
  #context: Context;
  #span: Span | undefined;
  #isRunning = false;
  #isOver = false;

  constructor(
    definition: SpanDefinition,
    parent: Context,
    span: Span | undefined,
    start: (() => Span) | undefined,
  ) {
    this.#definition = definition;
    this.#context = parent;
    this.#span = span;
    this.#start = start;
  }

  resume(method: Method, original: Resume, generator: object, values: [unknown]): unknown {
    // From inside of its own body it only throws, and goes on.
    if (this.#isOver || this.#isRunning) return Reflect.apply(original, generator, values);
    if (this.#span === undefined && method === 'next') this.#begin(generator);
    if (this.#span === undefined) {
      // return() or throw() before the first next(): the body will never run.
      this.#isOver = true;
      return Reflect.apply(original, generator, values);
    }
    const result = this.#run(original, generator, values);
    return isPromise(result) ? this.#later(result) : this.#seen(result);
  }

  #begin(generator: object): void {
    const span = this.#start?.();
    if (span === undefined) return;
    this.#span = span;
    this.#context = withSpan(this.#context, span);
    spanIsFollowed(generator, span);
  }

  #run(original: Resume, generator: object, values: [unknown]): unknown {
    this.#isRunning = true;
    try {
      return context.with(this.#context, original, generator, ...values);
    } catch (error) {
      this.#end((span) => fail(this.#definition, span, error));
      throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  #seen(result: unknown): unknown {
    const { done, value } = (result ?? {}) as { done?: unknown; value?: unknown };
    if (done === true) this.#end((span) => succeed(this.#definition, span, value));
    return result;
  }

  #later(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
      (result) => this.#seen(result),
      (error) => {
        this.#end((span) => fail(this.#definition, span, error));
        throw error;
      },
    );
  }

  #end(how: (span: Span) => void): void {
    const span = this.#span;
    if (span === undefined || this.#isOver) return;
    this.#isOver = true;
    how(span);
    spanIsOver(span);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === 'function';
}
