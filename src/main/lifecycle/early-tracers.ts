// Tracers that CommonJS modules took before telemetry was registered. Thread: the user's, at registration. Callers:
// runtime.ts, testing/global-registration.ts.
//
// @opentelemetry/api 1.10 exists twice in a process: once for `import`, once for `require`. Both share what is registered, but
// each keeps early tracers of its own waiting for its own registration. offloop is an ES module and registers with the one;
// without this, `const tracer = trace.getTracer('app')` at the top of a CommonJS module records nothing, ever.

import type { TracerProvider } from '@opentelemetry/api';
import { packageRequire } from '../package/installed-package.js';

/** Where all copies of the API keep what is registered. */
const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');

interface ProxyProvider {
  setDelegate?(provider: TracerProvider): void;
}

interface LoadedApi {
  readonly trace?: { getTracerProvider?(): ProxyProvider };
}

/** To be called before `trace.setGlobalTracerProvider`. Loads nothing: what is not loaded has no tracers out. */
export function adoptEarlyTracers(provider: TracerProvider): void {
  const registered = (globalThis as Record<symbol, { trace?: unknown } | undefined>)[API_GLOBAL];
  // Somebody else's telemetry: its tracers are its own.
  if (registered?.trace !== undefined) return;
  try {
    const require = packageRequire();
    const api = require.cache[require.resolve('@opentelemetry/api')]?.exports as LoadedApi | undefined;
    api?.trace?.getTracerProvider?.().setDelegate?.(provider);
  } catch {
    // No CommonJS here (bundles, other loaders): then there are no such tracers either.
  }
}
