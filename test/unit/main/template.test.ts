import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setActiveRecording } from '../../../src/main/record/active-recording.js';
import { recorder } from '../../../src/main/recorder.js';
import type { StartOptions } from '../../../src/shared/config/options.js';
import {
  contextWithParent,
  plainAttributes,
  RecordingRig,
  SPAN_ID,
  TRACE_ID,
} from '../../support/recording-rig.js';

const query = recorder.template({
  name: 'db.query',
  kind: SpanKind.CLIENT,
  scope: { name: 'db', version: '2' },
  attributes: [
    ['db.system', 'string'],
    ['db.rows', 'int'],
    ['cache.hit', 'boolean'],
    ['db.ratio', 'double'],
  ],
});
const bare = recorder.template({ name: 'bare' });

let rig: RecordingRig;
function startRig(options: StartOptions = {}): RecordingRig {
  rig = new RecordingRig(options);
  setActiveRecording(rig.active);
  return rig;
}
beforeEach(() => {
  startRig();
});
afterEach(() => setActiveRecording(undefined));

const VALUES = { 'db.system': 'pg', 'db.rows': 3, 'cache.hit': true, 'db.ratio': 0.5 };

describe('a span', () => {
  test('has what was declared and what was given', () => {
    const before = performance.now();
    const open = query.start();
    expect(open.isRecording()).toBe(true);
    const context = open.spanContext();
    open.end('pg', 3, true, 0.5);
    const after = performance.now();
    const span = rig.takeOne();
    expect(span).toMatchObject({
      ...context,
      name: 'db.query',
      kind: 3,
      parentSpanId: undefined,
      statusCode: 0,
    });
    expect(plainAttributes(span)).toEqual(VALUES);
    expect(rig.scopeOf(span)).toMatchObject({ name: 'db', version: '2' });
    if (span.start.clock !== 'monotonic' || span.end.clock !== 'monotonic') throw new Error('not monotonic');
    expect(span.start.millis).toBeGreaterThanOrEqual(before - 0.1);
    expect(span.end.millis).toBeGreaterThanOrEqual(span.start.millis);
    expect(span.end.millis).toBeLessThanOrEqual(after + 0.1);
  });

  test('without attributes, kind and scope', () => {
    bare.start().end();
    const span = rig.takeOne();
    expect(span).toMatchObject({ name: 'bare', kind: 1, attributes: [] });
    expect(rig.scopeOf(span)?.name).toBe('offloop/recorder');
  });

  test('measured before', () => {
    query.record(1.5, 2.25, undefined, 'pg', 3, true, 0.5);
    const span = rig.takeOne();
    expect(span).toMatchObject({
      start: { clock: 'monotonic', millis: 1.5 },
      end: { clock: 'monotonic', millis: 2.25 },
    });
    expect(plainAttributes(span)).toEqual(VALUES);
  });

  test('with an error', () => {
    const open = query.start();
    expect(open.setError()).toBe(open);
    open.end('pg', 0, false, 0);
    expect(rig.takeOne().statusCode).toBe(2);
  });

  test('ends once', () => {
    const open = query.start();
    open.end('pg', 3, true, 0.5);
    open.end('late', 4, false, 1);
    expect(open.isRecording()).toBe(false);
    expect(plainAttributes(rig.takeOne())).toEqual(VALUES);
    expect(rig.stats.recorded).toBe(1);
  });

  test('many of one template open at a time keep apart', () => {
    const open = Array.from({ length: 50 }, () => query.start());
    for (const [i, span] of open.entries()) span.end(`system ${i}`, i, false, i / 2);
    const spans = rig.take();
    expect(spans.map(({ spanId }) => spanId)).toEqual(open.map((span) => span.spanContext().spanId));
    expect(spans.map((span) => plainAttributes(span)['db.rows'])).toEqual(open.map((_, i) => i));
  });
});

