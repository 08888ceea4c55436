// HOT. Reads a time of a record, in either of its two forms, as the halves of unix nanoseconds. Worker thread.
// Callers: span-transcoder.ts, event-transcoder.ts, json-encoder.ts (through decoded times).

import type { ClockAnchor } from '../../shared/clock-anchor.js';

export class InstantReader {
  // The only way from two words to a double without a view over the (growing, shared) record memory: 2 ns.
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);
  /** Halves of the last instant as signed 32-bit numbers: small integers, which a field holds unboxed. */
  high = 0;
  low = 0;

  read(words: Int32Array, at: number, isUnix: boolean, anchor: ClockAnchor): void {
    if (isUnix) {
      this.low = words[at];
      this.high = words[at + 1];
      return;
    }
    this.#words[0] = words[at];
    this.#words[1] = words[at + 1];
    anchor.convert(this.#double[0]);
    this.low = anchor.low | 0;
    this.high = anchor.high | 0;
  }
}
