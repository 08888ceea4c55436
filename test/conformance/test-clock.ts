// The clocks of the process, moved by hand: one wall clock and one monotonic clock for every side of a comparison.
// Installed only while a program runs.

/** Unix milliseconds at monotonic 0. */
export const ORIGIN_UNIX_MILLIS = 1_790_000_000_000;
const START_MILLIS = 10_000;

export class TestClock {
  millis = START_MILLIS;
  /** How far the wall clock was set forward. */
  wallShiftMillis = 0;

  run<T>(body: () => T): T {
    const now = Object.getOwnPropertyDescriptor(performance, 'now');
    const origin = Object.getOwnPropertyDescriptor(performance, 'timeOrigin');
    const dateNow = Date.now;
    define('now', () => this.millis);
    define('timeOrigin', ORIGIN_UNIX_MILLIS);
    Date.now = () => ORIGIN_UNIX_MILLIS + this.millis + this.wallShiftMillis;
    try {
      return body();
    } finally {
      Date.now = dateNow;
      restore('now', now);
      restore('timeOrigin', origin);
    }
  }
}

function define(name: 'now' | 'timeOrigin', value: unknown): void {
  Object.defineProperty(performance, name, { value, configurable: true, writable: true });
}

/** Without an own property the prototype's shows again. */
function restore(name: 'now' | 'timeOrigin', descriptor: PropertyDescriptor | undefined): void {
  if (descriptor === undefined) Reflect.deleteProperty(performance, name);
  else Object.defineProperty(performance, name, descriptor);
}
