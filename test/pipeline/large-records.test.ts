import { expect, test } from 'vitest';
import { LARGE_IN_FLIGHT_BYTES_MAX } from '../../src/shared/limits.js';
import { PipelineRig } from './rig/pipeline-rig.js';

test('a large record is encoded, delivered and counted like any other', async () => {
  const rig = new PipelineRig();
  rig.record(0, 2);
  rig.large(0, 100_000);
  await rig.run(6000);
  expect(rig.count('Delivered')).toBe(3);
  expect([rig.count('LargeReceived'), rig.count('LargeSettled')]).toEqual([1, 1]);
  expect(rig.count('LargeReceivedBytes')).toBe(rig.count('LargeSettledBytes'));
  expect(rig.count('LargeReceivedBytes')).toBeGreaterThan(100_000);
});

test('a flush waits for a large record that was sent and has not arrived', async () => {
  const rig = new PipelineRig();
  const record = rig.producers[0].recordLarge(9000);
  const ids = rig.record(0, 1);
  const ticket = rig.requestFlushByWord();
  await rig.run(100);
  expect(rig.transport.accepted).toEqual(ids);
  expect(rig.flushCompleted).toBe(0);
  rig.pipeline.large(0, record);
  await rig.run(100);
  expect(rig.flushCompleted).toBe(ticket);
  expect(rig.count('Delivered')).toBe(2);
});

test('a large record of an unknown producer, or a broken one, is dropped as encode_failed', async () => {
  const rig = new PipelineRig();
  rig.pipeline.large(77, rig.producers[0].recordLarge(9000));
  rig.pipeline.large(0, new ArrayBuffer(0));
  rig.pipeline.large(0, new ArrayBuffer(7));
  const cut = rig.producers[0].recordLarge(9000).slice(0, 4096);
  rig.pipeline.large(0, cut);
  await rig.run(10);
  expect(rig.count('DroppedEncodeFailed')).toBe(4);
  expect(rig.count('LargeSettled')).toBe(4);
});

test('large records are held up to the byte bound; one more is dropped as queue_full', async () => {
  const rig = new PipelineRig({ maxConcurrentExports: 1, maxExportBatchBytes: 60 * 1024 * 1024 });
  rig.transport.behave = () => 'hold';
  // The first is in flight, the next ones wait.
  const half = LARGE_IN_FLIGHT_BYTES_MAX / 2;
  rig.pipeline.large(0, grown(rig.producers[0].recordLarge(9000), half));
  rig.pipeline.large(0, grown(rig.producers[0].recordLarge(9000), half));
  rig.pipeline.large(0, rig.producers[0].recordLarge(9000));
  rig.requestFlushByWord();
  await rig.run(10);
  expect(rig.settled).toBe(0);
  for (let index = 0; index < rig.transport.attempts.length; index++) {
    rig.transport.attempts[index].answer({ status: 'success', rejected: 0 });
    await rig.run(10);
  }
  expect([rig.count('Delivered'), rig.count('DroppedQueueFull')]).toEqual([2, 1]);
  // What was settled makes room again.
  rig.pipeline.large(0, rig.producers[0].recordLarge(9000));
  await rig.run(10);
  expect(rig.count('DroppedQueueFull')).toBe(1);
});

test('large records that went down with a worker are counted as export_failed by its successor', async () => {
  const rig = new PipelineRig();
  rig.transport.behave = () => 'hold';
  rig.large(0, 9000);
  rig.requestFlushByWord();
  await rig.run(10);
  rig.large(0, 9000);
  rig.producers[0].recordLarge(9000);
  rig.die();
  rig.transport.behave = () => ({ kind: 'accept', delayMillis: 1 });
  rig.large(0, 9000);
  const flush = rig.pipeline.flush(1000);
  await rig.run(100);
  expect(await flush).toBe(true);
  expect([rig.count('DroppedExportFailed'), rig.count('Delivered')]).toEqual([3, 1]);
  expect(rig.count('LargeSettled')).toBe(4);
});

/** The same record in a longer buffer: the length word says where it ends. */
function grown(record: ArrayBuffer, bytes: number): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes);
  new Uint8Array(buffer).set(new Uint8Array(record));
  return buffer;
}
