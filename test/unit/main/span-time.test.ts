import { hrTime } from '@opentelemetry/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DecodedTime } from '../../../src/shared/codec/decoded-span.js';
import { RecordingRig } from '../../support/recording-rig.js';

let rig: RecordingRig;
beforeEach(() => {
  rig = new RecordingRig();
});

function timesOf(startTime: unknown, endTime: unknown): { start: DecodedTime; end: DecodedTime } {
  rig.tracer.startSpan('x', { startTime: startTime as never }).end(endTime as never);
  return rig.takeOne();
}

const unix = (nanos: bigint) => ({ clock: 'unix', nanos });

function millis(time: DecodedTime): number {
  if (time.clock !== 'monotonic') throw new Error('not monotonic');
  return time.millis;
}

test('without times a span lasts from start to end on the monotonic clock', () => {
  const before = performance.now();
  const span = rig.tracer.startSpan('x');
  const started = performance.now();
  span.end();
  const after = performance.now();
  const { start, end } = rig.takeOne();
  // The zero of the two clocks is measured, to some 50 ns.
  expect(millis(start)).toBeGreaterThanOrEqual(before - 0.1);
  expect(millis(start)).toBeLessThanOrEqual(started + 0.1);
  expect(millis(end)).toBeGreaterThanOrEqual(millis(start));
  expect(millis(end)).toBeLessThanOrEqual(after + 0.1);
});

test.each([
  ['a date', new Date(1_700_000_000_123), 1_700_000_000_123_000_000n],
  ['milliseconds since 1970', 1_700_000_000_123, 1_700_000_000_123_000_000n],
  ['milliseconds since 1970 with a fraction', 1_700_000_000_123.5, 1_700_000_000_123_500_000n],
  ['seconds and nanoseconds', [1_700_000_000, 123_456_789], 1_700_000_000_123_456_789n],
  ['seconds and nanoseconds above a second', [1_700_000_000, 1_123_456_789], 1_700_000_001_123_456_789n],
  ['seconds and negative nanoseconds', [1_700_000_001, -1], 1_700_000_000_999_999_999n],
  ['the year 1970', [0, 0], 0n],
  ['the last second of the format', [18_446_744_072, 999_999_999], 18_446_744_072_999_999_999n],
])('%s keeps every digit', (_form, input, nanos) => {
  expect(timesOf(input, input)).toMatchObject({ start: unix(nanos), end: unix(nanos) });
  expect(rig.stats.invalid.times).toBe(0);
});

test('a number up to now is a performance.now() value', () => {
  const now = performance.now();
  const { start, end } = timesOf(0, now);
  expect(start).toEqual({ clock: 'monotonic', millis: 0 });
  expect(end).toEqual({ clock: 'monotonic', millis: now });
  expect(timesOf(performance.now() + 60_000, undefined).start.clock).toBe('unix');
});

test("@opentelemetry/core's hrTime is understood", () => {
  const time = hrTime();
  expect(timesOf(time, time).end).toEqual(unix(BigInt(time[0]) * 1_000_000_000n + BigInt(time[1])));
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  'text',
  {},
  [],
  [1],
  [1, 2, 3],
  [Number.NaN, 0],
  [0, Number.POSITIVE_INFINITY],
  [-1, 0],
  [18_446_744_073, 0],
  ['1', '2'],
  new Date(Number.NaN),
  new Date(-1),
  true,
  5n,
  Symbol('s'),
])('%s is no time: now, counted', (input) => {
  const before = performance.now();
  const { start, end } = timesOf(input, input);
  expect(millis(start)).toBeGreaterThanOrEqual(before - 0.1);
  expect(millis(end)).toBeGreaterThanOrEqual(millis(start));
  expect(rig.stats.invalid.times).toBe(2);
});

test.each([undefined, null])('%s is now and not counted', (input) => {
  expect(timesOf(input, input).start.clock).toBe('monotonic');
  expect(rig.stats.invalid.times).toBe(0);
});

test('a date whose methods throw or lie is now', () => {
  class HostileDate extends Date {
    override getTime(): number {
      throw new Error('hostile');
    }
  }
  class OddDate extends Date {
    override getTime(): number {
      return 'odd' as never;
    }
  }
  expect(timesOf(new HostileDate(), new OddDate()).end.clock).toBe('monotonic');
  expect(rig.stats.invalid.times).toBe(2);
});

describe('an end before the start becomes the start, counted', () => {
  test.each([
    ['of two wall-clock times', new Date(2000), new Date(1000), unix(2_000_000_000n)],
    ['by a nanosecond', [2, 1], [2, 0], unix(2_000_000_001n)],
    ['of two monotonic times', 2, 1, { clock: 'monotonic', millis: 2 }],
    ['of a wall-clock start and a monotonic end', new Date(8e12), 1, unix(8_000_000_000_000_000_000n)],
    ['of a monotonic start and a wall-clock end', 2, new Date(1000), { clock: 'monotonic', millis: 2 }],
    ['of a start that is still to come', new Date(8e12), undefined, unix(8_000_000_000_000_000_000n)],
  ])('%s', (_form, startTime, endTime, start) => {
    const times = timesOf(startTime, endTime);
    expect([times.start, times.end]).toEqual([start, start]);
    expect(rig.stats.invalid.arguments).toBe(1);
  });

  test.each([
    ['wall-clock times', new Date(1000), new Date(1000)],
    ['monotonic times', 2, 2],
    ['a monotonic start and now as a date', undefined, () => new Date()],
  ])('but not the same time: %s', (_form, startTime, endTime) => {
    timesOf(startTime, typeof endTime === 'function' ? endTime() : endTime);
    expect(rig.stats.invalid.arguments).toBe(0);
  });
});

test('any unix time survives to the nanosecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 18_446_744_072 }),
      fc.integer({ min: 0, max: 999_999_999 }),
      (seconds, nanos) => {
        const expected = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
        expect(timesOf([seconds, nanos], [seconds, nanos])).toMatchObject({
          start: unix(expected),
          end: unix(expected),
        });
      },
    ),
  );
});
