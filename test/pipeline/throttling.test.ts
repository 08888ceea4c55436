// A collector that asks for time gets it: the records stay in the ring, and nothing is sent into a refusal.

import { describe, expect, test } from 'vitest';
import { RETURNS_MAX } from '../../src/worker/exporter.js';
import { FLUSH_BEAT_MILLIS, HEARTBEAT_MILLIS } from '../../src/worker/pipeline.js';
import type { Behaviour } from './rig/fake-transport.js';
import { PipelineRig, type RigOptions } from './rig/pipeline-rig.js';

const ACCEPT: Behaviour = { kind: 'accept', delayMillis: 1 };

/** Throttles the first `count` requests, all arriving in one instant, and accepts what comes later. */
function throttledRig(afterMillis: number, options: RigOptions = {}, count = 1): PipelineRig {
  const rig = new PipelineRig({ maxExportBatchSize: 10, timeoutMillis: 1000, retries: true, ...options });
  rig.transport.behave = () =>
    rig.transport.attempts.length < count ? { kind: 'retryable', delayMillis: 0, afterMillis } : ACCEPT;
  return rig;
}

const attemptTimes = (rig: PipelineRig) => rig.transport.attempts.map((attempt) => attempt.atMillis - 1000);

describe('a destination that asks for longer than the deadline allows', () => {
  test('gets the batch that it refused when the time is over, and not a millisecond earlier', async () => {
    const rig = throttledRig(20_000);
    const ids = rig.record(0, 10);
    await rig.run(19_999);
    expect(attemptTimes(rig)).toEqual([0]);
    expect(rig.settled).toBe(0);
    await rig.run(2);
    expect(attemptTimes(rig)).toEqual([0, 20_000]);
    expect(rig.transport.accepted).toEqual(ids);
    expect([rig.count('Delivered'), rig.count('DroppedExportFailed')]).toEqual([10, 0]);
  });

  test('is sent nothing else meanwhile: it stays in the ring, unread beyond one batch', async () => {
    const rig = throttledRig(20_000);
    const ids = rig.record(0, 10);
    await rig.run(0);
    ids.push(...rig.record(0, 100));
    await rig.run(19_000);
    expect(rig.transport.attempts).toHaveLength(1);
    expect(rig.count('SpansRead')).toBe(20);
    expect(rig.settled).toBe(0);
    rig.requestFlushByWord();
    await rig.run(2000);
    expect(rig.transport.accepted.toSorted()).toEqual(ids.toSorted());
    expect(rig.count('Delivered')).toBe(110);
    expect(rig.usedBytes).toBe(0);
  });

  test('loses none of several batches that were under way', async () => {
    const rig = throttledRig(20_000, { maxConcurrentExports: 4 }, 4);
    const ids = rig.record(0, 40);
    await rig.run(20_010);
    expect(attemptTimes(rig)).toEqual([0, 0, 0, 0, 20_000, 20_000, 20_000, 20_000]);
    expect(rig.transport.accepted.toSorted()).toEqual(ids.toSorted());
  });

  test('is waited for by jitter longer, so that many clients do not come back together', async () => {
    const rig = throttledRig(20_000, { random: () => 0.5 });
    rig.record(0, 10);
    await rig.run(25_000);
    expect(attemptTimes(rig)).toEqual([0, 22_000]);
  });

  test('costs no more wake-ups than an idle worker', async () => {
    const rig = throttledRig(20_000);
    rig.record(0, 200);
    await rig.run(0);
    let pumps = 0;
    const pump = rig.pump.bind(rig);
    rig.pump = () => {
      pumps++;
      return pump();
    };
    await rig.run(19_000);
    expect(pumps).toBeLessThanOrEqual(19_000 / HEARTBEAT_MILLIS + 1);
  });

  test('fills the ring: newer spans are queue_full, none is export_failed', async () => {
    const rig = throttledRig(20_000);
    for (let round = 0; round < 20; round++) {
      rig.record(0, 100);
      await rig.run(500);
    }
    expect(rig.droppedByProducers).toBeGreaterThan(0);
    rig.requestFlushByWord();
    await rig.run(11_000);
    expect(rig.count('DroppedExportFailed')).toBe(0);
    expect(rig.count('Delivered') + rig.droppedByProducers).toBe(2000);
  });
});

