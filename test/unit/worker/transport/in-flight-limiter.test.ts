import { expect, test } from 'vitest';
import { InFlightLimiter } from '../../../../src/worker/transport/in-flight-limiter.js';

test('takes as many tasks as its limit and refuses one more', async () => {
  const limiter = new InFlightLimiter(2);
  const gate = Promise.withResolvers<string>();
  const first = limiter.run(() => gate.promise);
  expect(limiter.hasRoom).toBe(true);
  const second = limiter.run(() => gate.promise);
  expect(limiter.hasRoom).toBe(false);
  let started = false;
  await expect(
    limiter.run(async () => {
      started = true;
    }),
  ).rejects.toThrow('more than 2 exports in flight');
  expect(started).toBe(false);
  gate.resolve('sent');
  expect(await Promise.all([first, second])).toEqual(['sent', 'sent']);
  expect(limiter.isIdle).toBe(true);
});

test('whoever waits for a task finds the room that it left', async () => {
  const limiter = new InFlightLimiter(1);
  await limiter.run(async () => {
    expect(limiter.inFlight).toBe(1);
  });
  expect(limiter.hasRoom).toBe(true);
});

test('a task that fails leaves its room as well', async () => {
  const limiter = new InFlightLimiter(1);
  await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(
    limiter.run(() => {
      throw new Error('not even a promise');
    }),
  ).rejects.toThrow('not even a promise');
  expect(limiter.inFlight).toBe(0);
});
