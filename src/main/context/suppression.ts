// HOT. Whether a context forbids tracing, for those who send telemetry themselves. Thread: producer.
// Callers: tracer.ts, record/compiled-template.ts; lifecycle/inline-host.ts sets it.

import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';

/** The key under which @opentelemetry/core marks a context in which nothing is to be traced. */
export const SUPPRESS_TRACING_KEY = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

export function isSuppressed(context: Context): boolean {
  return context !== ROOT_CONTEXT && context.getValue(SUPPRESS_TRACING_KEY) === true;
}
