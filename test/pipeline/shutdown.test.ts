import { expect, test } from 'vitest';
import { LANE_STATE_WORD, LaneState } from '../../src/shared/ring/lane-layout.js';
import { PipelineRig } from './rig/pipeline-rig.js';

async function outcomeOf(
  rig: PipelineRig,
  shutdown: Promise<boolean>,
  millis: number,
): Promise<boolean | undefined> {
  let outcome: boolean | undefined;
  shutdown.then((value) => {
    outcome = value;
  });
  await rig.run(millis);
  return outcome;
}

test('shutdown delivers what is left, closes the transport and stops', async () => {
  const rig = new PipelineRig();
  const ids = rig.record(0, 3);
  expect(await outcomeOf(rig, rig.pipeline.shutdown(1000), 10)).toBe(true);
  expect(rig.transport.accepted).toEqual(ids);
  expect(rig.transport.closed).toBe(true);
  expect(rig.words[LANE_STATE_WORD]).toBe(LaneState.Stopped);
  expect(rig.pipeline.isStopped).toBe(true);
  expect(rig.scheduler.pendingTimers).toBe(0);
});

test('J11 what is unsettled at the deadline is counted as shutdown_timeout: in flight, open, unread and large', async () => {
  const rig = new PipelineRig({ maxConcurrentExports: 1, maxExportBatchSize: 5 });
  rig.transport.behave = () => 'hold';
  rig.record(0, 40);
  rig.large(0, 9000);
  // Sent, and still on its way when the lane ends.
  rig.producers[0].recordLarge(9000);
  expect(await outcomeOf(rig, rig.pipeline.shutdown(1000), 1000)).toBe(false);
  expect(rig.count('DroppedShutdownTimeout')).toBe(42);
  expect(rig.usedBytes).toBe(0);
  expect(rig.messages.join()).toContain('42 spans');
  // The answer that comes afterwards changes nothing.
  rig.transport.attempts[0].answer({ status: 'success', rejected: 0 });
  await rig.settle();
  expect(rig.settled).toBe(rig.recorded);
  expect(rig.settled).toBe(42);
});

test('a second shutdown gets the answer of the first', async () => {
  const rig = new PipelineRig();
  rig.transport.behave = () => 'hold';
  rig.record(0, 1);
  const first = rig.pipeline.shutdown(100);
  expect(await outcomeOf(rig, rig.pipeline.shutdown(60_000), 100)).toBe(false);
  expect(await first).toBe(false);
});

test('a large record that arrives after the end is counted, once', async () => {
  const rig = new PipelineRig();
  const late = rig.producers[0].recordLarge(9000);
  await outcomeOf(rig, rig.pipeline.shutdown(100), 100);
  rig.pipeline.large(0, late);
  rig.pipeline.large(0, rig.producers[0].recordLarge(9000));
  expect(rig.count('DroppedShutdownTimeout')).toBe(2);
  expect(rig.count('LargeReceived')).toBe(2);
});

test('J11 a transport that does not close is left alone after a second', async () => {
  const rig = new PipelineRig();
  rig.transport.close = () => new Promise(() => {});
  const shutdown = rig.pipeline.shutdown(1000);
  expect(await outcomeOf(rig, shutdown, 999)).toBeUndefined();
  expect(await outcomeOf(rig, shutdown, 1)).toBe(true);
});

test('a thread blocked on a flush ticket is answered when the lane ends', async () => {
  const rig = new PipelineRig();
  rig.transport.behave = () => 'hold';
  rig.record(0, 1);
  const ticket = rig.requestFlushByWord();
  await outcomeOf(rig, rig.pipeline.shutdown(100), 200);
  expect(rig.flushCompleted).toBe(ticket);
});

test('calls after the end are answered and do nothing', async () => {
  const rig = new PipelineRig();
  await outcomeOf(rig, rig.pipeline.shutdown(100), 100);
  expect(await rig.pipeline.flush(100)).toBe(true);
  rig.record(0, 1);
  rig.pump();
  expect(rig.count('SpansRead')).toBe(0);
});