describe('values', () => {
  test('an int stays an int and a double a double, also when it is whole', () => {
    query.record(0, 1, undefined, 'x', 7, true, 7);
    const types = rig.takeOne().attributes.map(({ key, value }) => [key, value.type]);
    expect(Object.fromEntries(types)).toEqual({
      'db.system': 'string',
      'db.rows': 'int',
      'cache.hit': 'bool',
      'db.ratio': 'double',
    });
  });

  test('undefined and missing ones are left out', () => {
    query.record(0, 1, undefined, undefined, 3, undefined, 0.5);
    (query.start() as { end(...values: unknown[]): void }).end('pg');
    const [first, second] = rig.take();
    expect(plainAttributes(first)).toEqual({ 'db.rows': 3, 'db.ratio': 0.5 });
    expect(plainAttributes(second)).toEqual({ 'db.system': 'pg' });
    expect(rig.stats.invalid.attributes).toBe(0);
  });

  test('too many are passed over', () => {
    (query.start() as { end(...values: unknown[]): void }).end('pg', 3, true, 0.5, 'extra', {}, 7);
    expect(plainAttributes(rig.takeOne())).toEqual(VALUES);
  });

  test.each([[Symbol('s')], [{}], [[1]], [() => {}], [5n], [Buffer.alloc(1)]])(
    '%s is left out and counted',
    (value) => {
      query.record(0, 1, undefined, value as never, 3, true, 0.5);
      expect(plainAttributes(rig.takeOne())).toEqual({ 'db.rows': 3, 'cache.hit': true, 'db.ratio': 0.5 });
      expect(rig.stats.invalid.attributes).toBe(1);
    },
  );

  test('strings of any length arrive, or are cut at the limit', () => {
    for (const length of [0, 24, 25, 1000, 60_000, 600_000]) {
      query.record(0, 1, undefined, 'ä'.repeat(length), 1, true, 1);
      expect(plainAttributes(rig.takeOne())['db.system']).toBe('ä'.repeat(length));
    }
    expect(rig.stats.largeSpans).toBe(1);
    startRig({ spanLimits: { attributeValueLengthLimit: 4 } });
    query.record(0, 1, undefined, '12345', 1, true, 1);
    query.record(0, 1, contextWithParent({ traceState: { serialize: () => 'a=1' } }), '12345', 1, true, 1);
    expect(rig.take().map((span) => plainAttributes(span)['db.system'])).toEqual(['1234', '1234']);
  });

  test('lone surrogates are replaced', () => {
    query.record(0, 1, undefined, `a\ud800b`, 1, true, 1);
    expect(plainAttributes(rig.takeOne())['db.system']).toBe('a\ufffdb');
  });
});

describe('parents', () => {
  test('the active span by default, a context or a span context if given', () => {
    const parent = rig.tracer.startSpan('parent');
    rig.with(trace.setSpan(ROOT_CONTEXT, parent), () => {
      bare.start().end();
      bare.start(ROOT_CONTEXT).end();
      bare.start(contextWithParent()).end();
      bare.start({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }).end();
      bare.record(0, 1, undefined);
    });
    const spans = rig.take();
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([
      parent.spanContext().spanId,
      undefined,
      SPAN_ID,
      SPAN_ID,
      parent.spanContext().spanId,
    ]);
    expect(spans.map(({ parentIsRemote }) => parentIsRemote)).toEqual([false, false, true, false, false]);
    expect(spans[3].traceId).toBe(TRACE_ID);
  });

  test('an open template span is the parent of others', () => {
    const outer = query.start();
    bare.start(outer.spanContext()).end();
    rig.tracer
      .startSpan('api', {}, trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(outer.spanContext())))
      .end();
    for (const span of rig.take()) expect(span).toMatchObject({ parentSpanId: outer.spanContext().spanId });
  });

  test('trace state is inherited', () => {
    bare.start(contextWithParent({ traceState: { serialize: () => 'vendor=1' } })).end();
    expect(rig.takeOne()).toMatchObject({ traceState: 'vendor=1', parentSpanId: SPAN_ID });
  });

  test.each([
    [
      'that throws',
      () => {
        throw new Error('hostile');
      },
    ],
    ['that gives no text', () => 5],
    ['that is missing', undefined],
  ])('a serialize() %s costs the trace state only, and is counted', (_case, serialize) => {
    bare.start(contextWithParent({ traceState: { serialize } })).end();
    expect(rig.takeOne()).toMatchObject({ traceState: '', parentSpanId: SPAN_ID });
    expect(rig.stats.invalid.arguments).toBe(1);
    bare.start(contextWithParent({ traceState: null })).end();
    expect(rig.takeOne().traceState).toBe('');
  });

  test('what is no parent makes a root', () => {
    for (const parent of [null, 5, 'text', Symbol('s'), {}, { traceId: 'x' }, () => {}]) {
      bare.start(parent as never).end();
      expect(rig.takeOne().parentSpanId, String(parent)).toBeUndefined();
    }
  });
});

