import type { Span, Tracer } from '@opentelemetry/api';
import { beforeEach, expect, test } from 'vitest';
import { SpanCostMeter } from '../../src/cli/demo/span-cost-meter.js';

let nowMillis = 0;
/** What reading the clock takes itself. */
let clockMillis = 0;
const now = () => {
  nowMillis += clockMillis;
  return nowMillis;
};

/** A tracer whose calls take known times; new classes each time, for the meter changes prototypes. */
function createTracer(isRecording = true): Tracer {
  class TestSpan {
    readonly seen: unknown[] = [];
    isRecording() {
      return isRecording;
    }
    setAttribute(key: unknown, value: unknown) {
      nowMillis += 2;
      this.seen.push([key, value]);
      return this;
    }
    setAttributes(attributes: Record<string, unknown>) {
      for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
      return this;
    }
    addEvent() {
      nowMillis += 50;
      throw new Error('from addEvent');
    }
    end() {
      nowMillis += 3;
    }
  }
  class TestTracer {
    startSpan() {
      nowMillis += 1;
      return new TestSpan();
    }
  }
  return new TestTracer() as unknown as Tracer;
}

beforeEach(() => {
  nowMillis = 0;
  clockMillis = 0;
});

test('adds up the calls of every second span from start to end, and nothing between them', () => {
  const meter = new SpanCostMeter(2, now);
  const tracer = createTracer();
  meter.watch(tracer);
  for (let index = 0; index < 6; index++) {
    const span = tracer.startSpan('s');
    nowMillis += 1_000;
    span.setAttribute('a', index);
    span.end();
  }
  expect(meter.result()).toEqual({
    spansTimed: 3,
    callsPerSpan: 3,
    medianNanos: 6e6,
    meanNanos: 6e6,
    p99Nanos: 6e6,
    clockNanos: 0,
  });
});

test('does not count a call twice that the span makes on itself', () => {
  const meter = new SpanCostMeter(1, now);
  const tracer = createTracer();
  meter.watch(tracer);
  const span = tracer.startSpan('s');
  span.setAttributes({ a: 1, b: 2 });
  span.end();
  expect(meter.result()).toMatchObject({ callsPerSpan: 3, meanNanos: 8e6 });
  expect((span as unknown as { seen: unknown }).seen).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});

test('subtracts what reading the clock costs, once for each call', () => {
  clockMillis = 0.25;
  const meter = new SpanCostMeter(1, now);
  const tracer = createTracer();
  meter.watch(tracer);
  tracer.startSpan('s').end();
  const result = meter.result();
  expect(result?.clockNanos).toBeCloseTo(0.25e6);
  expect(result?.meanNanos).toBeCloseTo(4e6);
});

test('lets an exception of the span through and goes on timing', () => {
  const meter = new SpanCostMeter(1, now);
  const tracer = createTracer();
  meter.watch(tracer);
  const span: Span = tracer.startSpan('s');
  expect(() => span.addEvent('e')).toThrow('from addEvent');
  span.end();
  expect(meter.result()?.meanNanos).toBe(54e6);
});

test('wraps a tracer once however often it is shown', () => {
  const meter = new SpanCostMeter(2, now);
  const tracer = createTracer();
  meter.watch(tracer);
  meter.watch(tracer);
  for (let index = 0; index < 4; index++) tracer.startSpan('s').end();
  expect(meter.result()).toMatchObject({ spansTimed: 2, meanNanos: 4e6 });
});

test('has no result where no span was recorded, none ended, or all were before the reset', () => {
  const unsampled = new SpanCostMeter(1, now);
  const noRecording = createTracer(false);
  unsampled.watch(noRecording);
  noRecording.startSpan('s').end();
  expect(unsampled.result()).toBeUndefined();

  const meter = new SpanCostMeter(1, now);
  const tracer = createTracer();
  meter.watch(tracer);
  const open = tracer.startSpan('s');
  tracer.startSpan('s').end();
  meter.reset();
  open.end();
  expect(meter.result()).toBeUndefined();
});

test('stops taking spans up while too many timed ones are open', () => {
  const meter = new SpanCostMeter(1, now);
  const tracer = createTracer();
  meter.watch(tracer);
  const spans = Array.from({ length: 300 }, () => tracer.startSpan('s'));
  for (const span of spans) span.end();
  expect(meter.result()?.spansTimed).toBe(256);
});
