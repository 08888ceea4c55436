// The span of a call that returned a thenable which is no promise: a query that runs when it is awaited, most often.
// Thread: the user's. Caller: traced-call.ts.
//
// Calling `then` would run the query, and the caller's `await` would run it again. So nothing is called: the caller's own `then` is
// seen, as a method of the thenable in front of its class's.

import { context, type Span } from '@opentelemetry/api';
import { spanIsFollowed, spanIsOver } from './abandoned-spans.js';
import { fail, succeed } from './outcome.js';
import type { SpanDefinition } from './span-definition.js';

type Handler = ((value: unknown) => unknown) | null | undefined;
type Then = (onFulfilled?: Handler, onRejected?: Handler) => unknown;

export function isThenable(value: object): value is { then: Then } {
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

/** False: it cannot be seen to (frozen, a proxy), and the span ends with the call. */
export function traceThenable(thenable: { then: Then }, definition: SpanDefinition, span: Span): boolean {
  const active = context.active();
  try {
    const original = thenable.then;
    const value = function (this: unknown, onFulfilled?: Handler, onRejected?: Handler): unknown {
      const fulfilled = (result: unknown): unknown => {
        succeed(definition, span, result);
        spanIsOver(span);
        return typeof onFulfilled === 'function' ? onFulfilled(result) : result;
      };
      const rejected = (error: unknown): unknown => {
        fail(definition, span, error);
        spanIsOver(span);
        if (typeof onRejected === 'function') return onRejected(error);
        throw error;
      };
      return context.with(active, original, this as never, fulfilled, rejected);
    };
    if (!Reflect.defineProperty(thenable, 'then', { configurable: true, writable: true, value }))
      return false;
    spanIsFollowed(thenable, span);
    return true;
  } catch {
    return false;
  }
}
