// Recording threads that come and go, as a lane's pipeline sees them.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ENDED_PRODUCERS_MAX } from '../../src/shared/limits.js';
import { PipelineRig } from './rig/pipeline-rig.js';
import { TestProducer } from './rig/test-producer.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a producer that ended is let go when all it recorded is settled, and not before', async () => {
  const rig = new PipelineRig({ producers: 2 });
  rig.transport.behave = () => 'hold';
  rig.record(0, 1);
  rig.record(1, 3);
  rig.retire(1);
  rig.requestFlushByWord();
  await rig.run(10);
  expect(rig.retired).toEqual([]);
  rig.transport.attempts[0].answer({ status: 'success', rejected: 0 });
  await rig.settle();
  expect(rig.retired).toEqual([1]);
  expect(rig.count('Delivered')).toBe(4);
});

test('a producer that ended with nothing under way is let go at once; one that is not known, too', () => {
  const rig = new PipelineRig({ producers: 2 });
  rig.retire(1);
  expect(rig.retired).toEqual([1]);
  rig.pipeline.retireProducer(77);
  expect(rig.retired).toEqual([1, 77]);
});

test('a producer that is announced a second time is read once', async () => {
  const rig = new PipelineRig();
  rig.addProducer();
  rig.announced.push(rig.producers[1].channel);
  rig.pipeline.addProducer(rig.producers[1].channel);
  rig.record(1, 5);
  rig.requestFlushByWord();
  await rig.run(10);
  expect(rig.count('Delivered')).toBe(5);
});

test('a flush covers a producer that was announced before it, although nobody has called for it', async () => {
  const rig = new PipelineRig();
  const producer = new TestProducer(1, 65_536);
  rig.producers.push(producer);
  rig.record(1, 5);
  rig.announced.push(producer.channel);
  const ticket = rig.requestFlushByWord();
  await rig.run(10);
  expect(rig.flushCompleted).toBe(ticket);
  expect(rig.count('Delivered')).toBe(5);
});

test('a producer whose announcement comes with its end loses nothing', async () => {
  const rig = new PipelineRig();
  const producer = new TestProducer(1, 65_536);
  rig.producers.push(producer);
  rig.record(1, 5);
  rig.announced.push(producer.channel);
  rig.retire(1);
  expect(rig.retired).toEqual([]);
  await rig.run(6000);
  expect(rig.count('Delivered')).toBe(5);
  expect(rig.retired).toEqual([1]);
});

test('what a producer counted as sent, and was terminated before it sent, is not waited for', async () => {
  const rig = new PipelineRig({ producers: 2 });
  rig.large(1, 9000);
  rig.producers[1].recordLarge(9000);
  rig.retire(1);
  const flush = rig.pipeline.flush(1000);
  await rig.run(100);
  expect(await flush).toBe(true);
  expect(rig.retired).toEqual([1]);
  expect(rig.producers[1].settledSpans).toBe(1);
});

test('each producer has an account of its own, and together they are that of the lane', async () => {
  const rig = new PipelineRig({ producers: 3, maxExportBatchSize: 4 });
  for (const producer of [0, 1, 2]) rig.record(producer, 4 * (producer + 1));
  rig.large(2, 9000);
  let batches = 0;
  rig.transport.behave = () => ({ kind: batches++ % 2 === 0 ? 'failure' : 'accept', delayMillis: 1 });
  rig.requestFlushByWord();
  await rig.run(1000);
  expect(rig.producers.map((producer) => producer.settledSpans)).toEqual([4, 8, 13]);
  expect(rig.settled).toBe(25);
  expect(rig.count('DroppedExportFailed')).toBeGreaterThan(0);
});

test('ended producers wait for the batch to fill up; one more than may wait, and it is sent', async () => {
  const rig = new PipelineRig({ producers: ENDED_PRODUCERS_MAX + 2 });
  for (let producer = 1; producer <= ENDED_PRODUCERS_MAX; producer++) {
    rig.record(producer, 1);
    rig.retire(producer);
  }
  await rig.run(100);
  expect(rig.retired).toEqual([]);
  rig.record(ENDED_PRODUCERS_MAX + 1, 1);
  rig.retire(ENDED_PRODUCERS_MAX + 1);
  await rig.run(100);
  expect(rig.retired).toHaveLength(ENDED_PRODUCERS_MAX + 1);
});

test('a busy producer does not keep others waiting: 63 others are read within as many turns as there are feeds', async () => {
  const rig = new PipelineRig({ producers: 64, ringBytes: 1 << 20, maxExportBatchSize: 65_536 });
  for (let producer = 1; producer < 64; producer++) rig.record(producer, 1);
  for (let turn = 0; turn < 2 * 64; turn++) {
    rig.record(0, 5000);
    rig.pump();
    await rig.settle();
  }
  expect(rig.producers.filter(({ read }) => read === 0)).toEqual([]);
});

test('the memory of a producer that was let go is garbage', async () => {
  const rig = new PipelineRig();
  const memory = await (async () => {
    rig.addProducer();
    rig.record(1, 100);
    rig.retire(1);
    await rig.run(6000);
    const { ring, arena } = rig.producers.pop()!.channel;
    return [new WeakRef(ring), new WeakRef(arena)];
  })();
  expect(rig.retired).toEqual([1]);
  // Encoders keep the memory of the last record that they have read.
  rig.record(0, 1);
  await rig.run(6000);
  // What a WeakRef was asked for stays until the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(memory.map((reference) => reference.deref())).toEqual([undefined, undefined]);
});
