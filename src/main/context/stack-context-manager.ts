// The active context of synchronous code alone: what is called inside of `with` has it, what is called back later has not.
// Thread: producer. Callers: users through `offloop/sdk`, for tests and for code that is synchronous throughout; anybody else
// wants context-manager.ts. Specification: Context; the API's ContextManager. Name and shape are those of OTel JS.

import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

export class StackContextManager implements ContextManager {
  #current: Context = ROOT_CONTEXT;

  active(): Context {
    return this.#current;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context | null,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const previous = this.#current;
    this.#current = context ?? ROOT_CONTEXT;
    try {
      return Reflect.apply(fn as unknown as AnyFunction, thisArg, args) as ReturnType<F>;
    } finally {
      this.#current = previous;
    }
  }

  /** Functions run in `context` whoever calls them, and keep receiver and `length`; anything else comes back as it is. */
  bind<T>(context: Context | undefined, target: T): T {
    if (typeof target !== 'function') return target;
    const bound = context ?? this.#current;
    const manager = this;
    const run = function (this: unknown, ...args: unknown[]): unknown {
      return manager.with(bound, target as unknown as AnyFunction, this, ...args);
    };
    Object.defineProperty(run, 'length', { configurable: true, value: target.length });
    return run as unknown as T;
  }

  enable(): this {
    return this;
  }

  /** The root is active until the next `with`. */
  disable(): this {
    this.#current = ROOT_CONTEXT;
    return this;
  }
}
