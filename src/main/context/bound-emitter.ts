// An EventEmitter whose listeners run in the context it was bound to. Thread: producer. Caller: context-manager.ts.
//
// An HTTP server binds two emitters for every request, so this is the hot path of every instrumented server: five plain
// assignments of functions that all emitters share, and one closure per listener. A wrapper carries the user's function
// as `listener`, as the wrappers of Node's `once` do: so Node itself finds it in `removeListener`, and `listeners()`
// shows the user's function.

import { EventEmitter } from 'node:events';

type Listener = (this: unknown, ...args: unknown[]) => unknown;
type Wrap = (listener: Listener) => Listener;
type AddMethod = 'on' | 'addListener' | 'once' | 'prependListener' | 'prependOnceListener';
type AddMethods = Readonly<Record<AddMethod, (event: string | symbol, listener: Listener) => unknown>>;

const BINDING = Symbol('offloop.binding');
const WRAPPER = Symbol('offloop.wrapper');

interface Binding {
  /** Context managers that bound this emitter: each once. */
  readonly owners: readonly object[];
  readonly wrap: Wrap;
  /** What the emitter's methods were. */
  readonly originals: AddMethods;
}

type BoundEmitter = AddMethods & { [BINDING]?: Binding };
type Wrapper = Listener & { listener?: unknown; [WRAPPER]?: true };

const EMITTER_METHODS = methodsOf(EventEmitter.prototype as unknown as AddMethods);
/** Of requests and responses, from the first one on: streams are not loaded for it at the application's start. */
let readableMethods: AddMethods | undefined;

/** The first binding of an owner stays: instrumentations bind one request more than once. */
export function bindEmitter(emitter: EventEmitter, owner: object, wrap: Wrap): void {
  const target = emitter as unknown as { -readonly [method in AddMethod]: AddMethods[method] } & BoundEmitter;
  const previous = Object.hasOwn(target, BINDING) ? target[BINDING] : undefined;
  if (previous !== undefined) {
    if (previous.owners.includes(owner)) return;
    target[BINDING] = {
      owners: [...previous.owners, owner],
      wrap: (listener) => previous.wrap(wrap(listener)),
      originals: previous.originals,
    };
    return;
  }
  target[BINDING] = { owners: [owner], wrap, originals: originalsOf(target) };
  target.on = on;
  target.addListener = addListener;
  target.once = once;
  target.prependListener = prependListener;
  target.prependOnceListener = prependOnceListener;
}

function originalsOf(emitter: AddMethods): AddMethods {
  if (hasMethods(emitter, EMITTER_METHODS)) return EMITTER_METHODS;
  const { prototype } = process.getBuiltinModule('node:stream').Readable;
  readableMethods ??= methodsOf(prototype as unknown as AddMethods);
  return hasMethods(emitter, readableMethods) ? readableMethods : methodsOf(emitter);
}

function hasMethods(emitter: AddMethods, methods: AddMethods): boolean {
  return (
    emitter.on === methods.on &&
    emitter.addListener === methods.addListener &&
    emitter.once === methods.once &&
    emitter.prependListener === methods.prependListener &&
    emitter.prependOnceListener === methods.prependOnceListener
  );
}

function methodsOf(emitter: AddMethods): AddMethods {
  const { on, addListener, once, prependListener, prependOnceListener } = emitter;
  return { on, addListener, once, prependListener, prependOnceListener };
}

function on(this: BoundEmitter, event: string | symbol, listener: Listener): unknown {
  return add(this, 'on', event, listener);
}
function addListener(this: BoundEmitter, event: string | symbol, listener: Listener): unknown {
  return add(this, 'addListener', event, listener);
}
function once(this: BoundEmitter, event: string | symbol, listener: Listener): unknown {
  return add(this, 'once', event, listener);
}
function prependListener(this: BoundEmitter, event: string | symbol, listener: Listener): unknown {
  return add(this, 'prependListener', event, listener);
}
function prependOnceListener(this: BoundEmitter, event: string | symbol, listener: Listener): unknown {
  return add(this, 'prependOnceListener', event, listener);
}

function add(emitter: BoundEmitter, method: AddMethod, event: string | symbol, listener: Listener): unknown {
  const binding = emitter[BINDING];
  if (binding === undefined) return EMITTER_METHODS[method].call(emitter, event, listener);
  const original = binding.originals[method];
  if (typeof listener !== 'function') return original.call(emitter, event, listener);
  const inner = (listener as Wrapper).listener as Wrapper | undefined;
  if (typeof inner === 'function' && inner[WRAPPER] === true) {
    // Node's `once` calls `on` with a wrapper of its own around ours.
    (listener as Wrapper).listener = inner.listener;
    return original.call(emitter, event, listener);
  }
  if ((listener as Wrapper)[WRAPPER] === true) return original.call(emitter, event, listener);
  const wrapper = binding.wrap(listener) as Wrapper;
  wrapper.listener = listener;
  wrapper[WRAPPER] = true;
  return original.call(emitter, event, wrapper);
}
