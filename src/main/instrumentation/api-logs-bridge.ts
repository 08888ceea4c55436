// Instrumentations from before API 1.10 log through a package of their own, @opentelemetry/api-logs, which keeps its
// provider under another global. The bridge answers there with the logger provider of @opentelemetry/api. Thread: main,
// once at start. Caller: instrumentations.ts.

// As a namespace: API 1.9 has no `logs`, and an import by that name would stop the whole module there.
import * as api from '@opentelemetry/api';

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const { logs: apiLogs } = api as Partial<typeof api>;
const API_LOGS_GLOBAL = Symbol.for('io.opentelemetry.js.api.logs');
/** The only version of that global there ever was; a copy that asks for another one gets nothing. */
const API_LOGS_VERSION = 1;

/**
 * Lazily: as long as no logger provider is registered there is nothing at the old global either, so that an application
 * which registers one with the old package still can, and is not passed over.
 */
export function bridgeApiLogs(): void {
  const globals = globalThis as Record<symbol, unknown>;
  if (globals[API_LOGS_GLOBAL] !== undefined) return;
  const provided = (version: number) =>
    version === API_LOGS_VERSION ? apiLogs?.getLoggerProvider() : undefined;
  Object.defineProperty(globalThis, API_LOGS_GLOBAL, {
    configurable: true,
    enumerable: true,
    get: () => (hasLoggerProvider() ? provided : undefined),
    set: (value: unknown) => {
      Object.defineProperty(globalThis, API_LOGS_GLOBAL, {
        configurable: true,
        enumerable: true,
        writable: true,
        value,
      });
    },
  });
}

function hasLoggerProvider(): boolean {
  const api = (globalThis as Record<symbol, { logs?: unknown } | undefined>)[API_GLOBAL];
  return api?.logs !== undefined;
}
