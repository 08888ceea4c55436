// Ids that are the same in every run: counted, not drawn. Thread: the user's. Caller: test-telemetry.ts.

import { OptionError } from '../../shared/errors.js';
import type { IdGenerator } from '../sdk/types.js';

const SEED_MAX = 2 ** 32 - 1;

export class CountedIds implements IdGenerator {
  readonly #prefix: string;
  #traces = 0;
  #spans = 0;

  /** Kits of different seeds make different ids: two services in one test, say. */
  constructor(seed = 0) {
    if (!(Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX)) {
      throw new OptionError({
        option: 'seed',
        value: String(seed),
        range: `an integer from 0 to ${SEED_MAX}`,
        remedy: 'Leave it out, or give each test telemetry of a process a small number of its own.',
      });
    }
    this.#prefix = hex(seed, 8);
  }

  generateTraceId(): string {
    this.#traces++;
    return this.#prefix + hex(this.#traces, 24);
  }

  generateSpanId(): string {
    this.#spans++;
    return this.#prefix + hex(this.#spans, 8);
  }

  reset(): void {
    this.#traces = 0;
    this.#spans = 0;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
