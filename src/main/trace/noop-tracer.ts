// The tracer that a provider gives after its shutdown, and that stands in for those that are switched off: no span of it
// records, and what the parent says goes on to its children. Thread: producer. Callers: tracer-provider.ts, tracer.ts.
// Never throws, whatever it is given; the API's own no-op tracer does. Specification: Trace SDK, "Shutdown"; Trace API,
// "Behavior of the API in the absence of an installed SDK".

import {
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { withSpan } from '../context/span-context-node.js';

class NoopTracer implements Tracer {
  enabled(): boolean {
    return false;
  }

  startSpan(_name: string, options?: SpanOptions, context?: Context): Span {
    try {
      const parent = options?.root ? undefined : trace.getSpanContext(context ?? contextApi.active());
      if (parent !== undefined && isSpanContextValid(parent)) return trace.wrapSpanContext(parent);
    } catch {
      // Options or a context that cannot be read: no parent.
    }
    return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    const fn = rest[Math.min(rest.length, 3) - 1] as (span: Span) => unknown;
    if (typeof fn !== 'function') return undefined as never;
    const options = rest.length >= 2 ? (rest[0] as SpanOptions) : undefined;
    const parent = (rest.length >= 3 ? (rest[1] as Context | undefined) : undefined) ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(withSpan(parent, span), fn, undefined, span) as never;
  }
}

export const NOOP_TRACER = new NoopTracer();
