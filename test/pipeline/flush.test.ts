import { describe, expect, test } from 'vitest';
import { LANE_BEAT_WORD } from '../../src/shared/ring/lane-layout.js';
import { FLUSH_WAITERS_MAX } from '../../src/worker/flush.js';
import { FLUSH_BEAT_MILLIS } from '../../src/worker/pipeline.js';
import { PipelineRig } from './rig/pipeline-rig.js';

const success = { status: 'success', rejected: 0 } as const;

/** What a promise has become by now. */
function watch<T>(promise: Promise<T>): { value: T | undefined } {
  const watched: { value: T | undefined } = { value: undefined };
  promise.then((value) => {
    watched.value = value;
  });
  return watched;
}

describe('flush over the port', () => {
  test('closes the open batch at once and resolves when it was delivered', async () => {
    const rig = new PipelineRig();
    const ids = rig.record(0, 3);
    const flushed = watch(rig.pipeline.flush(1000));
    expect(rig.wanted).toBe(true);
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 50 });
    await rig.run(49);
    expect(flushed.value).toBeUndefined();
    await rig.run(1);
    expect(flushed.value).toBe(true);
    expect(rig.transport.accepted).toEqual(ids);
  });

  test('resolves at once when nothing is unsettled', async () => {
    const rig = new PipelineRig();
    const flushed = watch(rig.pipeline.flush(1000));
    await rig.run(0);
    expect(flushed.value).toBe(true);
  });

  test('ends although the producer keeps writing, and takes later spans only as they come', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 10, ringBytes: 1 << 20 });
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 20 });
    rig.record(0, 25);
    const flushed = watch(rig.pipeline.flush(10_000));
    let rounds = 0;
    for (; flushed.value === undefined && rounds < 100; rounds++) {
      rig.record(0, 25);
      await rig.run(1);
    }
    expect(flushed.value).toBe(true);
    expect(rounds).toBeLessThanOrEqual(60);
    expect(rig.usedBytes).toBeGreaterThan(0);
  });

  test('does not close the batch of spans that were recorded after it', async () => {
    const rig = new PipelineRig({ maxConcurrentExports: 4 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 3);
    void rig.pipeline.flush(10_000);
    await rig.run(10);
    rig.record(0, 2);
    await rig.run(1000);
    expect(rig.transport.sizes).toEqual([3]);
  });

  test('is over when what it waits for was dropped, too', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => ({ kind: 'failure', delayMillis: 1 });
    rig.record(0, 3);
    const flushed = watch(rig.pipeline.flush(1000));
    await rig.run(10);
    expect(flushed.value).toBe(true);
  });

  test('resolves false at its time-out, not before, and what it waited for still goes out', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => 'hold';
    rig.record(0, 3);
    const flushed = watch(rig.pipeline.flush(500));
    await rig.run(499);
    expect(flushed.value).toBeUndefined();
    await rig.run(1);
    expect(flushed.value).toBe(false);
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(rig.count('Delivered')).toBe(3);
  });

  test('waits for a batch that is out of order', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 2 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 4);
    const flushed = watch(rig.pipeline.flush(10_000));
    await rig.run(0);
    rig.transport.attempts[1].answer(success);
    await rig.settle();
    expect(flushed.value).toBeUndefined();
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(flushed.value).toBe(true);
  });

  test('requests that come while one is under way are answered in the next round', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 20 });
    const flushes: { value: boolean | undefined }[] = [];
    for (let round = 0; round < 20; round++) {
      rig.record(0, 1);
      flushes.push(watch(rig.pipeline.flush(10_000)));
      await rig.run(1);
    }
    await rig.run(40);
    expect(flushes.map((flushed) => flushed.value)).toEqual(new Array(20).fill(true));
  });

  test('a request that joins waits for what was recorded before it, not for what the one it joins waited for', async () => {
    const rig = new PipelineRig({ maxConcurrentExports: 8 });
    rig.transport.behave = () => 'hold';
    const flushes: { value: boolean | undefined }[] = [];
    for (let round = 0; round < 3; round++) {
      rig.record(0, 1);
      flushes.push(watch(rig.pipeline.flush(10_000)));
      await rig.run(1);
    }
    const answered = () => flushes.map((flushed) => flushed.value === true);
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(answered()).toEqual([true, false, false]);
    rig.transport.attempts[1].answer(success);
    await rig.settle();
    expect(answered()[2]).toBe(false);
    rig.transport.attempts[2].answer(success);
    await rig.settle();
    expect(answered()).toEqual([true, true, true]);
  });

  test('accepts the last waiter allowed and refuses the one above', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => 'hold';
    rig.record(0, 1);
    const accepted = Array.from({ length: FLUSH_WAITERS_MAX }, () => watch(rig.pipeline.flush(10_000)));
    const refused = watch(rig.pipeline.flush(10_000));
    await rig.run(0);
    expect(refused.value).toBe(false);
    rig.transport.attempts[0].answer(success);
    await rig.settle();
    expect(accepted.every((flushed) => flushed.value === true)).toBe(true);
    expect(rig.scheduler.pendingTimers).toBe(0);
  });
});

