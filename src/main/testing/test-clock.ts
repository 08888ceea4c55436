// A clock that stands still until a test moves it. Thread: the user's. Callers: test-telemetry.ts; tests of users.

import { OptionError } from '../../shared/errors.js';
import type { SpanTimeSource } from '../sdk/types.js';

/** A date that nobody mistakes for now. */
const START_MILLIS_DEFAULT = Date.UTC(2024, 0, 1);

export class TestClock implements SpanTimeSource {
  readonly #startMillis: number;
  #elapsedMillis = 0;

  constructor(start: number | Date = START_MILLIS_DEFAULT) {
    this.#startMillis = Number(start);
    if (!(this.#startMillis >= 0 && this.#startMillis < Number.POSITIVE_INFINITY)) {
      throw new OptionError({
        option: 'start',
        value: String(start),
        range: 'a Date or unix milliseconds, from 0',
        remedy: 'Write new TestClock(Date.UTC(2024, 0, 1)), or new TestClock().',
      });
    }
  }

  /** Moves time forward; fractions of a millisecond count. */
  advance(millis: number): void {
    if (!(millis >= 0 && millis < Number.POSITIVE_INFINITY)) {
      throw new OptionError({
        option: 'advance',
        value: String(millis),
        range: 'milliseconds, from 0',
        remedy: 'Time only goes forward; reset() goes back to the start.',
      });
    }
    this.#elapsedMillis += millis;
  }

  /** Back to the start. */
  reset(): void {
    this.#elapsedMillis = 0;
  }

  wallMillis(): number {
    return this.#startMillis + this.#elapsedMillis;
  }

  monotonicMillis(): number {
    return this.#elapsedMillis;
  }
}