describe('sampling', () => {
  test('the sampler decides; the context is usable all the same', () => {
    startRig({ sampler: { name: 'always_off' } });
    const open = query.start(contextWithParent());
    expect(open.isRecording()).toBe(false);
    expect(open.spanContext()).toMatchObject({ traceId: TRACE_ID, traceFlags: 0 });
    open.end('pg', 3, true, 0.5);
    query.record(0, 1, undefined, 'pg', 3, true, 0.5);
    expect(rig.take()).toEqual([]);
    expect(rig.stats.recorded).toBe(0);
  });

  test('a parent that is not sampled has no sampled children', () => {
    bare.start(contextWithParent({ traceFlags: 0 })).end();
    bare.start(contextWithParent({ traceFlags: 1 })).end();
    expect(rig.take()).toHaveLength(1);
  });

  test('a context that suppresses tracing records nothing', () => {
    rig.with(suppressTracing(ROOT_CONTEXT), () => bare.start().end());
    bare.start(suppressTracing(ROOT_CONTEXT)).end();
    bare.record(0, 1, suppressTracing(ROOT_CONTEXT));
    expect(rig.take()).toEqual([]);
  });
});

describe('times', () => {
  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    undefined,
    null,
    'text',
    5n,
    Symbol('s'),
    {},
    new Date(),
  ])('a start or end that is %s becomes now, and the spans after it are recorded', (time) => {
    const before = performance.now();
    bare.record(time as never, 1, undefined);
    bare.record(1, time as never, undefined);
    bare.record(1, 2, undefined);
    const spans = rig.take();
    expect(spans).toHaveLength(3);
    if (spans[0].start.clock !== 'monotonic') throw new Error('not monotonic');
    expect(spans[0].start.millis).toBeGreaterThanOrEqual(before - 0.1);
    expect(spans[2]).toMatchObject({ start: { millis: 1 }, end: { millis: 2 } });
    expect(rig.stats).toMatchObject({ recorded: 3, droppedTotal: 0, invalid: { times: 2 } });
  });
});

test('a declared double is one on the wire, also where it is whole, and in the general form', () => {
  const doubleOf = (parent?: Parameters<typeof query.start>[0]) => {
    query.start(parent).end(undefined, undefined, undefined, 1);
    return rig.takeOne().attributes.map(({ value }) => value);
  };
  expect(doubleOf()).toEqual([{ type: 'double', value: 1 }]);
  expect(doubleOf(contextWithParent({ traceState: { serialize: () => 'a=1' } }))).toEqual(doubleOf());
});

describe('limits', () => {
  test('attributes up to the count limit are kept, further ones dropped and counted', () => {
    for (const [attributeCountLimit, dropped] of [
      [4, 0],
      [3, 1],
      [0, 4],
    ] as const) {
      startRig({ spanLimits: { attributeCountLimit } });
      query.start().end('pg', 3, true, 0.5);
      const span = rig.takeOne();
      expect([span.attributes.length, span.droppedAttributes]).toEqual([attributeCountLimit, dropped]);
    }
  });

  test('a value that is left out counts for nothing', () => {
    startRig({ spanLimits: { attributeCountLimit: 2 } });
    query.record(0, 1, undefined, undefined, 3, undefined, 0.5);
    const span = rig.takeOne();
    expect([plainAttributes(span), span.droppedAttributes]).toEqual([{ 'db.rows': 3, 'db.ratio': 0.5 }, 0]);
  });

  test('an end before the start becomes the start, counted; the same time does not', () => {
    bare.record(2, 1, undefined);
    expect(rig.takeOne()).toMatchObject({ start: { millis: 2 }, end: { millis: 2 } });
    bare.record(2, 2, undefined);
    expect(rig.takeOne()).toMatchObject({ start: { millis: 2 }, end: { millis: 2 } });
    expect(rig.stats.invalid.arguments).toBe(1);
  });
});

