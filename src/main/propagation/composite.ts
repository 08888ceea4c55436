// Several propagators as one, in the order given; one that fails does not stop the others. Thread: producer. Callers:
// create-propagator.ts, users through `offloop/sdk`. Specification: Propagators API, Composite Propagator.

import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { causeOf, report } from '../lifecycle/diagnostics.js';

export interface CompositePropagatorConfig {
  /** Those who write the same header or the same value of the context: the later one wins. */
  readonly propagators?: readonly TextMapPropagator[];
}

export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];

  constructor(config: CompositePropagatorConfig = {}) {
    this.#propagators = [...(config.propagators ?? [])];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    for (const propagator of this.#propagators) {
      try {
        propagator.inject(context, carrier, setter);
      } catch (error) {
        reportFailure('inject', error);
      }
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    let extracted = context;
    for (const propagator of this.#propagators) {
      try {
        const next: Context | undefined = propagator.extract(extracted, carrier, getter);
        // What is no context would break all that follows.
        if (typeof next?.getValue === 'function') extracted = next;
      } catch (error) {
        reportFailure('extract', error);
      }
    }
    return extracted;
  }

  /** Each header once. */
  fields(): string[] {
    const fields = new Set<string>();
    for (const propagator of this.#propagators) {
      try {
        for (const field of propagator.fields()) fields.add(field);
      } catch (error) {
        reportFailure('fields', error);
      }
    }
    return [...fields];
  }
}

function reportFailure(method: string, error: unknown): void {
  report('error', 'propagator', `a propagator's ${method} failed: ${causeOf(error)}`);
}