test('a wait that the deadline allows is left to the retries, and other batches wait for it too', async () => {
  const rig = throttledRig(600);
  rig.record(0, 10);
  await rig.run(0);
  rig.record(0, 10);
  await rig.run(599);
  expect(attemptTimes(rig)).toEqual([0]);
  await rig.run(1);
  expect(attemptTimes(rig)).toEqual([0, 600, 600]);
});

test('a flush that meets a throttling is answered when its records are delivered', async () => {
  const rig = throttledRig(3000);
  rig.record(0, 3);
  const ticket = rig.requestFlushByWord();
  await rig.run(2999);
  expect(rig.flushCompleted).toBe(ticket - 1);
  await rig.run(FLUSH_BEAT_MILLIS);
  expect(rig.flushCompleted).toBe(ticket);
  expect(attemptTimes(rig)).toEqual([0, 3000]);
});

test('a shutdown does not wait longer than it may: what is held back is counted', async () => {
  const rig = throttledRig(20_000, {}, 2);
  rig.record(0, 25);
  await rig.run(1);
  const shutdown = rig.pipeline.shutdown(500);
  await rig.run(500);
  expect(await shutdown).toBe(false);
  expect(rig.count('DroppedShutdownTimeout')).toBe(25);
  expect(rig.usedBytes).toBe(0);
});

test('a worker that dies while it waits loses nothing', async () => {
  const rig = throttledRig(20_000, {}, 2);
  const ids = rig.record(0, 25);
  await rig.run(1);
  rig.die();
  rig.requestFlushByWord();
  await rig.run(100);
  expect(rig.transport.accepted).toEqual(ids);
  expect(rig.count('Delivered')).toBe(25);
});

test.each([
  [RETURNS_MAX, 'delivered', [10, 0]],
  [RETURNS_MAX + 1, 'given up', [0, 10]],
])('a batch that is throttled %d times is %s', async (times, _outcome, counts) => {
  const rig = throttledRig(2000, {}, times);
  rig.record(0, 10);
  await rig.run(2000 * times + 10);
  expect(rig.transport.attempts).toHaveLength(RETURNS_MAX + 1);
  expect([rig.count('Delivered'), rig.count('DroppedExportFailed')]).toEqual(counts);
});

describe('maxRequestBytes', () => {
  test('is measured before compression: a larger request is split, and never compressed', async () => {
    const compressed: number[] = [];
    const rig = new PipelineRig({
      maxExportBatchSize: 16,
      maxRequestBytes: 4096,
      compress: (body) => {
        compressed.push(body.length);
        return { body, encoding: undefined };
      },
    });
    const ids = rig.record(0, 16, 1000);
    await rig.run(20);
    expect(rig.transport.sizes).toEqual(new Array(8).fill(2));
    expect(Math.max(...compressed)).toBeLessThanOrEqual(4096);
    expect(rig.transport.accepted.toSorted()).toEqual(ids.toSorted());
    expect([rig.count('Delivered'), rig.count('BatchesSent')]).toEqual([16, 8]);
  });

  test('takes a request of exactly that size, and drops a single span that is a byte over it', async () => {
    const measured = new PipelineRig({ maxExportBatchSize: 1 });
    measured.record(0, 1, 1000);
    await measured.run(10);
    const requestBytes = measured.transport.attempts[0].body.length;
    const exact = new PipelineRig({ maxExportBatchSize: 1, maxRequestBytes: requestBytes });
    exact.record(0, 1, 1000);
    await exact.run(10);
    expect(exact.count('Delivered')).toBe(1);
    const short = new PipelineRig({ maxExportBatchSize: 1, maxRequestBytes: requestBytes - 1 });
    short.record(0, 1, 1000);
    short.record(0, 1, 10);
    await short.run(10);
    expect([short.count('Delivered'), short.count('DroppedExportFailed')]).toEqual([1, 1]);
    expect(short.messages.join()).toContain('too large');
    expect(short.usedBytes).toBe(0);
  });
});
