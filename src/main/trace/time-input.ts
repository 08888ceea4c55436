// The API's TimeInput -> what a record holds. Thread: producer. Callers: tracer.ts, span.ts, span-events.ts.
//
// A number is a performance.now() value if it is not after now, else milliseconds since 1970 (fractions allowed);
// a Date and [seconds, nanoseconds] are wall-clock times and keep every digit. Anything that is no time becomes
// now, and is counted: a NaN must not poison the span.

import { performance } from 'node:perf_hooks';
import type { UnixTime } from '../../shared/codec/span-source.js';

const NANOS_PER_SECOND = 1_000_000_000;
/** u64 nanoseconds end in the year 2554. */
const SECONDS_MAX = 18_446_744_073;

/** Monotonic milliseconds (a number), a wall-clock time, or undefined: it was no time. */
export function toTime(input: unknown): number | UnixTime | undefined {
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) return undefined;
    return input <= performance.now() ? (input >= 0 ? input : undefined) : unixTimeOfMillis(input);
  }
  if (input instanceof Date) return unixTimeOfMillis(input.getTime());
  if (isHrTime(input)) {
    const seconds = Math.floor(input[0]) + Math.floor(input[1] / NANOS_PER_SECOND);
    const nanos = Math.floor(input[1]) - Math.floor(input[1] / NANOS_PER_SECOND) * NANOS_PER_SECOND;
    return isUnixSeconds(seconds) ? { seconds, nanos } : undefined;
  }
  return undefined;
}

/** For a span that the user started at a wall-clock time. */
export function wallClockNow(): UnixTime {
  const millis = Date.now();
  const seconds = Math.floor(millis / 1000);
  return { seconds, nanos: (millis - seconds * 1000) * 1_000_000 };
}

/**
 * Whether an end is before a start. Times of one clock are compared exactly. Those of two are compared as the clocks stand
 * now, to more than a millisecond: less is the coarseness of Date.now(), and no mistake of the user's. The worker, whose
 * anchor converts the monotonic one, clamps what is left of the difference.
 */
export function isBefore(end: number | UnixTime, start: number | UnixTime): boolean {
  if (typeof end === 'number') {
    return typeof start === 'number' ? end < start : unixMillisOf(start) - end > unixMillisAtZero() + 1;
  }
  if (typeof start === 'number') return start - unixMillisOf(end) > 1 - unixMillisAtZero();
  return end.seconds === start.seconds ? end.nanos < start.nanos : end.seconds < start.seconds;
}

function unixMillisAtZero(): number {
  return Date.now() - performance.now();
}

function unixMillisOf(time: UnixTime): number {
  return time.seconds * 1000 + time.nanos / 1e6;
}

/** Tells the third argument of addEvent from a map of attributes. */
export function isTimeInput(input: unknown): boolean {
  try {
    return typeof input === 'number' || input instanceof Date || isHrTime(input);
  } catch {
    // A revoked proxy, or a trap that threw.
    return false;
  }
}

function isHrTime(input: unknown): input is readonly [number, number] {
  return (
    Array.isArray(input) && input.length === 2 && typeof input[0] === 'number' && typeof input[1] === 'number'
  );
}

function unixTimeOfMillis(millis: number): UnixTime | undefined {
  const seconds = Math.floor(millis / 1000);
  if (!isUnixSeconds(seconds)) return undefined;
  const nanos = Math.round((millis - seconds * 1000) * 1e6);
  return nanos === NANOS_PER_SECOND ? { seconds: seconds + 1, nanos: 0 } : { seconds, nanos };
}

function isUnixSeconds(seconds: number): boolean {
  // False for NaN, too.
  return seconds >= 0 && seconds < SECONDS_MAX;
}
