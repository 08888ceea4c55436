// The header `baggage`: @opentelemetry/core's propagator, given no more than the specification's 8 KiB to parse, and kept
// from throwing. Thread: producer. Callers: create-propagator.ts, users through `offloop/sdk`.
// Specification: Baggage API, Propagation; W3C Baggage.

import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isSuppressed } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { corePackage } from './core-package.js';
import { listHeader } from './header-text.js';

const BAGGAGE_HEADER = 'baggage';

/** Answers with the text that is the carrier. */
const BOUNDED_TEXT: TextMapGetter<string> = {
  get: (text) => text,
  keys: () => [BAGGAGE_HEADER],
};

/** Core's limits: 180 members, 4096 characters each, 8192 in all; of equal names the last one counts. */
export class W3CBaggagePropagator implements TextMapPropagator {
  #delegate: TextMapPropagator | undefined;

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (propagation.getBaggage(context) === undefined || isSuppressed(context)) return;
      this.#load().inject(context, carrier, setter);
    } catch (error) {
      report('error', 'propagator', `baggage was not injected: ${causeOf(error)}`);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const text = listHeader(getter, carrier, BAGGAGE_HEADER);
      return text === '' ? context : this.#load().extract(context, text, BOUNDED_TEXT);
    } catch (error) {
      report('error', 'propagator', `baggage was not extracted: ${causeOf(error)}`);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE_HEADER];
  }

  #load(): TextMapPropagator {
    this.#delegate ??= new (corePackage().W3CBaggagePropagator)();
    return this.#delegate;
  }
}
