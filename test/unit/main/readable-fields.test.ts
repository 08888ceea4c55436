// Spans that go straight to the ring, as hooks of instrumentations and applications read them: like those of the official SDK.

import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import { RecordingRig } from '../../support/recording-rig.js';

const PARENT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
const LINK = { traceId: '3'.repeat(32), spanId: '4'.repeat(16), traceFlags: 1 };
const CONTEXT = trace.setSpanContext(ROOT_CONTEXT, PARENT);
const SCOPE = ['shop', '1.2', { schemaUrl: 'https://schema' }] as const;

const FIELDS = [
  ...(['name', 'kind', 'parentSpanContext', 'startTime', 'endTime', 'duration', 'ended', 'status'] as const),
  ...(['attributes', 'events', 'links', 'instrumentationScope', 'droppedAttributesCount'] as const),
  ...(['droppedEventsCount', 'droppedLinksCount'] as const),
];

const rig = new RecordingRig();
const ours = rig.provider.getTracer(...SCOPE);
const theirs = new official.TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'rig' }),
}).getTracer(...SCOPE);

function fieldsOf(span: Span): object {
  const readable = span as unknown as ReadableSpan;
  const shown = Object.fromEntries(FIELDS.map((name) => [name, readable[name]]));
  return JSON.parse(JSON.stringify({ ...shown, resource: readable.resource.attributes }));
}

function busySpan(tracer: Tracer, context: Context = CONTEXT): Span {
  const span = tracer.startSpan(
    'work',
    {
      kind: SpanKind.CLIENT,
      startTime: [1_750_000_000, 5],
      attributes: { text: 'a', list: [1, 2], flag: true },
      links: [{ context: LINK, attributes: { why: 'test' } }],
    },
    context,
  );
  span.setAttributes({ text: 'b', half: 0.5 });
  span.addEvent('sent', { bytes: 3 }, [1_750_000_001, 7]);
  span.recordException({ name: 'Oops', message: 'no', stack: 'Oops: no' }, [1_750_000_002, 0]);
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'bad' });
  span.updateName('renamed');
  return span;
}

test('A7.1 an open span shows what the official one shows', () => {
  expect(fieldsOf(busySpan(ours))).toEqual(fieldsOf(busySpan(theirs)));
});

test('A7.1 so does one that has only begun', () => {
  const [mine, other] = [ours, theirs].map((tracer) => fieldsOf(tracer.startSpan('work', {}, ROOT_CONTEXT)));
  expect({ ...mine, startTime: 0 }).toEqual({ ...other, startTime: 0 });
  expect(mine).not.toHaveProperty('parentSpanContext');
});

test('A7.1 a start that was not given is the time now, as the exporters have it', () => {
  const before = Date.now();
  const { startTime } = ours.startSpan('work') as unknown as ReadableSpan;
  // The wall clock has whole milliseconds.
  expect(startTime[0] * 1000 + startTime[1] / 1e6).toBeGreaterThan(before - 2);
  expect(startTime[0] * 1000 + startTime[1] / 1e6).toBeLessThan(Date.now() + 2);
  expect(Number.isInteger(startTime[1]) && startTime[1] < 1e9).toBe(true);
});

test('A7.1 after the end attributes, events, links and times are not kept, the rest is', () => {
  const span = busySpan(ours);
  span.end([1_750_000_003, 0]);
  const official = busySpan(theirs);
  official.end([1_750_000_003, 0]);
  const gone = { attributes: {}, events: [], links: [], endTime: [0, 0], duration: [-1, -1] };
  expect(fieldsOf(span)).toEqual({ ...fieldsOf(official), ...gone });
});

test('A7.1 what was read is a copy: what is recorded stays', () => {
  rig.take();
  const span = ours.startSpan('work', { attributes: { kept: 1 } });
  Object.assign((span as unknown as ReadableSpan).attributes, { kept: 2, more: 3 });
  span.end();
  expect(rig.take().map(({ attributes }) => attributes)).toEqual([
    [{ key: 'kept', value: { type: 'int', value: 1n } }],
  ]);
});

test('A7.1 _spanContext, tracer.instrumentationScope: what is private there, and read all the same', () => {
  for (const tracer of [ours, theirs] as (Tracer & { instrumentationScope?: object })[]) {
    const span = tracer.startSpan('work') as Span & { _spanContext?: object };
    expect(span._spanContext).toBe(span.spanContext());
    expect(tracer.instrumentationScope).toEqual({
      name: 'shop',
      version: '1.2',
      schemaUrl: 'https://schema',
    });
  }
});
