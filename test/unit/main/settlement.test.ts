// What became of one batch of records among others: the main thread's half, on real rings.

import { expect, test } from 'vitest';
import { Mark } from '../../../src/main/lifecycle/settlement.js';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import { LaneCounter } from '../../../src/shared/counters.js';
import { RingReader } from '../../../src/shared/ring/reader.js';
import { OffloadHarness } from '../../support/offload-harness.js';
import { SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

const resource = {} as ReadableSpan['resource'];

function span(text = ''): ReadableSpan {
  return {
    name: 'name',
    spanContext: () => ({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }),
    startTime: [1, 1],
    endTime: [1, 1],
    attributes: { text },
    resource,
  } as unknown as ReadableSpan;
}

function rig() {
  const harness = new OffloadHarness();
  const [writer] = harness.producer.writers;
  const reader = new RingReader(harness.producer.channels[0].ring);
  return {
    harness,
    writer,
    mark: () => new Mark(writer),
    /** As the worker does once records are settled. */
    release(records: number): void {
      for (let i = 0; i < records && reader.peek() >= 0; i++) reader.advance();
      reader.release(reader.readPosition);
    },
  };
}

test('a batch is settled when the ring is released past its end, whatever is behind', () => {
  const { harness, mark, release } = rig();
  harness.record(span());
  const batch = mark();
  harness.record(span(), span());
  batch.end();
  harness.record(span());
  expect(batch.isEmpty).toBe(false);
  release(2);
  expect(batch.isSettled).toBe(false);
  release(1);
  expect(batch.isSettled).toBe(true);
});

test('a batch without records is empty', () => {
  const { mark } = rig();
  const batch = mark();
  batch.end();
  expect(batch.isEmpty).toBe(true);
});

test('a large record is settled with its number', () => {
  const { harness, mark, writer } = rig();
  const batch = mark();
  harness.record(span('x'.repeat(1_000_000)));
  batch.end();
  expect(batch.range).toMatchObject({ largeFrom: 0, largeTo: 1 });
  expect([batch.isEmpty, batch.isSettled]).toEqual([false, false]);
  writer.settled[LaneCounter.LargeSettled] = 1;
  expect(batch.isSettled).toBe(true);
});

test('what never came as far as the ring is known at once, and only of this batch', () => {
  const { harness, mark } = rig();
  const broken = { ...span(), spanContext: () => null } as unknown as ReadableSpan;
  harness.record(broken);
  const batch = mark();
  harness.record(span(), broken, broken);
  batch.end();
  harness.record(broken);
  expect(batch.droppedAtOnce).toBe(2);
});

test('losses of the lane since the mark are seen, a partial refusal is none', () => {
  const { harness, mark, writer } = rig();
  writer.settled[LaneCounter.DroppedExportFailed] = 5;
  const batch = mark();
  harness.record(span());
  batch.end();
  writer.settled[LaneCounter.DroppedRejected]++;
  expect(batch.hasLosses).toBe(false);
  writer.settled[LaneCounter.DroppedExportFailed]++;
  expect(batch.hasLosses).toBe(true);
});
