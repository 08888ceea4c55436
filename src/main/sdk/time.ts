// The API's TimeInput -> [seconds, nanoseconds], and the clock of one span. Thread: producer. Caller: span.ts.
// Clocks are those of globalThis when they are read, so that fake timers work.
//
// A span reads the wall clock once, at its start; from there on it adds monotonic milliseconds, so that a step of the
// wall clock changes no duration. A span whose start the user took from the wall clock has no such pair: its later times are
// wall-clock times.

import type { HrTime } from '@opentelemetry/api';
import type { SpanTimeSource } from './types.js';

const NANOS_PER_SECOND = 1_000_000_000;
/** u64 nanoseconds end in the year 2554. */
const SECONDS_MAX = 18_446_744_073;

const SYSTEM: SpanTimeSource = {
  wallMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
};

export class SpanClock {
  readonly #source: SpanTimeSource;
  readonly #wallMillis: number;
  readonly #monotonicMillis: number;
  /** The process's own, by which users' numbers are read whatever the source is. */
  readonly #performanceMillis: number;
  /** Start of the span, if the user did not give it. */
  readonly #start: HrTime;
  #followsWallClock = false;

  constructor(source: SpanTimeSource = SYSTEM) {
    this.#source = source;
    this.#wallMillis = this.#wall();
    this.#monotonicMillis = this.#monotonic();
    this.#performanceMillis = source === SYSTEM ? this.#monotonicMillis : performance.now();
    this.#start = hrTimeOf(this.#wallMillis) ?? [0, 0];
  }

  /** The start time; undefined: `input` is no time. */
  start(input: unknown): HrTime | undefined {
    if (input === undefined || input === null) return [...this.#start];
    const time = this.read(input);
    // A start on the monotonic clock is tied to the pair that was read: durations go on without steps, and whole.
    const isMonotonic = typeof input === 'number' && input <= performance.now();
    this.#followsWallClock = time !== undefined && !isMonotonic;
    return time;
  }

  now(): HrTime {
    if (this.#followsWallClock) return hrTimeOf(this.#wall()) ?? [0, 0];
    return addMillis(this.#start, this.#monotonic() - this.#monotonicMillis);
  }

  /** Undefined: `input` is no time. */
  read(input: unknown): HrTime | undefined {
    if (typeof input === 'number') {
      if (!(input >= 0)) return undefined;
      return input <= performance.now()
        ? hrTimeOf(this.#wallMillis + (input - this.#performanceMillis))
        : hrTimeOf(input);
    }
    if (input instanceof Date) return hrTimeOf(input.getTime());
    return isHrTime(input) ? normalized(Math.floor(input[0]), Math.floor(input[1])) : undefined;
  }

  #wall(): number {
    try {
      return this.#source.wallMillis();
    } catch {
      return SYSTEM.wallMillis();
    }
  }

  #monotonic(): number {
    try {
      return this.#source.monotonicMillis();
    } catch {
      return SYSTEM.monotonicMillis();
    }
  }
}

/** Tells the second argument of addEvent from a map of attributes. */
export function isTime(input: unknown): boolean {
  try {
    return typeof input === 'number' || input instanceof Date || isHrTime(input);
  } catch {
    // A revoked proxy, or a trap that threw.
    return false;
  }
}

export function durationOf(start: HrTime, end: HrTime): HrTime {
  const seconds = end[0] - start[0];
  const nanos = end[1] - start[1];
  return nanos < 0 ? [seconds - 1, nanos + NANOS_PER_SECOND] : [seconds, nanos];
}

/** Numbers that are none (NaN) make no map of attributes of it, only no valid time. */
function isHrTime(input: unknown): input is HrTime {
  return (
    Array.isArray(input) && input.length === 2 && typeof input[0] === 'number' && typeof input[1] === 'number'
  );
}

/** Undefined for what no u64 of nanoseconds can say. */
function hrTimeOf(millis: number): HrTime | undefined {
  const seconds = Math.floor(millis / 1000);
  return normalized(seconds, Math.round((millis - seconds * 1000) * 1e6));
}

function addMillis(start: HrTime, millis: number): HrTime {
  const seconds = Math.floor(millis / 1000);
  const nanos = Math.round((millis - seconds * 1000) * 1e6);
  return normalized(start[0] + seconds, start[1] + nanos) ?? start;
}

function normalized(seconds: number, nanos: number): HrTime | undefined {
  const carry = Math.floor(nanos / NANOS_PER_SECOND);
  const whole = seconds + carry;
  return whole >= 0 && whole < SECONDS_MAX ? [whole, nanos - carry * NANOS_PER_SECOND] : undefined;
}
