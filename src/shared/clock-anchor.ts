// Converts a producer's monotonic milliseconds (performance.now) to unix nanoseconds. 64-bit nanoseconds do not
// fit a double, so an instant is handed on as two u32 halves, computed without BigInt: this runs for every span.
//
// The anchor follows the wall clock: the worker compares both clocks at each pump and moves the anchor when they
// disagree by more than STEP_MILLIS (an NTP step, a suspended machine). One record is always converted with one
// anchor, so a step never changes a duration.

/** Below this the disagreement is the coarseness of Date.now(), not a step. */
export const STEP_MILLIS = 20;

const NANOS_PER_SECOND = 1_000_000_000;
const TWO_32 = 4_294_967_296;

export class ClockAnchor {
  /** Unix time at monotonic 0, as whole seconds and nanoseconds below one second. */
  #seconds: number;
  #nanos: number;
  // The unix second of the last conversion: where it starts in the producer's nanoseconds, and its two halves.
  // Neighbouring spans share it, which spares the divisions (19 ns become 5).
  #secondStart = 0;
  #secondHigh = 0;
  #secondLow = 0;
  /** Halves of the last converted instant. */
  high = 0;
  low = 0;

  constructor(unixMillisAtZero: number) {
    this.#seconds = 0;
    this.#nanos = 0;
    this.set(unixMillisAtZero);
  }

  get unixMillisAtZero(): number {
    return this.#seconds * 1e3 + this.#nanos / 1e6;
  }

  set(unixMillisAtZero: number): void {
    this.#seconds = Math.floor(unixMillisAtZero / 1e3);
    this.#nanos = Math.round((unixMillisAtZero - this.#seconds * 1e3) * 1e6);
    this.#enterSecond(0);
  }

  /** Compares with the wall clock; true if it had to move. */
  follow(monotonicMillis: number, unixMillis: number): boolean {
    const expected = this.unixMillisAtZero + monotonicMillis;
    if (Math.abs(unixMillis - expected) <= STEP_MILLIS) return false;
    this.set(unixMillis - monotonicMillis);
    return true;
  }

  /** Leaves the unix nanoseconds of `monotonicMillis` in `high` and `low`. */
  convert(monotonicMillis: number): void {
    const nanos = Math.round(monotonicMillis * 1e6);
    let rest = nanos - this.#secondStart;
    // Written so that NaN takes neither branch further than once.
    if (!(rest >= 0 && rest < NANOS_PER_SECOND)) {
      this.#enterSecond(nanos);
      rest = nanos - this.#secondStart;
    }
    const low = this.#secondLow + rest;
    this.low = low >>> 0;
    this.high = low >= TWO_32 ? this.#secondHigh + 1 : this.#secondHigh;
  }

  #enterSecond(nanos: number): void {
    const carry = Math.floor((this.#nanos + nanos) / NANOS_PER_SECOND);
    const seconds = this.#seconds + carry;
    this.#secondStart = carry * NANOS_PER_SECOND - this.#nanos;
    // seconds * 1e9 is about 2^60.6: its low half is exact modulo 2^32, and the high half is what is left of the
    // (rounded) double, which is wrong by less than half of 2^32.
    const product = seconds * NANOS_PER_SECOND;
    this.#secondLow = Math.imul(seconds, NANOS_PER_SECOND) >>> 0;
    this.#secondHigh = Math.round((product - this.#secondLow) / TWO_32);
  }
}
