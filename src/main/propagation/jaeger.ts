// The headers `uber-trace-id` and `uberctx-*` of Jaeger's old clients. Thread: producer. Callers: create-propagator.ts,
// users through `offloop/sdk`. Specification: Propagators API, Propagators Distribution (deprecated there).

import {
  type BaggageEntry,
  type Context,
  isSpanContextValid,
  propagation,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isSuppressed } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { firstHeader, HEADER_LENGTH_MAX, singleHeader } from './header-text.js';

export interface JaegerPropagatorConfig {
  customTraceHeader?: string;
  customBaggageHeaderPrefix?: string;
}

export const UBER_TRACE_ID_HEADER = 'uber-trace-id';
export const UBER_BAGGAGE_HEADER_PREFIX = 'uberctx';
/** Leading zeros may be missing; the parent's id is not used. */
const TRACE_VALUE = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{0,16}:([0-9a-f]{1,2})$/i;
/** A token as in RFC 9110. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FLAG_SAMPLED = 0x01;
const FLAG_DEBUG = 0x02;
/** As of W3C baggage: members, and characters of all names and values. */
const BAGGAGE_MEMBERS_MAX = 180;
/** Header names looked at. */
const NAMES_MAX = 2048;

export class JaegerPropagator implements TextMapPropagator {
  readonly #traceHeader: string;
  readonly #baggagePrefix: string;

  constructor(config?: JaegerPropagatorConfig | string) {
    const given = typeof config === 'string' ? { customTraceHeader: config } : config;
    this.#traceHeader = given?.customTraceHeader ?? UBER_TRACE_ID_HEADER;
    this.#baggagePrefix = `${given?.customBaggageHeaderPrefix ?? UBER_BAGGAGE_HEADER_PREFIX}-`;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isSuppressed(context)) return;
      const spanContext = trace.getSpanContext(context);
      if (spanContext !== undefined && isSpanContextValid(spanContext)) {
        const ids = `${spanContext.traceId}:${spanContext.spanId}`.toLowerCase();
        setter.set(carrier, this.#traceHeader, `${ids}:0:0${spanContext.traceFlags & FLAG_SAMPLED}`);
      }
      const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
      for (const [key, { value }] of entries.slice(0, BAGGAGE_MEMBERS_MAX)) {
        // Any other name would make the application's request throw.
        if (HEADER_NAME.test(key)) {
          setter.set(carrier, `${this.#baggagePrefix}${key}`, encodeURIComponent(value.toWellFormed()));
        } else {
          report('warn', 'baggage of jaeger', 'baggage whose name is no header name is not sent');
        }
      }
    } catch (error) {
      report('error', 'propagator', `${this.#traceHeader} was not injected: ${causeOf(error)}`);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = singleHeader(getter, carrier, this.#traceHeader);
      const parent = header === undefined ? undefined : parseTraceHeader(header);
      const withParent = parent === undefined ? context : trace.setSpanContext(context, parent);
      return this.#extractBaggage(withParent, carrier, getter);
    } catch (error) {
      report('error', 'propagator', `${this.#traceHeader} was not extracted: ${causeOf(error)}`);
      return context;
    }
  }

  fields(): string[] {
    return [this.#traceHeader];
  }

  #extractBaggage(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const entries: [string, BaggageEntry][] = [];
    let length = 0;
    for (const name of getter.keys(carrier).slice(0, NAMES_MAX)) {
      if (entries.length === BAGGAGE_MEMBERS_MAX || typeof name !== 'string') break;
      if (!name.toLowerCase().startsWith(this.#baggagePrefix.toLowerCase())) continue;
      const key = name.slice(this.#baggagePrefix.length);
      const text = firstHeader(getter, carrier, name);
      const value = text === undefined ? undefined : percentDecoded(text);
      if (key === '' || value === undefined) continue;
      length += key.length + value.length;
      if (length > HEADER_LENGTH_MAX) break;
      entries.push([key, { value }]);
    }
    if (entries.length === 0) return context;
    let baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
    for (const [key, entry] of entries) baggage = baggage.setEntry(key, entry);
    return propagation.setBaggage(context, baggage);
  }
}

function parseTraceHeader(header: string): SpanContext | undefined {
  const match = TRACE_VALUE.exec((percentDecoded(header) ?? '').trim());
  if (match === null) return undefined;
  const [, traceId, spanId, flags] = match;
  // Debug implies sampled.
  const isSampled = (Number.parseInt(flags, 16) & (FLAG_SAMPLED | FLAG_DEBUG)) !== 0;
  const parent: SpanContext = {
    traceId: traceId.padStart(32, '0').toLowerCase(),
    spanId: spanId.padStart(16, '0').toLowerCase(),
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  return isSpanContextValid(parent) ? parent : undefined;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
