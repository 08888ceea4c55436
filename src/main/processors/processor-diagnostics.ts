// Where the processors say what went wrong: errors to the replaceable handler of @opentelemetry/core, warnings to the API's
// `diag`. Thread: the user's. Callers: everything in main/processors.
// Specification: Error handling, "Configuring Error Handlers", "Self-diagnostics".

import { diag } from '@opentelemetry/api';
import { handleError } from '../plug-ins/global-error-handler.js';
import { markReported } from '../plug-ins/reported-errors.js';

/** Exporters throw and reject with anything; handlers expect something with a message. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
    // An Error of another realm (vm, jest's sandbox) is one too.
    if (typeof (thrown as Error | null)?.message === 'string') return thrown as Error;
    return new Error(String(thrown), { cause: thrown });
  } catch {
    return new Error('something was thrown that cannot be read', { cause: thrown });
  }
}

/** Never throws: @opentelemetry/core swallows what the handler throws. */
export function reportError(error: Error): void {
  markReported(error);
  handleError(error);
}

export function warn(message: string): void {
  try {
    diag.warn(`offloop: ${message}`);
  } catch {
    // The application's logger threw: there is nobody left to tell.
  }
}
