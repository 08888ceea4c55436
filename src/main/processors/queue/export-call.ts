// One call of a user's exporter, made safe: tracing suppressed, time bounded, whatever it throws or rejects an Error in hand.
// Thread: the user's. Callers: span-queue.ts, exporter-shutdown.ts.
// Timers are looked up when they are used, so that the fake ones of test frameworks work; none keeps the process alive.

import { type Context, context } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { SUPPRESS_TRACING_KEY } from '../../context/suppression.js';
import type { ReadableSpan, SpanExporter } from '../../sdk/types.js';
import { reportError, toError } from '../processor-diagnostics.js';

type Timer = ReturnType<typeof setTimeout>;

export type Done = (error: Error | undefined) => void;

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
 * Calls `done` once, at the latest after `timeoutMillis`; at once if the exporter answers at once. Never throws. A call that
 * ran out of time has failed: the exporter's late answer changes nothing. The interface has no way to cancel it.
 */
export function callExport(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMillis: number,
  owner: string,
  done: Done,
): void {
  let timer: Timer | undefined;
  let settled = false;
  const settle: Done = (error) => {
    settled = true;
    if (timer !== undefined) clearTimeout(timer);
    done(error);
  };
  const onResult = (result: ExportResult): void => {
    if (!settled) settle(errorOf(result, owner));
  };
  const onThrown = (thrown: unknown): void => {
    // After its answer the batch is settled, but what was thrown still has to be seen by somebody.
    if (settled) reportError(toError(thrown));
    else settle(toError(thrown));
  };
  try {
    const returned: unknown = context.with(suppressedContext(), () => exporter.export(spans, onResult));
    if (isPromiseLike(returned)) returned.then(undefined, onThrown);
  } catch (thrown) {
    onThrown(thrown);
  }
  if (settled) return;
  timer = setUnrefTimer(() => {
    timer = undefined;
    settle(new Error(`${owner}: the export took longer than ${timeoutMillis} ms`));
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
