// Makes offloop's parts the global ones of @opentelemetry/api. Thread: main. Caller: runtime.ts.
//
// What another SDK has registered before stays. The API would say so with an Error and its stack for each part; one message
// says it here, and the API is asked only where it can say yes.

import { report } from './diagnostics.js';

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');

export type GlobalPart = 'context' | 'propagation' | 'trace';

const NAMES: Readonly<Record<GlobalPart, string>> = {
  context: 'context manager',
  propagation: 'propagator',
  trace: 'tracer provider',
};

/**
 * False: it is not the global one. `register` returns what the API's own function returns: false if it refuses (a copy of another
 * version is global).
 */
export function registerGlobally(part: GlobalPart, register: () => boolean): boolean {
  const globals = (globalThis as Record<symbol, Partial<Record<GlobalPart, unknown>> | undefined>)[
    API_GLOBAL
  ];
  if (globals?.[part] === undefined && register()) return true;
  report(
    'error',
    'taken',
    `another OpenTelemetry SDK has already registered a global ${NAMES[part]}, and keeps what it has registered; ` +
      'start offloop alone, or before it',
  );
  return false;
}
