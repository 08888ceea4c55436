// The active context, carried by AsyncLocalStorage across promises, timers and callbacks. Thread: producer.
// Callers: @opentelemetry/api once start() registered it; tracer.ts for the parent; users, through `offloop/sdk`.
// Specification: Context; the API's ContextManager, with `attach` of API 1.10. Name and shape are those of OTel JS.

import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import { bindEmitter } from './bound-emitter.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

interface ContextToken {
  dispose(): void;
}

/** AsyncLocalStorage of Node 25.9 and later, and of late 24. */
interface ScopedStorage {
  withScope(context: Context): ContextToken;
}

/** What tracers need of a context manager; the API's `context` is one, too. */
export type ActiveContext = Pick<ContextManager, 'active' | 'with'>;

export class AsyncLocalStorageContextManager implements ContextManager {
  #storage = new AsyncLocalStorage<Context>();

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
    const call = fn as unknown as (this: unknown, ...args: A) => ReturnType<F>;
    // The usual call has neither receiver nor arguments: no bound function is made for it.
    if (thisArg === undefined && args.length === 0) {
      return this.#storage.run(context, fn as unknown as () => ReturnType<F>);
    }
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

  /** Nothing: a manager works from the start, and after `disable` too, as OTel JS's does. */
  enable(): this {
    return this;
  }

  /** The root is active everywhere, also inside of what was begun before, until the next `with`, `attach` or bound call. */
  disable(): this {
    this.#storage.disable();
    // Disabling a storage reaches what runs now, and not what was begun elsewhere and runs later.
    this.#storage = new AsyncLocalStorage();
    return this;
  }

  /** Makes `context` active until the token is disposed (API 1.10, experimental there). */
  attach(context: Context): ContextToken {
    const storage = this.#storage;
    const restore = this.#enter(context);
    let attached = true;
    return {
      dispose: () => {
        // Restoring would switch a disabled storage on again.
        if (attached && storage === this.#storage) restore();
        attached = false;
      },
    };
  }

  /** Returns what makes the context active that was so before. */
  #enter(context: Context): () => void {
    const storage = this.#storage;
    if ('withScope' in storage) {
      const scope = (storage as unknown as ScopedStorage).withScope(context);
      return () => scope.dispose();
    }
    const previous = storage.getStore() ?? ROOT_CONTEXT;
    storage.enterWith(context);
    return () => storage.enterWith(previous);
  }

  #bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) {
      // The first binding stays, as with OTel JS: instrumentations bind one request more than once.
      bindEmitter(target, this, (listener) => this.#carry(context, listener));
      return target;
    }
    if (typeof target === 'function') {
      return this.#bindFunction(context, target as unknown as AnyFunction) as unknown as T;
    }
    return target;
  }

  /** Runs in `context` whoever calls it; keeps receiver, arguments and `length`. With `new` it makes what `target` makes. */
  #bindFunction(context: Context, target: AnyFunction): AnyFunction {
    const carried = this.#carry(context, target);
    const manager = this;
    function bound(this: unknown, ...args: unknown[]): unknown {
      if (new.target === undefined) return Reflect.apply(carried, this, args);
      const newTarget = new.target === bound ? target : new.target;
      return manager.with(context, () => Reflect.construct(target, args, newTarget));
    }
    Object.defineProperty(bound, 'length', { configurable: true, value: target.length });
    return bound;
  }

  #carry(context: Context, target: AnyFunction): AnyFunction {
    const manager = this;
    return function (this: unknown, ...args: unknown[]): unknown {
      const storage = manager.#storage;
      // Most of what the emitters of a request tell is told in the request's context already.
      if (storage.getStore() === context) return Reflect.apply(target, this, args);
      return storage.run(context, Reflect.apply, target, this, args);
    };
  }
}
