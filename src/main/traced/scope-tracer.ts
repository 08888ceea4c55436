// HOT. The tracer of one instrumentation scope, of whatever telemetry is registered at the moment: kept, since a look-up by
// name costs more than a span. Thread: the user's. Caller: span-definition.ts.

import { ProxyTracer, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';

/** Targets that an application makes up for ever are looked up at each call past this. */
const SCOPES_MAX = 1024;

const scopes = new Map<string, ScopeTracer>();

/** The same one for all definitions of a scope. */
export function scopeTracer(name: string): ScopeTracer {
  const known = scopes.get(name);
  if (known !== undefined) return known;
  const scope = new ScopeTracer(name);
  if (scopes.size < SCOPES_MAX) scopes.set(name, scope);
  return scope;
}

export class ScopeTracer {
  readonly #name: string;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Tests register one telemetry after the other. */
  get(): Tracer {
    const provider = trace.getTracerProvider();
    const known = this.#tracer;
    // A proxy was given before telemetry was started; what stands behind it by now is quicker.
    if (provider === this.#provider && known !== undefined && known.constructor !== ProxyTracer) return known;
    const tracer = provider.getTracer(this.#name);
    this.#provider = provider;
    this.#tracer = tracer;
    return tracer;
  }
}
