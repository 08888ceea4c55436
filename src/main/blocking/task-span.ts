// The span around a task, and the task's outcome as a value or an error. Thread: the user's. Callers: blocking-runner.ts,
// block-on-runner.ts.

import { type Attributes, type Context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { levelDirectives } from '../levels/levels.js';
import { monotonicMillis } from '../lifecycle/process-clock.js';
import { scopeTracer } from '../traced/scope-tracer.js';
import { BlockingTaskError } from './blocking-errors.js';
import { carryBaggage, carryNewSpan } from './message/carried-context.js';
import { errorOf } from './message/error-data.js';
import type { TaskCall, TaskRefusal, TaskReturn } from './message/task-message.js';
import type { TaskNames } from './task.js';

const scope = scopeTracer('offloop');

export class TaskSpan {
  readonly calledMillis = monotonicMillis();
  readonly #span: Span;
  readonly #parent: Context;

  constructor(name: string, { spanOptions }: TaskNames, parent: Context) {
    this.#parent = parent;
    this.#span = scope.get().startSpan(name, spanOptions, parent);
  }

  /** The call that makes the task's spans children of this one. */
  call({ key }: TaskNames, args: readonly unknown[]): TaskCall {
    const parent = this.#parent;
    return [key, args, carryNewSpan(this.#span, parent), carryBaggage(parent), levelDirectives()];
  }

  set(attribute: string, value: number): void {
    this.#span.setAttribute(attribute, value);
  }

  /** The task's value, or throws: what the task threw, or why it could not be called. Ends the span. */
  settle([threadId, startedMillis, runMillis, kind, detail]: TaskReturn): unknown {
    this.#recordTimes(startedMillis - this.calledMillis, runMillis, threadId);
    if (kind === 'value') {
      this.#span.end();
      return detail;
    }
    const error = kind === 'error' ? errorOf(detail) : refusalOf(detail);
    this.#endFailed(error);
    throw error;
  }

  /** No answer came. `handedMillis`: when a thread was asked for; 0: never. Ends the span. */
  fail(error: unknown, handedMillis: number): void {
    if (handedMillis !== 0) {
      this.#recordTimes(handedMillis - this.calledMillis, monotonicMillis() - handedMillis, undefined);
    }
    this.#endFailed(error);
  }

  /** In ms, three decimals. `queue_wait` is all before the task's first line: queue, start of a thread, arguments. */
  #recordTimes(queueWaitMillis: number, runMillis: number, threadId: number | undefined): void {
    if (!this.#span.isRecording()) return;
    const attributes: Attributes = {
      'offloop.blocking.queue_wait_ms': roundedMillis(queueWaitMillis),
      'offloop.blocking.run_ms': roundedMillis(runMillis),
    };
    if (threadId !== undefined) attributes['thread.id'] = threadId;
    this.#span.setAttributes(attributes);
  }

  #endFailed(error: unknown): void {
    if (this.#span.isRecording()) recordError(this.#span, error);
    this.#span.end();
  }
}

export function roundedMillis(millis: number): number {
  return Math.max(0, Math.round(millis * 1000) / 1000);
}

function refusalOf({ code, message, remedy, cause }: TaskRefusal): BlockingTaskError {
  const details = { code, message, remedy };
  return new BlockingTaskError(cause === undefined ? details : { ...details, cause: errorOf(cause) });
}

function recordError(span: Span, error: unknown): void {
  const isError = error instanceof Error;
  const { code } = (error ?? {}) as { code?: unknown };
  const type = typeof code === 'string' ? code : isError ? error.name : '_OTHER';
  span.setAttribute('error.type', type);
  span.recordException(isError ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: isError ? error.message : String(error) });
}
