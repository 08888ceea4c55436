// The W3C propagators of @opentelemetry/core behind the API's TextMapPropagator, loaded at the first header.
// Thread: producer. Caller: runtime.ts.
//
// @opentelemetry/core takes 25 ms to load and 10 MB to hold. An application with instrumentations loads it anyway;
// one that only records spans never pays. It never throws: a propagator that fails leaves the context as it was.

import { createRequire } from 'node:module';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import type { PropagatorName } from '../../shared/config/resolved-config.js';

type CoreModule = typeof import('@opentelemetry/core');

const FIELDS: Readonly<Record<PropagatorName, readonly string[]>> = {
  tracecontext: ['traceparent', 'tracestate'],
  baggage: ['baggage'],
  none: [],
};

export class LazyPropagator implements TextMapPropagator {
  readonly #names: readonly PropagatorName[];
  readonly #onError: (error: unknown) => void;
  #propagator: TextMapPropagator | undefined;

  constructor(names: readonly PropagatorName[], onError: (error: unknown) => void) {
    this.#names = names;
    this.#onError = onError;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    try {
      this.#load().inject(context, carrier, setter);
    } catch (error) {
      this.#onError(error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    try {
      return this.#load().extract(context, carrier, getter);
    } catch (error) {
      this.#onError(error);
      return context;
    }
  }

  fields(): string[] {
    return this.#names.flatMap((name) => FIELDS[name]);
  }

  #load(): TextMapPropagator {
    if (this.#propagator === undefined) {
      const core = createRequire(import.meta.url)('@opentelemetry/core') as CoreModule;
      const propagators: TextMapPropagator[] = [];
      if (this.#names.includes('tracecontext')) propagators.push(new core.W3CTraceContextPropagator());
      if (this.#names.includes('baggage')) propagators.push(new core.W3CBaggagePropagator());
      this.#propagator = new core.CompositePropagator({ propagators });
    }
    return this.#propagator;
  }
}
