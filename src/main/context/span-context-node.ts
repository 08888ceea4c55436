// HOT. A context that differs from another one by its span only. Thread: producer. Callers: tracer.ts
// (startActiveSpan); everything else sees the API's Context interface.
//
// The API's own context copies a Map and makes three closures for each change (about 400 ns); a span is what changes
// nearly always, so it gets a node of two fields (about 10 ns). `base` is never such a node itself: chains
// do not grow however deep active spans are nested.

import type { Context, Span } from '@opentelemetry/api';

/** The key under which the API keeps the span (its description is part of the API's contract between versions). */
export const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');

export class SpanContextNode implements Context {
  readonly base: Context;
  readonly span: unknown;

  constructor(base: Context, span: unknown) {
    this.base = base;
    this.span = span;
  }

  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.span : this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return key === SPAN_KEY
      ? new SpanContextNode(this.base, value)
      : new SpanContextNode(this.base.setValue(key, value), this.span);
  }

  deleteValue(key: symbol): Context {
    return key === SPAN_KEY ? this.base : new SpanContextNode(this.base.deleteValue(key), this.span);
  }
}

/** `context` with `span` as its span. */
export function withSpan(context: Context, span: Span): Context {
  return new SpanContextNode(context instanceof SpanContextNode ? context.base : context, span);
}
