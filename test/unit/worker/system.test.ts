import { afterEach, expect, test, vi } from 'vitest';
import { TIMEOUT_MILLIS_MAX } from '../../../src/shared/limits.js';
import { systemClock, systemScheduler } from '../../../src/worker/system.js';

afterEach(() => {
  vi.useRealTimers();
});

test('a timer of the longest delay, and of one beyond what setTimeout takes, does not fire at once', () => {
  vi.useFakeTimers();
  const fired: string[] = [];
  const scheduler = systemScheduler(true);
  scheduler.setTimer(() => fired.push('longest'), TIMEOUT_MILLIS_MAX);
  scheduler.setTimer(() => fired.push('longer'), TIMEOUT_MILLIS_MAX + 1000);
  scheduler.setTimer(() => fired.push('endless'), Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(TIMEOUT_MILLIS_MAX - 1);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(['longest', 'longer', 'endless']);
});

test('a cleared timer does not fire', () => {
  vi.useFakeTimers();
  const callback = vi.fn();
  const scheduler = systemScheduler(true);
  scheduler.clearTimer(scheduler.setTimer(callback, 10));
  vi.advanceTimersByTime(100);
  expect(callback).not.toHaveBeenCalled();
});

test.each([true, false])('with keepAlive %s a waiting timer keeps the process alive just so', (keepAlive) => {
  const scheduler = systemScheduler(keepAlive);
  const timer = scheduler.setTimer(() => {}, 60_000) as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(keepAlive);
  scheduler.clearTimer(timer);
});

test('the monotonic clock is the one of the process, in milliseconds', () => {
  const before = Number(process.hrtime.bigint()) / 1e6;
  const nowMillis = systemClock.monotonicMillis();
  const after = Number(process.hrtime.bigint()) / 1e6;
  expect(nowMillis).toBeGreaterThanOrEqual(before);
  expect(nowMillis).toBeLessThanOrEqual(after);
});
