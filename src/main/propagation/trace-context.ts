// The headers `traceparent` and `tracestate`. Thread: producer. Callers: create-propagator.ts, users through
// `offloop/sdk`. Specification: W3C Trace Context Level 2; Propagators API.
//
// Not @opentelemetry/core's: that one writes flags of three digits, passes on flag bits that nobody knows, takes the first of
// several traceparent headers and writes empty tracestate headers (docs/decisions/0011-lazy-opentelemetry-core.md).

import {
  type Context,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isSuppressed } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { listHeader, singleHeader } from './header-text.js';
import { TraceState } from './trace-state.js';

export const TRACE_PARENT_HEADER = 'traceparent';
export const TRACE_STATE_HEADER = 'tracestate';

/** Version, trace id, span id, flags, and what a later version may have added. */
const TRACE_PARENT = /^[ \t]*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[^\r\n]*)?[ \t]*$/;
/** Sampled and random: all that Level 2 knows. */
const KNOWN_FLAGS = 0x03;
const PRINTABLE = /^[ -~]+$/;

export class W3CTraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = trace.getSpanContext(context);
      if (spanContext === undefined || isSuppressed(context) || !isSpanContextValid(spanContext)) return;
      const flags = (spanContext.traceFlags & KNOWN_FLAGS).toString(16).padStart(2, '0');
      const ids = `${spanContext.traceId}-${spanContext.spanId}`.toLowerCase();
      setter.set(carrier, TRACE_PARENT_HEADER, `00-${ids}-${flags}`);
      const state = traceStateText(spanContext);
      if (state !== undefined) setter.set(carrier, TRACE_STATE_HEADER, state);
    } catch (error) {
      report('error', 'propagator', `traceparent was not injected: ${causeOf(error)}`);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = singleHeader(getter, carrier, TRACE_PARENT_HEADER);
      const parent = header === undefined ? null : parseTraceParent(header);
      if (parent === null) return context;
      const state = listHeader(getter, carrier, TRACE_STATE_HEADER);
      return trace.setSpanContext(context, {
        ...parent,
        isRemote: true,
        ...(state === '' ? {} : { traceState: new TraceState(state) }),
      });
    } catch (error) {
      report('error', 'propagator', `traceparent was not extracted: ${causeOf(error)}`);
      return context;
    }
  }

  fields(): string[] {
    return [TRACE_PARENT_HEADER, TRACE_STATE_HEADER];
  }
}

/** Null for what is no traceparent of version 00, nor begins as one of a later version does. */
export function parseTraceParent(traceParent: string): SpanContext | null {
  const match = TRACE_PARENT.exec(traceParent);
  if (match === null) return null;
  const [, version, traceId, spanId, flags, rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
  return isSpanContextValid(parent) ? parent : null;
}

/** Undefined for an empty state, and for one that no header can carry. */
function traceStateText(spanContext: SpanContext): string | undefined {
  try {
    const text: unknown = spanContext.traceState?.serialize();
    return typeof text === 'string' && PRINTABLE.test(text) ? text : undefined;
  } catch (error) {
    report('error', 'trace state', `a trace state cannot be written: ${causeOf(error)}`);
    return undefined;
  }
}
