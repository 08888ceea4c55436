// What user code passed and could not be taken as it was: said through diag, and counted where somebody counts.
// Thread: producer. Callers: tracer.ts, span.ts, span-link.ts, attribute-bag.ts.
// Specification: Error handling, "Basic principles"; Trace SDK, "Span Limits".

import { PRODUCER_COUNTER_COUNT, ProducerCounter } from '../../shared/counters.js';
import { reportMisuse } from '../lifecycle/diagnostics.js';

export class InputProblems {
  readonly #counters: Float64Array;

  /** `counters`: those of a running telemetry's producer (shared/counters.ts), which its stats show. */
  constructor(counters: Float64Array = new Float64Array(PRODUCER_COUNTER_COUNT)) {
    this.#counters = counters;
  }

  attribute(): void {
    this.#counters[ProducerCounter.InvalidAttributes]++;
    reportMisuse('an attribute has an empty key, or a value that OTLP has no form for; it is ignored');
  }

  /** For copyValue. */
  countTruncatedValue(): void {
    this.#counters[ProducerCounter.InvalidAttributes]++;
    reportMisuse('an attribute has more items than a value may have; the rest is cut off');
  }

  countFormlessPart(): void {
    this.#counters[ProducerCounter.InvalidAttributes]++;
    reportMisuse('a part of an attribute value that has no OTLP form was left out');
  }

  time(): void {
    this.#counters[ProducerCounter.InvalidTimes]++;
    reportMisuse('a time is not valid; the current time stands for it');
  }

  countInvalidTraceState(): void {
    this.argument('a trace state');
  }

  argument(what: string): void {
    this.#counters[ProducerCounter.InvalidArguments]++;
    reportMisuse(`${what} is not valid and is ignored`);
  }

  ended(method: string, name: string): void {
    this.#counters[ProducerCounter.InvalidArguments]++;
    reportMisuse(`${method} was called on a span that has ended, and is ignored`, name);
  }

  endBeforeStart(name: string): void {
    this.#counters[ProducerCounter.InvalidTimes]++;
    reportMisuse('a span ends before it starts; its duration is 0', name);
  }

  /** To be called once for a span, and only for spans that lost something. */
  discarded(name: string): void {
    reportMisuse('attributes, events or links of a span were discarded (span limits)', name);
  }
}
