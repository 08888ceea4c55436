// What a failure leaves on a span. Thread: producer. Caller: concurrent-run.ts.

import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';

/** Whatever was thrown: also what has no text. */
export function setFailed(span: Span, error: unknown, withEvent: boolean): void {
  try {
    const isError = error instanceof Error;
    const message = isError ? String(error.message) : String(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    if (withEvent) span.recordException(isError ? (error as Exception) : message);
  } catch {
    // It has no text, or its getters throw; a span of another SDK may throw too.
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}
