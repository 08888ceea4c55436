// The tracer that a provider gives after its shutdown, and for scopes that are switched off: no span of it records, and what the parent says goes on to its
// children. Thread: producer. Caller: tracer-provider.ts. Specification: Trace SDK, "Shutdown"; Trace API, "Behavior
// of the API in the absence of an installed SDK".

import { ProxyTracer } from '@opentelemetry/api';

/** A proxy without a delegate is the API's own no-op tracer, which the API does not export. */
class NoopTracer extends ProxyTracer {
  enabled(): boolean {
    return false;
  }
}

export const NOOP_TRACER = new NoopTracer({ getDelegateTracer: () => undefined }, '');
