import { describe, expect, test } from 'vitest';
import { LANE_BEAT_WORD, LANE_STATE_WORD, LaneState } from '../../src/shared/ring/lane-layout.js';
import { TURN_RECORDS_MAX } from '../../src/worker/drain.js';
import { HEARTBEAT_MILLIS } from '../../src/worker/pipeline.js';
import { PipelineRig } from './rig/pipeline-rig.js';
import { startUnixNanosOf } from './rig/span-ids.js';

describe('a batch closes', () => {
  test('with its maxExportBatchSize-th span, and not with the one before', () => {
    const rig = new PipelineRig({ maxExportBatchSize: 10 });
    rig.record(0, 9);
    rig.pump();
    expect(rig.transport.sizes).toEqual([]);
    rig.record(0, 1);
    rig.pump();
    expect(rig.transport.sizes).toEqual([10]);
  });

  test('before the span that would take it over maxExportBatchBytes', async () => {
    // A first rig measures what two records come to.
    const measured = new PipelineRig();
    measured.record(0, 1, 1000);
    measured.pump();
    await measured.advance(5000);
    measured.pump();
    const recordBytes = measured.producers[0].ring.tail;
    const oneSpan = measured.transport.attempts[0].body.length;
    // The open batch counts frames that the body may not need: up to a few bytes less than 64.
    const enough = new PipelineRig({ maxExportBatchBytes: oneSpan + recordBytes + 64 });
    enough.record(0, 2, 1000);
    enough.pump();
    expect(enough.transport.sizes).toEqual([]);
    const short = new PipelineRig({ maxExportBatchBytes: oneSpan + recordBytes - 64 });
    short.record(0, 2, 1000);
    short.pump();
    expect(short.transport.sizes).toEqual([1]);
  });

  test('alone if a span is larger than maxExportBatchBytes by itself', () => {
    const rig = new PipelineRig({ maxExportBatchBytes: 4096, ringBytes: 1 << 20 });
    rig.record(0, 1);
    rig.record(0, 1, 5000);
    rig.record(0, 1);
    rig.pump();
    expect(rig.transport.sizes).toEqual([1, 1]);
  });

  test('scheduledDelayMillis after its first span, and not a millisecond earlier', async () => {
    const rig = new PipelineRig({ scheduledDelayMillis: 5000 });
    rig.record(0, 1);
    rig.pump();
    await rig.advance(4000);
    rig.record(0, 1);
    rig.pump();
    await rig.advance(999);
    rig.pump();
    expect(rig.transport.sizes).toEqual([]);
    await rig.advance(1);
    rig.pump();
    expect(rig.transport.sizes).toEqual([2]);
  });

  test('early when more than half of the ring is unreleased and nothing is in flight', () => {
    const rig = new PipelineRig({ ringBytes: 65_536, maxExportBatchSize: 65_536 });
    while (rig.usedBytes <= 32_768 - 200) expect(rig.record(0, 1)).toHaveLength(1);
    rig.pump();
    expect(rig.transport.sizes).toEqual([]);
    while (rig.usedBytes <= 32_768) expect(rig.record(0, 1)).toHaveLength(1);
    rig.pump();
    expect(rig.transport.attempts).toHaveLength(1);
  });
});

