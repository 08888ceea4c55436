// A user's tests under vitest.
import { createTestTelemetry } from 'offloop/testing';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkOut } from './checkout.mjs';

const telemetry = createTestTelemetry();
beforeAll(() => {
  telemetry.register();
});
beforeEach(() => {
  telemetry.reset();
});
afterAll(() => telemetry.shutdown());

test('a checkout reserves what was bought', async () => {
  await checkOut(2);
  expect(telemetry.tree({ attributes: true })).toMatchObject([
    { name: 'checkout', attributes: { 'cart.items': 2 }, children: [{ name: 'reserve' }] },
  ]);
});

test('spans end under fake timers, too', async () => {
  vi.useFakeTimers();
  try {
    const work = checkOut(1);
    await vi.runAllTimersAsync();
    await work;
    await telemetry.provider.forceFlush();
  } finally {
    vi.useRealTimers();
  }
  expect(telemetry.spans).toHaveLength(3);
});
