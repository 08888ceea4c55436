// Checklist A5: times. What a span records of each form of TimeInput, for both ways of recording; the clocks of
// globalThis, which fake timers replace, for the sdk.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';

const MILLIS = 1_000_000n;
/** Date.now() is coarse by a millisecond, and its distance to performance.now() drifts while tests run. */
const TOLERANCE = 30n * MILLIS;

/** Unix time now. */
function now(): bigint {
  return unixNanos(Date.now());
}

function unixNanos(millis: number): bigint {
  return BigInt(Math.round(millis * 1e3)) * 1000n;
}

/** However long the machine takes between the two. */
function expectBetween(actual: bigint, before: bigint, after: bigint): void {
  const shown = `${actual}, not between ${before} and ${after}`;
  expect(actual, shown).toBeGreaterThan(before - TOLERANCE);
  expect(actual, shown).toBeLessThan(after + TOLERANCE);
}

describe.each(SUBJECTS)('$name', ({ create }) => {
  test.each([
    ['[seconds, nanoseconds]', [1_700_000_000, 123_456_789] as [number, number], 1_700_000_000_123_456_789n],
    ['a date', new Date(1_700_000_000_123), 1_700_000_000_123_000_000n],
    ['milliseconds since 1970', 1_700_000_000_123, 1_700_000_000_123_000_000n],
    ['milliseconds since 1970 with a fraction', 1_700_000_000_123.5, 1_700_000_000_123_500_000n],
    [
      'nanoseconds past one second',
      [1_700_000_000, 2_500_000_000] as [number, number],
      1_700_000_002_500_000_000n,
    ],
  ])('A5.1 %s is a start, event and end time', (_form, time, expected) => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work', { startTime: time });
    span.addEvent('only a time', time).addEvent('with attributes', { a: 1 }, time);
    span.recordException(new Error('no'), time);
    span.end(time);
    const ended = takeOne();
    expect([ended.startUnixNanos, ended.endUnixNanos]).toEqual([expected, expected]);
    expect(ended.events.map((event) => event.timeUnixNanos)).toEqual([expected, expected, expected]);
    expect(ended.events[1]?.attributes).toEqual({ a: 1 });
  });

  test('A5.1 a number that is not after performance.now() is one of its values', () => {
    const { provider, takeOne } = create();
    const before = now();
    const millis = performance.now();
    const after = now();
    const span = provider.getTracer('test').startSpan('work', { startTime: millis - 20 });
    span.addEvent('event', millis - 10);
    span.end(millis);
    const ended = takeOne();
    expectBetween(ended.startUnixNanos, before - 20n * MILLIS, after - 20n * MILLIS);
    expect(ended.endUnixNanos - ended.startUnixNanos).toBeGreaterThanOrEqual(20n * MILLIS - 2000n);
    expect(ended.endUnixNanos - ended.startUnixNanos).toBeLessThanOrEqual(20n * MILLIS + 2000n);
    const [event] = ended.events;
    expect((event?.timeUnixNanos ?? 0n) - ended.startUnixNanos).toBeGreaterThanOrEqual(10n * MILLIS - 2000n);
  });

  test('A5.1 given both as the second and the third argument, the third is the time of an event', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work');
    span.addEvent('event', [1, 0], [2, 0]).end();
    expect(takeOne().events[0]?.timeUnixNanos).toBe(2_000_000_000n);
  });

  test('A5.1 an absent time is now', () => {
    const { provider, takeOne } = create();
    const before = now();
    const span = provider.getTracer('test').startSpan('work');
    span.addEvent('event').end();
    const after = now();
    const ended = takeOne();
    const [event] = ended.events;
    expectBetween(ended.startUnixNanos, before, after);
    expect(event?.timeUnixNanos).toBeGreaterThanOrEqual(ended.startUnixNanos);
    expect(ended.endUnixNanos).toBeGreaterThanOrEqual(event?.timeUnixNanos ?? 0n);
  });

  test('A5.4 an end before the start is the start', () => {
    const { provider, takeOne } = create();
    provider
      .getTracer('test')
      .startSpan('work', { startTime: [1000, 5] })
      .end([1000, 4]);
    const ended = takeOne();
    expect([ended.startUnixNanos, ended.endUnixNanos]).toEqual([1_000_000_000_005n, 1_000_000_000_005n]);
  });

  test('A5.4 an end that is the start, and one a nanosecond later, stay what they are', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    tracer.startSpan('same', { startTime: [1000, 5] }).end([1000, 5]);
    tracer.startSpan('later', { startTime: [1000, 999_999_999] }).end([1001, 0]);
    expect(take().map((span) => span.endUnixNanos - span.startUnixNanos)).toEqual([0n, 1n]);
  });

  test('A5.4 an event may lie outside its span', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work', { startTime: [1000, 0] });
    span.addEvent('before', [1, 0]).addEvent('after', [2000, 0]).end([1001, 0]);
    expect(takeOne().events.map((event) => event.timeUnixNanos)).toEqual([
      1_000_000_000n,
      2_000_000_000_000n,
    ]);
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an invalid date', new Date(Number.NaN)],
    ['[NaN, 0]', [Number.NaN, 0]],
    ['a negative number', -1],
    ['seconds before 1970', [-1, 0]],
    ['text', '2024-01-01'],
    ['an object', {}],
  ])('A5.5 %s is no time: now stands for it', (_form, time) => {
    const { provider, takeOne } = create();
    const before = now();
    const span = provider.getTracer('test').startSpan('work', { startTime: time as never });
    span.addEvent('event', {}, time as never);
    span.end(time as never);
    const after = now();
    const ended = takeOne();
    expectBetween(ended.startUnixNanos, before, after);
    expectBetween(ended.events[0]?.timeUnixNanos ?? 0n, before, after);
    expect(ended.endUnixNanos).toBeGreaterThanOrEqual(ended.startUnixNanos);
    expectBetween(ended.endUnixNanos, before, after);
  });

  test('A5.6 nanoseconds past 2^53 keep their last digit', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work', { startTime: [1_700_000_000, 1] });
    span.end([1_700_000_000, 999_999_999]);
    const ended = takeOne();
    expect(ended.startUnixNanos).toBe(1_700_000_000_000_000_001n);
    expect(ended.endUnixNanos).toBe(1_700_000_000_999_999_999n);
  });

  describe('what is told', () => {
    const messages = collectDiagMessages();

    test('A5.4 an end before the start, with the name of the span', () => {
      const { provider } = create();
      provider
        .getTracer('test')
        .startSpan('backwards', { startTime: [1000, 0] })
        .end([999, 0]);
      expect(messages).toEqual([expect.stringMatching(/start.*backwards/)]);
    });

    test('A5.5 what is no time', () => {
      const { provider } = create();
      provider.getTracer('test').startSpan('work').end(Number.NaN);
      expect(messages).toEqual([expect.stringContaining('time')]);
    });
  });
});

