// The replaceable error handler of @opentelemetry/core, for those that have that package loaded: everything behind
// `offloop/sdk`. Thread: the user's. Callers: sdk/tracer-provider.ts, processors/processor-diagnostics.ts; user code.
// late-error-handler.ts is for those that have not. Specification: Error handling, "Configuring Error Handlers".

import {
  type ErrorHandler,
  globalErrorHandler,
  setGlobalErrorHandler as setOfModules,
} from '@opentelemetry/core';
import { applicationCore, loadApplicationCore } from './application-core.js';

/** Gets the errors of processors, exporters and other plug-ins. Default: they are written to `diag`. */
export function setGlobalErrorHandler(handler: ErrorHandler): void {
  setOfModules(handler);
  loadApplicationCore()?.setGlobalErrorHandler(handler);
}

/** Never throws: @opentelemetry/core swallows what the handler throws. */
export function handleError(error: unknown): void {
  const handle = applicationCore()?.globalErrorHandler ?? globalErrorHandler;
  handle(error as Error);
}
