// When spans that an SDK has ended come into the ring: alone, in bursts, in rings that are nearly full, over several lanes.

import { expect, test } from 'vitest';
import { Lane } from '../../../src/main/lifecycle/lane.js';
import { createProducerThread } from '../../../src/main/lifecycle/producer-thread.js';
import { EndedSpans, SPANS_MAX } from '../../../src/main/offload/ended-spans.js';
import { ReadableSpanRecorder } from '../../../src/main/offload/readable/readable-span-recorder.js';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OffloadHarness } from '../../support/offload-harness.js';
import { decodeProtobufRequest } from '../../support/otlp-decoder.js';
import { SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

const SECONDS = 1_790_000_000;

function span(overrides: object = {}): ReadableSpan {
  return {
    name: 'name',
    kind: 0,
    spanContext: () => ({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }),
    startTime: [SECONDS, 0],
    endTime: [SECONDS, 1000],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    duration: [0, 1000],
    ended: true,
    resource: {} as ReadableSpan['resource'],
    instrumentationScope: { name: 'scope' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...overrides,
  } as ReadableSpan;
}

const endingAt = (nanos: number) => span({ endTime: [SECONDS, nanos] });

function endedSpans(): { ended: EndedSpans; recorded: () => number } {
  const harness = new OffloadHarness();
  return { ended: new EndedSpans(harness.recorder), recorded: () => harness.stats.recorded };
}

test('a span that ends alone is in the ring at once', () => {
  const { ended, recorded } = endedSpans();
  ended.add(endingAt(0));
  expect(recorded()).toBe(1);
  ended.add(endingAt(100_001));
  expect(recorded()).toBe(2);
  ended.add(span({ endTime: [SECONDS + 1, 100_002] }));
  expect(recorded()).toBe(3);
});

test('one that ends within 0.1 ms of another is there at the end of the turn', async () => {
  const { ended, recorded } = endedSpans();
  ended.add(endingAt(100_000));
  ended.add(endingAt(200_000));
  ended.add(endingAt(100_000));
  expect(recorded()).toBe(1);
  await undefined;
  expect(recorded()).toBe(3);
});

test('so many of a burst are written at once, one fewer are not', () => {
  const { ended, recorded } = endedSpans();
  ended.add(endingAt(0));
  for (let i = 1; i < SPANS_MAX; i++) ended.add(endingAt(i));
  expect(recorded()).toBe(1);
  ended.add(endingAt(SPANS_MAX));
  expect(recorded()).toBe(1 + SPANS_MAX);
});

test('a span behind a burst brings it along', () => {
  const { ended, recorded } = endedSpans();
  for (let i = 0; i < 5; i++) ended.add(endingAt(i));
  expect(recorded()).toBe(1);
  ended.add(endingAt(500_000));
  expect(recorded()).toBe(6);
});

test.each([
  ['none', undefined],
  ['a number', 7],
  ['a getter that throws', 'throws'],
])('an end time that is %s holds nothing up', (_what, endTime) => {
  const { ended, recorded } = endedSpans();
  const odd = span({ endTime });
  if (endTime === 'throws') {
    Object.defineProperty(odd, 'endTime', {
      get() {
        throw new Error('no');
      },
    });
  }
  ended.add(odd);
  expect(recorded()).toBe(1);
});

test('spans of all kinds in one burst arrive, in order', () => {
  const harness = new OffloadHarness();
  const spans = [
    span({ name: 'plain' }),
    span({ name: 'rare', events: [{ name: 'event', time: [SECONDS, 0] }] }),
    span({ name: 'long', attributes: { text: 'x'.repeat(20_000) } }),
    span({ name: 'no ids', spanContext: () => ({ traceId: 'none', spanId: SPAN_ID, traceFlags: 1 }) }),
    span({ name: 'last' }),
  ];
  harness.recorder.recordAll(spans, spans.length);
  expect(harness.stats).toMatchObject({ recorded: 5, dropped: { encode_failed: 1 }, droppedTotal: 1 });
  const [request] = decodeProtobufRequest(harness.takeRequest());
  const names = request.scopes.flatMap((scope) => scope.spans.map(({ name }) => name));
  expect(names).toEqual(['plain', 'rare', 'long', 'last']);
});

test('a burst longer than the longest record is written in parts', () => {
  const harness = new OffloadHarness();
  const spans = Array.from({ length: 32 }, (_, i) =>
    span({ name: `span ${i}`, attributes: { text: 'x'.repeat(600) } }),
  );
  harness.recorder.recordAll(spans, spans.length);
  expect(harness.recordsWithExtra()).toBe(0);
  const [request] = decodeProtobufRequest(harness.takeRequest());
  const names = request.scopes.flatMap((scope) => scope.spans.map(({ name }) => name));
  expect(names).toEqual(spans.map(({ name }) => name));
});

test('a span that ends others while it is read, in a burst, mixes with none of them', () => {
  const harness = new OffloadHarness();
  const ended = new EndedSpans(harness.recorder);
  const outer = span({ name: 'outer', attributes: { a: 1 } });
  let asked = 0;
  Object.defineProperty(outer, 'attributes', {
    get() {
      if (asked++ === 0)
        for (let i = 0; i < 40; i++) ended.add(span({ name: 'inner', attributes: { b: 2 } }));
      return { a: 1 };
    },
  });
  harness.recorder.recordAll([span({ name: 'first' }), outer, span({ name: 'last' })], 3);
  ended.write();
  expect(harness.stats).toMatchObject({ recorded: 43, droppedTotal: 0 });
  const [request] = decodeProtobufRequest(harness.takeRequest());
  const spans = request.scopes.flatMap((scope) => scope.spans);
  expect(spans.filter(({ name }) => name === 'inner')).toHaveLength(40);
  for (const { name, attributes } of spans) {
    const key = { outer: 'a', inner: 'b' }[name];
    expect(attributes.map((attribute) => attribute.key)).toEqual(key === undefined ? [] : [key]);
  }
});

test('of a burst that finds no room for all, as many are taken as there is room for, and errors have the reserved room', () => {
  const harness = new OffloadHarness({ ringBytes: 64 * 1024 });
  const { ring } = harness.producer.writers[0];
  const ok = () => span({ name: 'ok' });
  while (harness.stats.droppedTotal === 0) harness.record(ok());
  const before = harness.stats.recorded;
  const burst = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? ok() : span({ status: { code: 2 } })));
  const usedBytes = ring.usedBytes();
  harness.recorder.recordAll(burst, burst.length);
  expect(harness.stats.recorded).toBe(before + 20);
  expect(harness.stats.dropped).toMatchObject({ queue_full: 1 + 10 });
  expect(ring.usedBytes()).toBe(usedBytes + 10 * 72);
});

test('spans of several traces in one burst go to the lanes of their traces', () => {
  const { config } = resolveConfig({ workers: 2 }, {}, 'strict');
  const producer = createProducerThread(1, config, [new Lane(0), new Lane(1)], () => true);
  const recorder = new ReadableSpanRecorder(producer.recording, producer.defineScope);
  const spans = Array.from({ length: 10 }, (_, i) =>
    span({
      spanContext: () => ({ traceId: `${TRACE_ID.slice(0, 24)}0${i}000000`, spanId: SPAN_ID, traceFlags: 1 }),
    }),
  );
  recorder.recordAll(spans, spans.length);
  expect(producer.writers.map(({ ring }) => ring.tail / 72)).toEqual([5, 5]);
});

test('after the end a burst is counted as such', () => {
  const harness = new OffloadHarness();
  harness.producer.recording.closed = true;
  harness.recorder.recordAll([span(), span(), span()], 3);
  expect(harness.stats).toMatchObject({ recorded: 3, dropped: { already_shutdown: 3 }, pending: 0 });
});