function epochTime(millis: number): [number, number] {
  return [Math.floor(millis / 1000), Math.round((millis % 1000) * 1e6)];
}

describe('sdk, with fake timers', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function startSpan(startTime?: number | Date | [number, number]) {
    const span = new TracerProvider()
      .getTracer('test')
      .startSpan('work', startTime === undefined ? {} : { startTime });
    return span as unknown as import('../../../src/main/sdk/types.js').Span;
  }

  test('A5.2 without a start time of the user, later times are the start and what the monotonic clock adds', () => {
    const span = startSpan();
    vi.advanceTimersByTime(50);
    vi.setSystemTime(1_800_000_000_000);
    span.addEvent('after a step of the wall clock');
    vi.advanceTimersByTime(25);
    span.end();
    expect(span.startTime).toEqual([1_700_000_000, 0]);
    expect(span.events[0]?.time).toEqual([1_700_000_000, 50_000_000]);
    expect(span.endTime).toEqual([1_700_000_000, 75_000_000]);
    expect(span.duration).toEqual([0, 75_000_000]);
  });

  test.each([
    ['a date', () => new Date(1_699_999_999_000)],
    ['[seconds, nanoseconds]', (): [number, number] => [1_699_999_999, 0]],
  ])('A5.2 after a start time of the user (%s), later defaults are wall-clock times', (_form, startTime) => {
    vi.advanceTimersByTime(5000);
    const span = startSpan(startTime());
    vi.setSystemTime(1_800_000_000_250);
    span.addEvent('event').end();
    expect(span.events[0]?.time).toEqual([1_800_000_000, 250_000_000]);
    expect(span.endTime).toEqual([1_800_000_000, 250_000_000]);
  });

  test('A5.2 after a start time of performance.now(), later times are monotonic (docs/differences.md: clock-step)', () => {
    vi.advanceTimersByTime(5000);
    const span = startSpan(performance.now() - 1000);
    vi.setSystemTime(1_800_000_000_250);
    vi.advanceTimersByTime(25);
    span.addEvent('event').end();
    expect(span.startTime).toEqual([1_700_000_004, 0]);
    expect(span.events[0]?.time).toEqual([1_700_000_005, 25_000_000]);
    expect(span.duration).toEqual([1, 25_000_000]);
  });

  test('A5.1 a number equal to performance.now() is one of its values, a greater one milliseconds since 1970', () => {
    const origin = performance.now();
    vi.advanceTimersByTime(5000);
    expect(startSpan(origin + 5000).startTime).toEqual([1_700_000_005, 0]);
    expect(startSpan(origin + 5000.5).startTime).toEqual(epochTime(origin + 5000.5));
  });

  test('A5.3 times are taken when the call is made, not when anybody looks', () => {
    const span = startSpan();
    vi.advanceTimersByTime(10);
    span.end();
    vi.advanceTimersByTime(1000);
    expect(span.endTime).toEqual([1_700_000_000, 10_000_000]);
  });

  test('A5.4 the duration of a span that ended before its start is 0', () => {
    const span = startSpan([2000, 1]);
    span.end([1999, 999_999_999]);
    expect([span.endTime, span.duration]).toEqual([
      [2000, 1],
      [0, 0],
    ]);
  });
});
