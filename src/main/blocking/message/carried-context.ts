// The active context as plain data, and back: span context, baggage, suppression. Other values of a context stay behind,
// they need not be cloneable. Thread: carried from the caller's, taken up in the task's.

import {
  baggageEntryMetadataFromString,
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { withSpan } from '../../context/span-context-node.js';
import { isSuppressed, SUPPRESS_TRACING_KEY } from '../../context/suppression.js';
import { TraceState } from '../../propagation/trace-state.js';

export type CarriedSpan = readonly [
  traceId: string,
  spanId: string,
  flags: number,
  isRemote: boolean,
  traceState: string,
];

export type CarriedBaggage = readonly (readonly [key: string, value: string, metadata: string])[];

export function carrySpan({ traceId, spanId, traceFlags, isRemote, traceState }: SpanContext): CarriedSpan {
  return [traceId, spanId, traceFlags, isRemote === true, traceState === undefined ? '' : textOf(traceState)];
}

/** Of a span that was just begun in `context`. Undefined: there is none, or tracing is suppressed. */
export function carryNewSpan(span: Span, context: Context): CarriedSpan | undefined {
  if (isSuppressed(context)) return undefined;
  const spanContext = span.spanContext();
  // Ids of a span that records are not asked for again.
  return span.isRecording() || isSpanContextValid(spanContext) ? carrySpan(spanContext) : undefined;
}

/** `isRemote` only where it holds: a parent in another thread of this process is none. */
export function uncarrySpan([traceId, spanId, flags, isRemote, traceState]: CarriedSpan): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: flags,
    ...(isRemote ? { isRemote } : {}),
    ...(traceState === '' ? {} : { traceState: new TraceState(traceState) }),
  };
}

export function carryBaggage(context: Context): CarriedBaggage | undefined {
  const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
  if (entries.length === 0) return undefined;
  return entries.map(([key, { value, metadata }]) => [key, value, metadata?.toString() ?? '']);
}

export function uncarryContext(span: CarriedSpan | undefined, baggage: CarriedBaggage | undefined): Context {
  let context = ROOT_CONTEXT;
  if (baggage !== undefined) {
    const entries = baggage.map(([key, value, metadata]) => [
      key,
      metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
    ]);
    context = propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
  }
  return span === undefined
    ? context.setValue(SUPPRESS_TRACING_KEY, true)
    : withSpan(context, trace.wrapSpanContext(uncarrySpan(span)));
}

function textOf(traceState: unknown): string {
  try {
    const text: unknown = (traceState as { serialize(): unknown } | undefined)?.serialize();
    return typeof text === 'string' ? text : '';
  } catch {
    // A trace state of somebody's own making: the ids go across without it.
    return '';
  }
}
