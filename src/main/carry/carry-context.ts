// The active context, carried by hand where no call leads: into another thread, a queue, a child process; and taken up there.
// Thread: producer. Callers: users, through the door `offloop`.

import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { type ContextCarrier, extractFrom, injectInto } from './carrier.js';

export interface CarryContextOptions {
  /** Default: the active context. */
  readonly context?: Context;
  /**
   * `message` (the default): names as in headers, `traceparent`. `environment`: names of environment variables,
   * `TRACEPARENT`, for `spawn(command, { env: { ...process.env, ...carryContext({ as: 'environment' }) } })`.
   */
  readonly as?: 'message' | 'environment';
}

/**
 * Span and baggage of the context as a plain object of texts, which can be sent with `postMessage`, handed over as `workerData`,
 * stored in a job as JSON or set as environment variables. Written by the propagators that are registered, by those of the W3C if
 * none is; empty if there is neither span nor baggage. At most 64 entries with 32768 characters: what is more is left out and reported.
 * Throws an OptionError for a wrong option, and nothing else.
 */
export function carryContext(options: CarryContextOptions = {}): ContextCarrier {
  const as = options?.as ?? 'message';
  if (as !== 'message' && as !== 'environment') {
    refuse('carryContext.as', as, 'message or environment', 'Choose one of them or leave it out.');
  }
  const carrier: ContextCarrier = {};
  try {
    injectInto(carrier, options?.context ?? context.active(), as === 'environment');
  } catch (error) {
    report('error', 'carried context', `a context was not carried: ${causeOf(error)}`);
  }
  return carrier;
}

/**
 * Calls `fn` in the context that `carryContext` has put into `carrier`, and returns what it returns: spans made in it are
 * children of the span that was active there. `process.env` is a carrier too, in a child process. Of the context that is active
 * here neither span nor baggage stays: a carrier without any, or with anything but what propagators write, begins a new trace.
 * Throws what `fn` throws, and an OptionError if it is no function.
 */
export function withCarriedContext<R>(carrier: unknown, fn: () => R): R {
  if (typeof fn !== 'function') {
    refuse('withCarriedContext.fn', fn, 'a function', 'Write withCarriedContext(carrier, () => work()).');
  }
  return context.with(carriedContext(carrier), fn);
}

function carriedContext(carrier: unknown): Context {
  const base = propagation.deleteBaggage(trace.deleteSpan(context.active()));
  try {
    const extracted = extractFrom(carrier, base);
    // A propagator of the application may return anything.
    return typeof extracted?.getValue === 'function' ? extracted : base;
  } catch (error) {
    report('error', 'carried context', `a carried context was not taken up: ${causeOf(error)}`);
    return base;
  }
}

export function refuse(option: string, value: unknown, range: string, remedy: string): never {
  throw new OptionError({ option, value: quoteValue(value), range, remedy });
}
