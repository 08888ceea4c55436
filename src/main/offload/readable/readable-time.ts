// HOT. A time of a readable span, [seconds, nanoseconds] since 1970, into a time of a record. Thread: producer.
// Callers: readable-span-source.ts, readable-items.ts.

const NANOS_PER_SECOND = 1_000_000_000;
/** u64 nanoseconds end in the year 2554. */
const SECONDS_MAX = 18_446_744_073;

export interface MutableUnixTime {
  seconds: number;
  nanos: number;
}

/** False: it was no such time, and `into` is as it was. */
export function readTime(time: unknown, into: MutableUnixTime): boolean {
  if (!Array.isArray(time)) return false;
  const seconds: unknown = time[0];
  const nanos: unknown = time[1];
  if (typeof seconds !== 'number' || typeof nanos !== 'number') return false;
  const isPlain =
    (nanos | 0) === nanos && nanos >= 0 && nanos < NANOS_PER_SECOND && Math.floor(seconds) === seconds;
  const carry = isPlain ? 0 : Math.floor(nanos / NANOS_PER_SECOND);
  const wholeSeconds = isPlain ? seconds : Math.floor(seconds) + carry;
  if (!(wholeSeconds >= 0 && wholeSeconds < SECONDS_MAX)) return false;
  into.seconds = wholeSeconds;
  into.nanos = isPlain ? nanos : Math.floor(nanos - carry * NANOS_PER_SECOND);
  return true;
}