describe('flush by lane words', () => {
  test('beats several times a second while it waits for the collector, so that the waiter sees a live worker', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => 'hold';
    rig.record(0, 1);
    rig.requestFlushByWord();
    await rig.run(0);
    const before = rig.words[LANE_BEAT_WORD];
    await rig.run(1000);
    expect(rig.words[LANE_BEAT_WORD] - before).toBeGreaterThanOrEqual(1000 / FLUSH_BEAT_MILLIS - 1);
    rig.transport.attempts[0].answer(success);
    await rig.run(0);
    const idle = rig.words[LANE_BEAT_WORD];
    await rig.run(1000);
    expect(rig.words[LANE_BEAT_WORD] - idle).toBeLessThanOrEqual(2);
  });

  test('completes with its ticket when everything recorded before it is settled', async () => {
    const rig = new PipelineRig();
    await rig.run(100);
    const ids = rig.record(0, 3);
    const ticket = rig.requestFlushByWord();
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 5 });
    await rig.run(4);
    expect(rig.flushCompleted).toBe(0);
    await rig.run(1);
    expect(rig.flushCompleted).toBe(ticket);
    expect(rig.transport.accepted).toEqual(ids);
  });

  test('answers only the newest of several tickets, which covers the others', async () => {
    const rig = new PipelineRig();
    rig.record(0, 1);
    rig.requestFlushByWord();
    rig.requestFlushByWord();
    rig.record(0, 1);
    const newest = rig.requestFlushByWord();
    await rig.run(100);
    expect(rig.flushCompleted).toBe(newest);
    expect(rig.count('Delivered')).toBe(2);
  });

  test('a ticket during a port flush is completed after it', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 20 });
    rig.record(0, 1);
    const flushed = watch(rig.pipeline.flush(1000));
    await rig.run(5);
    rig.record(0, 1);
    const ticket = rig.requestFlushByWord();
    await rig.run(15);
    expect(flushed.value).toBe(true);
    expect(rig.flushCompleted).toBe(0);
    await rig.run(10);
    expect(rig.flushCompleted).toBe(ticket);
  });

  test('a ticket that a dead worker left unanswered is answered by its successor', async () => {
    const rig = new PipelineRig();
    rig.transport.behave = () => 'hold';
    const ids = rig.record(0, 3);
    const ticket = rig.requestFlushByWord();
    await rig.run(10);
    rig.die();
    rig.transport.behave = () => ({ kind: 'accept', delayMillis: 1 });
    await rig.run(10);
    expect(rig.flushCompleted).toBe(ticket);
    expect(rig.transport.accepted).toEqual(ids);
  });
});
