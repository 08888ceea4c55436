import { expect, test } from 'vitest';
import { createCounters, LANE_COUNTER_COUNT, LaneCounter } from '../../../src/shared/counters.js';
import { ReleaseQueue, type Segment } from '../../../src/worker/release-queue.js';

function setUp() {
  const counters = createCounters(LANE_COUNTER_COUNT);
  const released: number[] = [];
  const queue = new ReleaseQueue([counters], (end) => released.push(end));
  const open = (...ends: number[]): Segment => {
    const segment = queue.open();
    for (const end of ends) segment.extend(end);
    return segment;
  };
  return { counters, open, queue, released };
}

test('a segment is released when it is sealed and every record of it is settled', () => {
  const { open, released } = setUp();
  const segment = open(8, 16);
  segment.settle(LaneCounter.Delivered, 1);
  segment.seal();
  expect(released).toEqual([]);
  segment.settle(LaneCounter.Delivered, 1);
  expect(released).toEqual([16]);
});

test('a segment whose records are all settled waits for its seal: more may join', () => {
  const { open, released } = setUp();
  const segment = open(8);
  segment.settle(LaneCounter.DroppedEncodeFailed, 1);
  expect(released).toEqual([]);
  segment.extend(16);
  segment.seal();
  segment.settle(LaneCounter.Delivered, 1);
  expect(released).toEqual([16]);
});

test('settled segments wait for an unsettled one before them, and are released together in order', () => {
  const { open, queue, released } = setUp();
  const segments = [open(8), open(16), open(24)];
  for (const segment of segments) segment.seal();
  segments[2].settle(LaneCounter.Delivered, 1);
  segments[1].settle(LaneCounter.Delivered, 1);
  expect(released).toEqual([]);
  segments[0].settle(LaneCounter.Delivered, 1);
  expect(released).toEqual([8, 16, 24]);
  expect(queue.length).toBe(0);
});

test('nothing is counted before it is released', () => {
  const { counters, open } = setUp();
  const first = open(8);
  const second = open(16);
  first.seal();
  second.seal();
  second.settle(LaneCounter.DroppedRejected, 1);
  expect(counters[LaneCounter.DroppedRejected]).toBe(0);
  first.settle(LaneCounter.Delivered, 1);
  expect([counters[LaneCounter.Delivered], counters[LaneCounter.DroppedRejected]]).toEqual([1, 1]);
});
