// The active context as plain data, and back: span context, baggage, suppression. Other values of a context stay behind,
// they need not be cloneable. Thread: carried from the caller's, taken up in the task's.

import {
  baggageEntryMetadataFromString,
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { isSuppressed, SUPPRESS_TRACING_KEY } from '../context/suppression.js';
import { TraceState } from '../propagation/trace-state.js';

export interface CarriedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly isRemote: boolean;
  readonly traceState: string;
}

export interface CarriedContext {
  /** Undefined: nothing records in the caller's thread, so nothing does in the task's. */
  readonly span: CarriedSpan | undefined;
  /** Key, value, metadata. */
  readonly baggage: readonly (readonly [string, string, string])[];
}

const NO_BAGGAGE: CarriedContext['baggage'] = [];

export function carrySpan(context: SpanContext): CarriedSpan {
  const { traceId, spanId, traceFlags, isRemote, traceState } = context;
  return { traceId, spanId, flags: traceFlags, isRemote: isRemote === true, traceState: textOf(traceState) };
}

/** `isRemote` only where it holds: a parent in another thread of this process is none. */
export function uncarrySpan({ traceId, spanId, flags, isRemote, traceState }: CarriedSpan): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: flags,
    ...(isRemote ? { isRemote } : {}),
    ...(traceState === '' ? {} : { traceState: new TraceState(traceState) }),
  };
}

export function carryContext(context: Context): CarriedContext {
  const spanContext = isSuppressed(context) ? undefined : trace.getSpanContext(context);
  const isValid = spanContext !== undefined && isSpanContextValid(spanContext);
  const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return {
    span: isValid ? carrySpan(spanContext) : undefined,
    baggage:
      entries.length === 0
        ? NO_BAGGAGE
        : entries.map(([key, { value, metadata }]) => [key, value, metadata?.toString() ?? '']),
  };
}

export function uncarryContext({ span, baggage }: CarriedContext): Context {
  let context = ROOT_CONTEXT;
  if (baggage.length > 0) {
    const entries = baggage.map(([key, value, metadata]) => [
      key,
      metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
    ]);
    context = propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
  }
  return span === undefined
    ? context.setValue(SUPPRESS_TRACING_KEY, true)
    : trace.setSpanContext(context, uncarrySpan(span));
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
