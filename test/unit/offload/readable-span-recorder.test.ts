// Readable spans of all kinds and ages, well-formed and hostile, into the ring: read back from the request's bytes.

import { type Attributes, ROOT_CONTEXT } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { ReadableSpanRecorder } from '../../../src/main/offload/readable/readable-span-recorder.js';
import { TracerProvider as OffloopTracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import { OffloadHarness } from '../../support/offload-harness.js';
import { decodeProtobufRequest, type NormalSpan } from '../../support/otlp-decoder.js';
import { SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

const resource = {} as ReadableSpan['resource'];
const scope = { name: 'scope' };

function span(overrides: object = {}): ReadableSpan {
  return {
    name: 'name',
    kind: 0,
    spanContext: () => ({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }),
    startTime: [1_790_000_000, 1],
    endTime: [1_790_000_001, 2],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    duration: [1, 1],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...overrides,
  } as ReadableSpan;
}

function sent(...spans: ReadableSpan[]): { spans: NormalSpan[]; harness: OffloadHarness } {
  const harness = new OffloadHarness();
  harness.record(...spans);
  const [request] = decodeProtobufRequest(harness.takeRequest());
  return { spans: request?.scopes.flatMap((each) => each.spans) ?? [], harness };
}

function sentOne(overrides: object): { span: NormalSpan; harness: OffloadHarness } {
  const { spans, harness } = sent(span(overrides));
  expect(spans).toHaveLength(1);
  return { span: spans[0], harness };
}

const REMOTE = 0x200;
const HAS_REMOTE = 0x100;

describe('the parent', () => {
  const parent = (more: object) => ({
    traceId: TRACE_ID,
    spanId: 'a1a2a3a4a5a6a7a8',
    traceFlags: 1,
    ...more,
  });

  test('is absent where there is none', () => {
    const { span } = sentOne({});
    expect(span).toMatchObject({ parentSpanId: '', flags: HAS_REMOTE | 1 });
  });

  test('is local unless it says that it is remote', () => {
    const { span } = sentOne({ parentSpanContext: parent({}) });
    expect(span).toMatchObject({ parentSpanId: 'a1a2a3a4a5a6a7a8', flags: HAS_REMOTE | 1 });
    const remote = sentOne({ parentSpanContext: parent({ isRemote: true }) });
    expect(remote.span).toMatchObject({ parentSpanId: 'a1a2a3a4a5a6a7a8', flags: HAS_REMOTE | REMOTE | 1 });
  });

  test('of SDKs before 2.0 is an id', () => {
    expect(sentOne({ parentSpanId: 'b1b2b3b4b5b6b7b8' }).span.parentSpanId).toBe('b1b2b3b4b5b6b7b8');
  });

  test('of one span does not show in the next one', () => {
    const { spans } = sent(span({ parentSpanContext: parent({ isRemote: true }) }), span());
    expect(spans[1]).toMatchObject({ parentSpanId: '', flags: HAS_REMOTE | 1 });
  });

  test.each(['short', 'g1a2a3a4a5a6a7a8', 'ä1a2a3a4a5a6a7a8', 7, {}])(
    'that is none, %s, is left out',
    (spanId) => {
      const { span, harness } = sentOne({ parentSpanContext: parent({ spanId }) });
      expect(span.parentSpanId).toBe('');
      expect(harness.stats.invalid.arguments).toBe(1);
    },
  );
});

test('the scope of SDKs before 2.0 is called a library', () => {
  const harness = new OffloadHarness();
  harness.record(
    span({ instrumentationScope: undefined, instrumentationLibrary: { name: 'old', version: '1' } }),
  );
  const [request] = decodeProtobufRequest(harness.takeRequest());
  expect(request.scopes[0]).toMatchObject({ name: 'old', version: '1' });
});

test('scopes of equal content are one, whatever their objects', () => {
  const harness = new OffloadHarness();
  for (let i = 0; i < 5000; i++)
    harness.record(span({ instrumentationScope: { name: 'same', version: '1' } }));
  for (const version of ['2', '3']) harness.record(span({ instrumentationScope: { name: 'same', version } }));
  const [request] = decodeProtobufRequest(harness.takeRequest());
  expect(request.scopes.map(({ version, spans }) => [version, spans.length])).toEqual([
    ['1', 5000],
    ['2', 1],
    ['3', 1],
  ]);
});

test('a scope goes into the arena once, whatever the number of objects that describe it', () => {
  const { producer } = new OffloadHarness();
  const defined: string[] = [];
  const recorder = new ReadableSpanRecorder(producer.recording, (fields) => {
    defined.push(`${fields.name}@${fields.version}`);
    return producer.defineScope(fields);
  });
  for (let i = 0; i < 10; i++) recorder.record(span({ instrumentationScope: { name: 'a', version: '1' } }));
  recorder.record(span({ instrumentationScope: { name: 'a', version: '2' } }));
  recorder.record(span({ instrumentationScope: { name: 'a', version: '1' } }));
  expect(defined).toEqual(['a@1', 'a@2']);
});

test('the 1024th scope is itself, the 1025th has no name', () => {
  const harness = new OffloadHarness();
  for (let i = 1; i <= 1025; i++) harness.record(span({ instrumentationScope: { name: `scope ${i}` } }));
  const [request] = decodeProtobufRequest(harness.takeRequest());
  expect(request.scopes.slice(-2).map(({ name }) => name)).toEqual(['scope 1024', '']);
});

describe('ids', () => {
  test('keep every digit', () => {
    const ids = { traceId: '00112233445566778899aabbccddeeff', spanId: 'fedcba9876543210' };
    expect(sentOne({ spanContext: () => ({ ...ids, traceFlags: 3 }) }).span).toMatchObject({
      ...ids,
      flags: HAS_REMOTE | 3,
    });
  });

  test('of a span of offloop go out as they are; in a proxy that gives it another context, as that one says', () => {
    const ended: ReadableSpan[] = [];
    const provider = new OffloopTracerProvider({
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (each) => ended.push(each),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    provider.getTracer('test').startSpan('x', {}, ROOT_CONTEXT).end();
    const own = ended[0] as ReadableSpan;
    const other = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    const proxied = new Proxy(own, {
      get: (target, key) => (key === 'spanContext' ? () => other : Reflect.get(target, key, target)),
    });
    const { traceId, spanId } = own.spanContext();
    expect(sent(own, proxied).spans).toMatchObject([
      { traceId, spanId },
      { traceId: TRACE_ID, spanId: SPAN_ID },
    ]);
  });

  test('in capitals are the same ids', () => {
    const ids = { traceId: TRACE_ID.toUpperCase(), spanId: 'ABCDEFABCDEFABCD' };
    expect(sentOne({ spanContext: () => ({ ...ids, traceFlags: 1 }) }).span).toMatchObject({
      traceId: TRACE_ID,
      spanId: 'abcdefabcdefabcd',
    });
  });

  test.each([
    ['a trace id of 31 digits', TRACE_ID.slice(1), SPAN_ID],
    ['a span id of 17 digits', TRACE_ID, `${SPAN_ID}0`],
    ['a digit past f', `${TRACE_ID.slice(1)}g`, SPAN_ID],
    ['a character next to the digits', TRACE_ID, `${SPAN_ID.slice(1)}:`],
    ['a character past ASCII', `${TRACE_ID.slice(1)}\u0130`, SPAN_ID],
    ['a number', 7, SPAN_ID],
    ['nothing', undefined, undefined],
  ])('that are none (%s) drop the span, counted', (_case, traceId, spanId) => {
    const { spans, harness } = sent(
      span({ spanContext: () => ({ traceId, spanId, traceFlags: 1 }) }),
      span(),
    );
    expect(spans).toHaveLength(1);
    expect(harness.stats).toMatchObject({ recorded: 2, dropped: { encode_failed: 1 } });
  });
});

describe('times', () => {
  test('keep every nanosecond', () => {
    const { span } = sentOne({
      startTime: [1_790_000_000, 999_999_999],
      endTime: [1_790_000_001, 0],
      events: [{ name: 'event', time: [1_790_000_000, 123_456_789] }],
    });
    expect(span).toMatchObject({ start: '1790000000999999999', end: '1790000001000000000' });
    expect(span.events[0].time).toBe('1790000000123456789');
  });

  test.each([
    ['more nanoseconds than a second has', [1, 2_500_000_000], '3500000000'],
    ['fewer than none', [3, -1], '2999999999'],
    ['a fraction', [2.5, 0.5], '2000000000'],
    ['zero', [0, 0], '0'],
  ])('%s', (_case, startTime, start) => {
    expect(sentOne({ startTime }).span.start).toBe(start);
  });

  test.each([[undefined], [[Number.NaN, 0]], [[0]], ['now'], [[-1, 0]], [[1e12, 0]], [new Date(0)]])(
    'what is none (%o) becomes the other one, and is counted',
    (time) => {
      const { span, harness } = sentOne({ startTime: time });
      expect(span).toMatchObject({ start: '1790000001000000002', end: '1790000001000000002' });
      expect(harness.stats.invalid.times).toBe(1);
      expect(sentOne({ endTime: time }).span).toMatchObject({
        start: '1790000000000000001',
        end: '1790000000000000001',
      });
    },
  );

  test('without any, it is now', () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const { span } = sentOne({ startTime: undefined, endTime: undefined });
    expect(BigInt(span.start)).toBeGreaterThanOrEqual(before);
    expect(BigInt(span.start)).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n);
    expect(span.end).toBe(span.start);
  });
});

describe('what a span may hold', () => {
  test('kinds and states that do not exist are unspecified and unset', () => {
    for (const kind of [5, -1, 'SERVER', null, undefined]) expect(sentOne({ kind }).span.kind).toBe(0);
    for (const status of [{ code: 3 }, { code: -1 }, null, undefined, { code: 'ERROR' }]) {
      expect(sentOne({ status }).span.status).toEqual({ code: 0, message: '' });
    }
    expect(sentOne({ kind: 4, status: { code: 2, message: 'm' } }).span).toMatchObject({
      kind: 5,
      status: { code: 2, message: 'm' },
    });
  });

  test('dropped counts are added to what is dropped here', () => {
    const { span } = sentOne({
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 2 ** 40,
      events: [{ name: 'e', time: [1, 1], droppedAttributesCount: 4 }],
      links: [{ context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 }, droppedAttributesCount: 5 }],
    });
    expect(span).toMatchObject({
      droppedAttributes: 1,
      droppedEvents: 2,
      droppedLinks: 2 ** 32 - 1,
      events: [{ droppedAttributes: 4 }],
      links: [{ droppedAttributes: 5 }],
    });
  });

  test('65,536 attributes are kept, one more is counted as dropped', () => {
    const many: Attributes = {};
    for (let i = 0; i < 65_537; i++) many[`key ${i}`] = i;
    const { span } = sentOne({ attributes: many });
    expect(span.attributes).toHaveLength(65_536);
    expect(span.droppedAttributes).toBe(1);
  });

  test('a large span goes its own way', () => {
    const { span, harness } = sentOne({ attributes: { text: 'x'.repeat(2_000_000) } });
    expect(span.attributes[0].value).toEqual({ string: 'x'.repeat(2_000_000) });
    expect(harness.stats.largeSpans).toBe(1);
  });

  test('of one span nothing shows in the next one', () => {
    const full = span({
      attributes: { a: 1, b: ['x'] },
      status: { code: 2, message: 'm' },
      events: [{ name: 'e', time: [1, 1] }],
      links: [{ context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 } }],
      droppedAttributesCount: 1,
      droppedEventsCount: 1,
      droppedLinksCount: 1,
      spanContext: () => ({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 1,
        traceState: { serialize: () => 'a=1' },
      }),
    });
    const { spans } = sent(full, span());
    const [alone] = sent(span()).spans;
    expect(spans[1]).toEqual(alone);
    expect(spans[0].traceState).toBe('a=1');
  });
});

