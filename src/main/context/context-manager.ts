// The active context, carried by AsyncLocalStorage across promises, timers and callbacks. Thread: producer.
// Callers: @opentelemetry/api once start() registered it; tracer.ts for the parent.
// Specification: Context; the API's ContextManager, with `attach` of API 1.10.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import { bindEmitter } from './bound-emitter.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

interface ContextToken {
  dispose(): void;
}

export class AsyncLocalContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    if (typeof fn !== 'function') return undefined as ReturnType<F>;
    // The usual call has neither receiver nor arguments: no bound function is made for it.
    if (thisArg === undefined && args.length === 0) {
      return this.#storage.run(context, fn as unknown as () => ReturnType<F>);
    }
    const call = fn as unknown as (this: unknown, ...args: A) => ReturnType<F>;
    return this.#storage.run(context, () => call.apply(thisArg, args));
  }

  bind<T>(context: Context, target: T): T {
    try {
      return this.#bind(context, target);
    } catch {
      // A frozen emitter, or a proxy whose traps throw: it works on as it is.
      return target;
    }
  }

  #bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) {
      bindEmitter(target, (listener) => this.#bindFunction(context, listener));
      return target;
    }
    if (typeof target === 'function') {
      return this.#bindFunction(context, target as unknown as AnyFunction) as unknown as T;
    }
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  /** Makes `context` active until the token is disposed (API 1.10, experimental there). */
  attach(context: Context): ContextToken {
    const previous = this.#storage.getStore();
    this.#storage.enterWith(context);
    return {
      dispose: () => {
        this.#storage.enterWith(previous ?? ROOT_CONTEXT);
      },
    };
  }

  /** Runs in `context` whoever calls it; keeps receiver, arguments and `length`. */
  #bindFunction(context: Context, target: AnyFunction): AnyFunction {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => target.apply(this, args));
    };
    Object.defineProperty(bound, 'length', { configurable: true, value: target.length });
    return bound;
  }
}
