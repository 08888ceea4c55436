// What `trace`, `context` and `propagation` of @opentelemetry/api lead to while a test telemetry is registered. Thread: the
// user's. Caller: test-telemetry.ts.
//
// Modules of an application take their tracer once, when they are loaded, and the API keeps its provider for ever. So what is
// registered is one provider for the whole process, whose tracers ask at each span whose turn it is: a module's tracer
// goes on working when the next test registers another telemetry, and records nothing in between.

import {
  type Context,
  context,
  propagation,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '../context/context-manager.js';
import { adoptEarlyTracers } from '../lifecycle/early-tracers.js';
import { createPropagator } from '../propagation/create-propagator.js';
import { RECORDS_ENDED, type RecordsEnded } from '../sdk/ended-spans.js';
import { TracerProvider as SdkTracerProvider } from '../sdk/tracer-provider.js';

/** Undefined: nothing of ours is registered. */
let current: SdkTracerProvider | undefined;
let idle: SdkTracerProvider | undefined;

/** Its spans record nothing, and keep their parent's context. */
function idleProvider(): SdkTracerProvider {
  if (idle === undefined) {
    idle = new SdkTracerProvider();
    idle.shutdown();
  }
  return idle;
}

class CurrentTracer implements Tracer {
  readonly #scope: Parameters<TracerProvider['getTracer']>;
  #provider: SdkTracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(scope: Parameters<TracerProvider['getTracer']>) {
    this.#scope = scope;
  }

  startSpan(name: string, options?: SpanOptions, parent?: Context): Span {
    return this.#delegate().startSpan(name, options, parent);
  }

  // The API decides by the number of arguments: they are handed on as they came.
  startActiveSpan(...args: unknown[]): never {
    const tracer = this.#delegate();
    return Reflect.apply(tracer.startActiveSpan, tracer, args) as never;
  }

  #delegate(): Tracer {
    const provider = current ?? idleProvider();
    if (this.#tracer === undefined || this.#provider !== provider) {
      this.#provider = provider;
      this.#tracer = provider.getTracer(...this.#scope);
    }
    return this.#tracer;
  }
}

class CurrentTracerProvider implements TracerProvider, RecordsEnded {
  getTracer(...scope: Parameters<TracerProvider['getTracer']>): Tracer {
    return new CurrentTracer(scope);
  }

  /** Instrumentations call it on the global provider. */
  async forceFlush(): Promise<void> {
    await current?.forceFlush();
  }

  [RECORDS_ENDED](spanWith: Parameters<SdkTracerProvider[typeof RECORDS_ENDED]>[0]): void {
    current?.[RECORDS_ENDED](spanWith);
  }
}

const currentTracerProvider = new CurrentTracerProvider();

/** Throws if anything is registered already: the test would see another one's spans, or none. */
export function registerGlobals(provider: SdkTracerProvider): void {
  if (current === provider) return;
  if (current !== undefined) {
    throw new Error('offloop: another test telemetry is registered. Call its unregister() first.');
  }
  adoptEarlyTracers(currentTracerProvider);
  if (!trace.setGlobalTracerProvider(currentTracerProvider)) throw occupied('tracer provider', 'trace');
  if (!context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())) {
    trace.disable();
    throw occupied('context manager', 'context');
  }
  const propagator = createPropagator(['tracecontext', 'baggage']);
  if (propagator !== undefined && !propagation.setGlobalPropagator(propagator)) {
    trace.disable();
    context.disable();
    throw occupied('propagator', 'propagation');
  }
  current = provider;
}

/** Does nothing if `provider` is not the one that is registered. */
export function unregisterGlobals(provider: SdkTracerProvider): void {
  if (current !== provider) return;
  current = undefined;
  trace.disable();
  context.disable();
  propagation.disable();
}

function occupied(what: string, api: string): Error {
  return new Error(
    `offloop: a ${what} is registered already, by the application or an earlier test. ` +
      `Do not start telemetry in tests, or call ${api}.disable() of @opentelemetry/api first.`,
  );
}
