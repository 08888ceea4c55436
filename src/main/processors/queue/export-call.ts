// One call of a user's exporter, made safe: tracing suppressed, time bounded, whatever it throws or rejects an Error in hand.
// Thread: the user's. Callers: span-queue.ts.
// Timers are looked up when they are used, so that the fake ones of test frameworks work; none keeps the process alive.

import { type Context, context } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { SUPPRESS_TRACING_KEY } from '../../context/suppression.js';
import type { ReadableSpan, SpanExporter } from '../../sdk/types.js';
import { reportError, toError } from '../processor-diagnostics.js';

type Timer = ReturnType<typeof setTimeout>;

export interface ExportEnd {
  /** Once, at the latest when the time is over; then `isOpen`, for the exporter still has the call. */
  settled(error: Error | undefined, isOpen: boolean): void;
  /** The answer to a call that was open came after all; it changes nothing for its spans. */
  closed(): void;
}

/** ExportResultCode.SUCCESS of @opentelemetry/core. */
export const EXPORT_SUCCESS = 0;
export const EXPORT_FAILED = 1;

export function setUnrefTimer(callback: () => void, millis: number): Timer {
  const timer = setTimeout(callback, millis);
  // Fake timers may be numbers.
  if (typeof timer === 'object') timer.unref?.();
  return timer;
}

function suppressedContext(): Context {
  return context.active().setValue(SUPPRESS_TRACING_KEY, true);
}

/**
 * Tells `end` what came of it, at the latest after `timeoutMillis`; at once if the exporter answers at once. Never throws. A
 * call that ran out of time has failed. The interface has no way to cancel it: it stays open until the exporter answers.
 */
export function callExport(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMillis: number,
  owner: string,
  end: ExportEnd,
): void {
  let timer: Timer | undefined;
  let settled = false;
  let open = true;
  const close = (errorOfAnswer: () => Error | undefined): void => {
    if (!open) return;
    open = false;
    if (settled) {
      end.closed();
      return;
    }
    settled = true;
    if (timer !== undefined) clearTimeout(timer);
    end.settled(errorOfAnswer(), false);
  };
  const onResult = (result: ExportResult): void => close(() => errorOf(result, owner));
  const onThrown = (thrown: unknown): void => {
    // When the batch is settled, what was thrown still has to be seen by somebody.
    if (settled) reportError(toError(thrown));
    close(() => toError(thrown));
  };
  try {
    const returned: unknown = context.with(suppressedContext(), () => exporter.export(spans, onResult));
    if (isPromiseLike(returned)) returned.then(undefined, onThrown);
  } catch (thrown) {
    onThrown(thrown);
  }
  if (settled) return;
  timer = setUnrefTimer(() => {
    settled = true;
    end.settled(new Error(`${owner}: the export took longer than ${timeoutMillis} ms`), true);
  }, timeoutMillis);
}

function errorOf(result: ExportResult, owner: string): Error | undefined {
  try {
    if (result.code === EXPORT_SUCCESS) return undefined;
    return result.error === undefined ? new Error(`${owner}: the export failed`) : toError(result.error);
  } catch (thrown) {
    return toError(thrown);
  }
}

/** `forceFlush` or `shutdown` of an exporter. Resolves within `timeoutMillis`, to what went wrong if something did. */
export function callBounded(
  call: () => unknown,
  timeoutMillis: number,
  what: string,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const timer = setUnrefTimer(
      () => resolve(new Error(`${what} took longer than ${timeoutMillis} ms`)),
      timeoutMillis,
    );
    const end = (error: Error | undefined): void => {
      clearTimeout(timer);
      resolve(error);
    };
    const fail = (thrown: unknown): void => end(toError(thrown));
    try {
      const returned = context.with(suppressedContext(), call);
      if (isPromiseLike(returned)) returned.then(() => end(undefined), fail);
      else end(undefined);
    } catch (thrown) {
      fail(thrown);
    }
  });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
