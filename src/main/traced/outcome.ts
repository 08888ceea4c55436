// How the span of a traced call ends: with its result, or with the error that goes on to the caller. Thread: the user's.
// Callers: traced-call.ts, generator-trace.ts. Never throws.

import { type Attributes, type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import { reportCallbackError } from '../lifecycle/callback-errors.js';
import type { SpanDefinition } from './span-definition.js';
import type { ErrorMode } from './traced-options.js';

export function succeed(definition: SpanDefinition, span: Span, value: unknown): void {
  // The function may have ended the span itself.
  if (!span.isRecording()) return;
  if (definition.result !== undefined) {
    try {
      setFields(span, definition.result(value));
    } catch (error) {
      reportCallbackError('result', definition.name, error);
    }
  }
  span.end();
}

export function fail(definition: SpanDefinition, span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const mode = errorMode(definition, error);
  if (mode !== 'ignore') {
    const exception = exceptionOf(error);
    if (mode === 'record') span.recordException(exception);
    const message = typeof exception === 'string' ? exception : exception.message;
    span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(typeof message === 'string' ? { message } : undefined),
    });
  }
  span.end();
}

/** Those that are undefined are still empty. */
export function setFields(span: Span, fields: Attributes | undefined): void {
  if (typeof fields !== 'object' || fields === null) return;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) span.setAttribute(key, value);
  }
}

function errorMode(definition: SpanDefinition, error: unknown): ErrorMode {
  const { errors } = definition;
  if (typeof errors === 'string') return errors;
  try {
    const mode = errors(error);
    if (mode === 'record' || mode === 'status' || mode === 'ignore') return mode;
  } catch (thrown) {
    reportCallbackError('errors', definition.name, thrown);
  }
  return 'record';
}

/** Anything can be thrown; tracers take what has a name or a message, or a string. */
function exceptionOf(error: unknown): Exception {
  try {
    if (typeof error === 'string') return error;
    if (typeof error !== 'object' || error === null) return String(error);
    const { message, name, code } = error as { message?: unknown; name?: unknown; code?: unknown };
    if (typeof message === 'string' || typeof name === 'string' || code) return error as Exception;
    return { name: error.constructor?.name || 'Object', message: 'an object was thrown that is no Error' };
  } catch {
    // A proxy, or a getter.
    return { name: 'Object', message: 'something was thrown that cannot be read' };
  }
}
