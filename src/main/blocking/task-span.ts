// What the spans around tasks say when these are over, and the task's outcome as a value or an error. Thread: the user's.
// Callers: blocking-runner.ts, block-on-runner.ts.

import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { BlockingTaskError } from './blocking-errors.js';
import { errorOf } from './error-data.js';
import type { TaskOutcome } from './task-message.js';

/** The value, or throws: what the task threw, or why it could not be called. */
export function settledOutcome(outcome: TaskOutcome, posted: unknown): unknown {
  switch (outcome.kind) {
    case 'value':
      return outcome.value;
    case 'posted':
      return posted;
    case 'error':
      throw errorOf(outcome.error);
    default: {
      const { code, message, remedy, cause } = outcome;
      const details = { code, message, remedy };
      throw new BlockingTaskError(cause === undefined ? details : { ...details, cause: errorOf(cause) });
    }
  }
}

/** In ms, three decimals. `queue_wait` is all before the task's first line: queue, start of a thread, arguments. */
export function recordTimes(span: Span, queueWaitMillis: number, runMillis: number, threadId?: number): void {
  if (!span.isRecording()) return;
  const attributes: Attributes = {
    'offloop.blocking.queue_wait_ms': roundedMillis(queueWaitMillis),
    'offloop.blocking.run_ms': roundedMillis(runMillis),
  };
  if (threadId !== undefined) attributes['thread.id'] = threadId;
  span.setAttributes(attributes);
}

export function roundedMillis(millis: number): number {
  return Math.max(0, Math.round(millis * 1000) / 1000);
}

export function recordTaskError(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const isError = error instanceof Error;
  const { code } = (error ?? {}) as { code?: unknown };
  const type = typeof code === 'string' ? code : isError ? error.name : '_OTHER';
  span.setAttribute('error.type', type);
  span.recordException(isError ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: isError ? error.message : String(error) });
}
