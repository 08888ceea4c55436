// Callbacks and emitters that run in one context, whoever calls them. Thread: producer. Callers: users, through the door `offloop`.

import { EventEmitter } from 'node:events';
import { type Context, context } from '@opentelemetry/api';
import { refuse } from './carry-context.js';

/** Any function, or what looks like an emitter: its own type is kept. */
export type Bindable =
  // biome-ignore lint/suspicious/noExplicitAny: parameters of any types.
  ((...args: any) => unknown) | { on(...args: any): unknown; emit(...args: any): unknown };

/**
 * Binds to a context, by default the active one. A function: another one is returned that runs in it and keeps receiver, arguments and
 * `length`. An emitter: itself is returned, and listeners added from now on run in it; the first binding of an emitter stays.
 * Before `start()`, or without any SDK, what is given comes back as it is. Throws an OptionError for anything else.
 */
export function bindContext<T extends Bindable>(target: T, bound: Context = context.active()): T {
  if (typeof target !== 'function' && !(target instanceof EventEmitter)) {
    refuse(
      'bindContext.target',
      target,
      'a function or an EventEmitter',
      'Of other sources of events bind the listener.',
    );
  }
  return context.bind(bound, target);
}