describe('export slots', () => {
  test('a batch in each of maxConcurrentExports slots, and no more', () => {
    const rig = new PipelineRig({ maxConcurrentExports: 3, maxExportBatchSize: 5, ringBytes: 1 << 20 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 100);
    rig.pump();
    expect(rig.transport.sizes).toEqual([5, 5, 5]);
  });

  test('without a free slot the drain stops reading at a full batch, and the ring fills', async () => {
    const rig = new PipelineRig({ maxConcurrentExports: 1, maxExportBatchSize: 5 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 100);
    expect(rig.pump()).toBe(HEARTBEAT_MILLIS);
    expect(rig.count('SpansRead')).toBe(10);
    const stored = rig.record(0, 2000).length;
    expect(rig.producers[0].droppedQueueFull).toBe(2000 - stored);
    expect(stored).toBeLessThan(2000);
    rig.transport.attempts[0].answer({ status: 'success', rejected: 0 });
    await rig.settle();
    expect(rig.wanted).toBe(true);
    rig.pump();
    expect(rig.transport.sizes).toEqual([5, 5]);
    expect(rig.count('SpansRead')).toBe(15);
  });

  test('a batch that comes of age without a free slot goes out when one gets free', async () => {
    const rig = new PipelineRig({
      maxConcurrentExports: 1,
      maxExportBatchSize: 5,
      scheduledDelayMillis: 100,
    });
    rig.transport.behave = () => 'hold';
    rig.record(0, 7);
    rig.pump();
    await rig.advance(200);
    rig.pump();
    expect(rig.transport.sizes).toEqual([5]);
    rig.transport.attempts[0].answer({ status: 'success', rejected: 0 });
    await rig.run(0);
    expect(rig.transport.sizes).toEqual([5, 2]);
  });
});

describe('a turn', () => {
  test('reads at most its budget of records and asks to go on at once', () => {
    const rig = new PipelineRig({ ringBytes: 1 << 20, maxExportBatchSize: 65_536 });
    rig.record(0, TURN_RECORDS_MAX + 1);
    expect(rig.pump()).toBe(0);
    expect(rig.count('SpansRead')).toBe(TURN_RECORDS_MAX);
    expect(rig.pump()).toBeGreaterThan(0);
    expect(rig.count('SpansRead')).toBe(TURN_RECORDS_MAX + 1);
  });

  test('ends when its time is over, with records left', () => {
    const rig = new PipelineRig({ ringBytes: 1 << 20, maxExportBatchSize: 65_536, wrapEncoder: slow });
    function slow<E extends object>(encoder: E): E {
      return new Proxy(encoder, {
        get(target, key) {
          if (key === 'add') rig.scheduler.advance(0.1);
          const value = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    }
    rig.record(0, 1000);
    expect(rig.pump()).toBe(0);
    expect(rig.count('SpansRead')).toBeGreaterThanOrEqual(40);
    expect(rig.count('SpansRead')).toBeLessThanOrEqual(128);
  });

  test('a busy producer does not starve another one', () => {
    const rig = new PipelineRig({
      producers: 2,
      ringBytes: 1 << 20,
      maxExportBatchSize: 1000,
      maxConcurrentExports: 64,
    });
    rig.record(0, 6000);
    const [id] = rig.record(1, 1);
    for (let turn = 0; turn < 3; turn++) {
      rig.pump();
      rig.record(0, 4000);
    }
    expect(rig.transport.attempts.flatMap((attempt) => attempt.ids)).toContain(id);
  });

  test('beats, and says that the lane runs', () => {
    const rig = new PipelineRig();
    expect(rig.words[LANE_STATE_WORD]).toBe(LaneState.Running);
    rig.pump();
    rig.pump();
    expect(rig.words[LANE_BEAT_WORD]).toBe(2);
  });

  test('naps for drainIntervalMillis while records flow, and sleeps long when none came', () => {
    const rig = new PipelineRig({ drainIntervalMillis: 25 });
    expect(rig.pump()).toBe(HEARTBEAT_MILLIS);
    rig.record(0, 1);
    expect(rig.pump()).toBe(25);
    expect(rig.pump()).toBe(HEARTBEAT_MILLIS);
  });

  test('sleeps no longer than until the open batch is due', async () => {
    const rig = new PipelineRig({ scheduledDelayMillis: 300 });
    rig.record(0, 1);
    rig.pump();
    await rig.advance(100);
    expect(rig.pump()).toBe(200);
  });
});

describe('doorbell', () => {
  test('rings at the first record of a deep sleep', async () => {
    const rig = new PipelineRig();
    await rig.run(5000);
    rig.record(0, 1);
    expect(rig.bell).toBe(true);
  });

  test('a record published before it was armed is found by the look after arming, at any depth of sleep', () => {
    const rig = new PipelineRig();
    rig.pump();
    expect(rig.pipeline.arm()).toBe(false);
    rig.pump();
    rig.record(0, 1);
    expect(rig.pipeline.arm()).toBe(true);
    rig.pump();
    rig.record(0, 1);
    expect(rig.pipeline.arm()).toBe(false);
    while (rig.usedBytes < 40_000) expect(rig.record(0, 1)).toHaveLength(1);
    expect(rig.pipeline.arm()).toBe(true);
  });

  test('a flush requested before the sleep is found by the look after arming', () => {
    const rig = new PipelineRig();
    rig.pump();
    rig.requestFlushByWord();
    expect(rig.pipeline.arm()).toBe(true);
  });

  test('does not ring for a record during a nap, but before the ring is full', async () => {
    const rig = new PipelineRig();
    rig.record(0, 1);
    await rig.run(0);
    rig.record(0, 1);
    expect(rig.bell).toBe(false);
    while (!rig.bell) expect(rig.record(0, 1)).toHaveLength(1);
    expect(rig.usedBytes).toBeGreaterThan(30_000);
    expect(rig.usedBytes).toBeLessThan(36_000);
  });

  test('does not ring while no export slot is free', async () => {
    const rig = new PipelineRig({ maxConcurrentExports: 1, maxExportBatchSize: 5 });
    rig.transport.behave = () => 'hold';
    rig.record(0, 100);
    await rig.run(100);
    rig.bell = false;
    rig.record(0, 2000);
    expect(rig.bell).toBe(false);
  });
});

test('spans recorded after the wall clock was set are converted with the new time', async () => {
  const rig = new PipelineRig({ maxExportBatchSize: 1 });
  rig.record(0, 1);
  rig.pump();
  rig.unixOffsetMillis += 3_600_000;
  rig.record(0, 1);
  rig.pump();
  const [before, after] = rig.transport.attempts.map((attempt) => startUnixNanosOf(attempt.body)[0]);
  expect(before).toBe(1_700_000_000_001_000_000n);
  expect(after - before).toBe(3_600_000_000_000n);
});

test('a producer added later is served, and added twice it is served once', async () => {
  const rig = new PipelineRig({ maxExportBatchSize: 1 });
  rig.addProducer();
  rig.pipeline.addProducer(rig.producers[1].channel);
  const ids = rig.record(1, 3);
  await rig.run(100);
  expect(rig.transport.accepted).toEqual(ids);
});

test('a producer whose memory is no ring is refused, and the others go on', async () => {
  const rig = new PipelineRig({ maxExportBatchSize: 1 });
  const { channel } = rig.producers[0];
  rig.pipeline.addProducer({ ...channel, id: 99, ring: new SharedArrayBuffer(4096) });
  expect(rig.messages.join()).toContain('producer refused');
  rig.record(0, 1);
  await rig.run(100);
  expect(rig.count('Delivered')).toBe(1);
});
