// The context as text: what goes into a carrier and what is believed of one. Thread: producer. Callers: carry-context.ts.
//
// A carrier may come from anywhere and be anything: every access is guarded, and nothing longer than its bound reaches a propagator.

import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { CARRIER_ENTRIES_MAX, CARRIER_LENGTH_MAX } from '../../shared/limits.js';
import { reportMisuse } from '../lifecycle/diagnostics.js';
import { W3CBaggagePropagator } from '../propagation/baggage.js';
import { CompositePropagator } from '../propagation/composite.js';
import { environmentKey } from '../propagation/environment-carrier.js';
import { W3CTraceContextPropagator } from '../propagation/trace-context.js';

/** Plain text by name: can be cloned, sent as JSON, and set as environment variables. */
export type ContextCarrier = Record<string, string>;

let w3c: TextMapPropagator | undefined;

/** What is registered with the API; the W3C's where there is nothing: carrying by hand is asked for. */
function propagator(): Pick<TextMapPropagator, 'inject' | 'extract'> {
  if (propagation.fields().length > 0) return propagation;
  w3c ??= new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  return w3c;
}

export function injectInto(carrier: ContextCarrier, context: Context, asVariables: boolean): void {
  let entries = 0;
  let length = 0;
  const setter: TextMapSetter<ContextCarrier> = {
    set(target, key, value) {
      if (typeof key !== 'string' || typeof value !== 'string') return;
      const name = asVariables ? environmentKey(key) : key;
      length += name.length + value.length;
      if (++entries > CARRIER_ENTRIES_MAX || length > CARRIER_LENGTH_MAX) {
        length -= name.length + value.length;
        reportMisuse('a context is too large to be carried as a whole; this part was left out', key);
        return;
      }
      // No variable can have an empty name, or hold a NUL. Own, whatever the name is: `__proto__` too.
      if (name === '' || (asVariables && value.includes('\0'))) return;
      Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
    },
  };
  propagator().inject(context, carrier, setter);
}

export function extractFrom(carrier: unknown, context: Context): Context {
  if (typeof carrier !== 'object' || carrier === null) return context;
  return propagator().extract(context, carrier, GUARDED);
}

const GUARDED: TextMapGetter<object> = {
  get(carrier, key) {
    const value = ownText(carrier, key) ?? ownText(carrier, environmentKey(key));
    return value !== undefined && value.length <= CARRIER_LENGTH_MAX ? value : undefined;
  },
  keys(carrier) {
    const keys: string[] = [];
    try {
      for (const key in carrier) {
        if (keys.length === CARRIER_ENTRIES_MAX) break;
        keys.push(key);
      }
    } catch {
      // A proxy's traps threw.
    }
    return keys;
  },
};

/** Own properties only: a carrier inherits nothing. */
function ownText(carrier: object, key: string): string | undefined {
  try {
    const value: unknown = Object.hasOwn(carrier, key)
      ? (carrier as Record<string, unknown>)[key]
      : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