describe('hostile spans', () => {
  const throwing = () => {
    throw new Error('hostile');
  };

  test.each([
    ['spanContext', { spanContext: throwing }],
    ['no context', { spanContext: () => null }],
    ['a name', Object.defineProperty({}, 'name', { get: throwing, enumerable: true })],
  ])('one whose %s throws is counted, and the next one is taken', (_case, overrides) => {
    const hostile = Object.defineProperties(span(), Object.getOwnPropertyDescriptors(overrides));
    const { spans, harness } = sent(hostile, span({ name: 'next' }));
    expect(spans.map(({ name }) => name)).toEqual(['next']);
    expect(harness.stats).toMatchObject({ recorded: 2, dropped: { encode_failed: 1 }, pending: 1 });
  });

  test('an attribute that throws costs itself only', () => {
    const attributes = { a: 1, b: 2 };
    Object.defineProperty(attributes, 'bad', { get: throwing, enumerable: true });
    Object.assign(attributes, { c: 3 });
    const { span, harness } = sentOne({ attributes });
    expect(span.attributes.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(harness.stats.invalid.attributes).toBe(1);
  });

  test.each([
    ['attributes', { attributes: new Proxy({}, { ownKeys: throwing }) }],
    ['attributes', { attributes: 7 }],
    ['attributes', { attributes: { s: Symbol('s'), f: () => {}, '': 1, u: undefined } }],
    ['events', { events: 'many' }],
    ['events', { events: [null, 7, undefined] }],
    ['links', { links: [{}, null, { context: { traceId: 'x', spanId: 'y' } }] }],
    ['links', { links: {} }],
    [
      'trace state',
      { spanContext: () => ({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, traceState: 7 }) },
    ],
    ['scope', { instrumentationScope: 7 }],
    ['name', { name: 7 }],
  ])('%s that are none are left out', (_what, overrides) => {
    const { span } = sentOne(overrides);
    expect(span).toMatchObject({ attributes: [], events: [], links: [], traceState: '' });
  });

  test('a span that ends another one while it is read does not mix with it', () => {
    const harness = new OffloadHarness();
    const outer = span({ name: 'outer', attributes: { a: 1 } });
    Object.defineProperty(outer, 'events', {
      get() {
        harness.record(span({ name: 'inner', attributes: { b: 2, c: 3 } }));
        return [];
      },
    });
    harness.record(outer);
    const [request] = decodeProtobufRequest(harness.takeRequest());
    const spans = request.scopes.flatMap((each) => each.spans);
    expect(spans.map(({ name, attributes }) => [name, attributes.map(({ key }) => key)])).toEqual([
      ['inner', ['b', 'c']],
      ['outer', ['a']],
    ]);
  });
});

test('after the end every span is counted, readable or not', () => {
  const harness = new OffloadHarness();
  harness.producer.recording.closed = true;
  harness.record(span(), span({ spanContext: () => null }));
  expect(harness.stats).toMatchObject({ recorded: 2, droppedTotal: 2, pending: 0 });
});

test('spans of the official SDK are taken as they are', () => {
  const memory = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] });
  provider
    .getTracer('t', '1')
    .startSpan('official', { attributes: { list: [1, 2] } })
    .end();
  const { spans } = sent(...(memory.getFinishedSpans() as unknown as ReadableSpan[]));
  expect(spans[0]).toMatchObject({ name: 'official', attributes: [{ key: 'list' }] });
});
