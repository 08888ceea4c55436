// The header `baggage`. Thread: producer. Callers: create-propagator.ts, users through `offloop/sdk`.
// Specification: Baggage API, Propagation; W3C Baggage.
//
// Not @opentelemetry/core's: that one leaves out empty values, values with octets that are no UTF-8 and members of more
// than 4096 characters, loses everything for half a surrogate pair, and writes metadata as it is, so that a line break in
// it makes the request throw (docs/decisions/0011-lazy-opentelemetry-core.md).

import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isSuppressed } from '../context/suppression.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import { baggageText, parseBaggage } from './baggage-header.js';
import { listHeader } from './header-text.js';

const BAGGAGE_HEADER = 'baggage';

/** At most 180 members of 8192 characters in all; of equal names the last one counts. */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const baggage = propagation.getBaggage(context);
      if (baggage === undefined || isSuppressed(context)) return;
      const { text, isCut } = baggageText(baggage);
      if (isCut)
        report('warn', 'baggage', 'baggage that no header can carry, or that is too long, is not sent');
      if (text !== '') setter.set(carrier, BAGGAGE_HEADER, text);
    } catch (error) {
      report('error', 'propagator', `baggage was not injected: ${causeOf(error)}`);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const baggage = parseBaggage(listHeader(getter, carrier, BAGGAGE_HEADER));
      return baggage === undefined ? context : propagation.setBaggage(context, baggage);
    } catch (error) {
      report('error', 'propagator', `baggage was not extracted: ${causeOf(error)}`);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE_HEADER];
  }
}