describe('before start() and after shutdown', () => {
  test('nothing is recorded before; the same template works after', () => {
    setActiveRecording(undefined);
    const early = recorder.template({ name: 'early', attributes: [['a', 'int']] });
    const open = early.start();
    expect(open.isRecording()).toBe(false);
    expect(trace.isSpanContextValid(open.spanContext())).toBe(false);
    open.setError().end(1);
    early.record(0, 1, undefined, 1);
    startRig();
    open.end(2);
    expect(rig.take()).toEqual([]);
    early.start().end(3);
    expect(plainAttributes(rig.takeOne())).toEqual({ a: 3 });
  });

  test('spans after shutdown are counted and dropped', () => {
    const open = query.start();
    rig.close();
    open.end('pg', 3, true, 0.5);
    query.record(0, 1, undefined, 'pg', 3, true, 0.5);
    expect(rig.take()).toEqual([]);
    expect(rig.stats).toMatchObject({ recorded: 2, dropped: { already_shutdown: 2 }, pending: 0 });
  });
});

test('a full ring drops the newest and counts it; the rest is left for errors', () => {
  startRig({ ringBytes: 64 * 1024 });
  for (let i = 0; i < 2000; i++) bare.record(i, i, undefined);
  const full = rig.stats;
  expect(full.dropped.queue_full).toBeGreaterThan(0);
  bare.start().setError().end();
  expect(rig.stats.dropped.queue_full).toBe(full.dropped.queue_full);
  const spans = rig.take();
  expect(spans.length + rig.stats.dropped.queue_full).toBe(2001);
  const kept = spans.slice(0, -1).map(({ start }) => (start.clock === 'monotonic' ? start.millis : -1));
  expect(kept).toEqual(kept.map((_, i) => i));
  expect(spans.at(-1)?.statusCode).toBe(2);
});

describe('declarations', () => {
  const attributes = (count: number) => Array.from({ length: count }, (_, i) => [`key ${i}`, 'int'] as const);

  test('128 attributes are accepted, 129 refused', () => {
    const template = recorder.template({ name: 'wide', attributes: attributes(128) });
    (template.start() as { end(...values: unknown[]): void }).end(...attributes(128).map((_, i) => i));
    expect(rig.takeOne().attributes).toHaveLength(128);
    expect(() => recorder.template({ name: 'wide', attributes: attributes(129) })).toThrow(
      /129.*at most 128/,
    );
  });

  test.each([
    [{ name: 5 }, /name is number/],
    [{}, /name is undefined/],
    [{ name: 'n', kind: 5 }, /kind 5/],
    [{ name: 'n', kind: 'client' }, /kind client/],
    [{ name: 'n', attributes: [['a', 'text']] }, /type 'text' of 'a'/],
    [{ name: 'n', attributes: [['', 'int']] }, /key ''/],
    [{ name: 'n', attributes: [[5, 'int']] }, /key '5'/],
    [
      {
        name: 'n',
        attributes: [
          ['a', 'int'],
          ['a', 'int'],
        ],
      },
      /'a' is empty or repeated/,
    ],
    [{ name: 'n', scope: { name: 5 } }, /scope/],
    [{ name: 'n', scope: { name: 's', version: 5 } }, /scope/],
  ])('%j is refused', (options, message) => {
    expect(() => recorder.template(options as never)).toThrow(TypeError);
    expect(() => recorder.template(options as never)).toThrow(message);
  });

  test('what changes in the options afterwards changes nothing', () => {
    const options = { name: 'first', scope: { name: 's' }, attributes: [['a', 'int']] as [string, 'int'][] };
    const template = recorder.template(options);
    options.name = undefined as never;
    options.scope.name = 5 as never;
    options.attributes[0][0] = undefined as never;
    options.attributes.push([5 as never, 'int']);
    (template.start() as { end(...values: unknown[]): void }).end(1);
    const span = rig.takeOne();
    expect(span.name).toBe('first');
    expect(plainAttributes(span)).toEqual({ a: 1 });
  });
});
