// An EventEmitter whose listeners run in the context it was bound to. Thread: producer. Caller: context-manager.ts.
//
// The methods that add and remove listeners are replaced on this one object: adding wraps the listener, removing
// finds the wrapper again. Who binds keeps the binding, and so does not bind twice.

import type { EventEmitter } from 'node:events';

type Listener = (this: unknown, ...args: unknown[]) => unknown;
type Wrap = (listener: Listener) => Listener;

export interface Binding {
  readonly wrap: Wrap;
  /** Per event: listener -> its wrapper. Weak, so that a removed listener is not kept alive. */
  readonly wrappers: Map<string | symbol, WeakMap<Listener, Listener>>;
}

const ADD_METHODS = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;
const REMOVE_METHODS = ['off', 'removeListener'] as const;

/** Every wrapper made here. */
const OURS = new WeakSet<Listener>();

export function bindEmitter(emitter: EventEmitter, wrap: Wrap): Binding {
  const binding: Binding = { wrap, wrappers: new Map() };
  for (const method of ADD_METHODS) replaceAdd(emitter, method, binding);
  for (const method of REMOVE_METHODS) replaceRemove(emitter, method, binding);
  const removeAll = emitter.removeAllListeners;
  define(emitter, 'removeAllListeners', function (this: unknown, ...args: unknown[]): unknown {
    if (args.length === 0) binding.wrappers.clear();
    else binding.wrappers.delete(args[0] as string | symbol);
    return Reflect.apply(removeAll, this, args);
  });
  return binding;
}

function replaceAdd(emitter: EventEmitter, method: (typeof ADD_METHODS)[number], binding: Binding): void {
  const original = emitter[method];
  define(emitter, method, function (this: unknown, event: unknown, listener: unknown): unknown {
    if (typeof listener !== 'function') return Reflect.apply(original, this, [event, listener]);
    return Reflect.apply(original, this, [
      event,
      wrapperOf(binding, event as string | symbol, listener as Listener),
    ]);
  });
}

function replaceRemove(
  emitter: EventEmitter,
  method: (typeof REMOVE_METHODS)[number],
  binding: Binding,
): void {
  const original = emitter[method];
  define(emitter, method, function (this: unknown, event: unknown, listener: unknown): unknown {
    const wrapper = binding.wrappers.get(event as string | symbol)?.get(listener as Listener);
    return Reflect.apply(original, this, [event, wrapper ?? listener]);
  });
}

function wrapperOf(binding: Binding, event: string | symbol, listener: Listener): Listener {
  let wrappers = binding.wrappers.get(event);
  if (wrappers === undefined) {
    wrappers = new WeakMap();
    binding.wrappers.set(event, wrappers);
  }
  // `once` of Node calls `on` with a wrapper of its own, which carries the user's function as `listener`: it is
  // already one of ours, and `removeListener` must go on finding it.
  const inner = (listener as { listener?: unknown }).listener;
  if (typeof inner === 'function' && OURS.has(inner as Listener)) return listener;
  let wrapper = wrappers.get(listener);
  if (wrapper === undefined) {
    wrapper = binding.wrap(listener);
    wrappers.set(listener, wrapper);
    OURS.add(wrapper);
  }
  return wrapper;
}

function define(emitter: EventEmitter, method: string, value: unknown): void {
  Object.defineProperty(emitter, method, { value, configurable: true, writable: true, enumerable: false });
}
