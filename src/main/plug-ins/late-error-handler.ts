// The replaceable error handler of @opentelemetry/core, for telemetry that has not loaded that package: with the first
// error it is loaded, asynchronously. 25 ms and 10 MB which an application without errors does not pay
// (docs/decisions/0011-lazy-opentelemetry-core.md). Thread: producer. Callers: runtime-tracer-provider.ts,
// sampling/parent-based-sampler.ts.
// Specification: Error handling, "Configuring Error Handlers".

import { applicationCore } from './application-core.js';

let core: Promise<typeof import('@opentelemetry/core')> | undefined;

export function handleErrorLater(error: unknown): void {
  const loaded = applicationCore();
  if (loaded !== undefined) {
    loaded.globalErrorHandler(error as Error);
    return;
  }
  core ??= import('@opentelemetry/core');
  core.then(
    ({ globalErrorHandler }) => globalErrorHandler(error as Error),
    () => {},
  );
}
