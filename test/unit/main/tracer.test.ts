import { createContextKey, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  contextWithParent,
  plainAttributes,
  RecordingRig,
  SPAN_ID,
  TRACE_ID,
} from '../../support/recording-rig.js';

let rig: RecordingRig;
beforeEach(() => {
  rig = new RecordingRig();
});

describe('parents', () => {
  test('without a parent a span is a root with a new trace', () => {
    const first = rig.tracer.startSpan('a');
    const second = rig.tracer.startSpan('b');
    expect(first.spanContext().traceId).not.toBe(second.spanContext().traceId);
    first.end();
    const span = rig.takeOne();
    expect(span).toMatchObject({ ...first.spanContext(), parentSpanId: undefined, parentIsRemote: false });
    expect(span.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
  });

  test('the active span is the parent', () => {
    const parent = rig.tracer.startSpan('parent');
    rig.with(trace.setSpan(ROOT_CONTEXT, parent), () => rig.tracer.startSpan('child').end());
    expect(rig.takeOne()).toMatchObject({
      traceId: parent.spanContext().traceId,
      parentSpanId: parent.spanContext().spanId,
      parentIsRemote: false,
    });
  });

  test('a given context beats the active one', () => {
    const active = rig.tracer.startSpan('active');
    rig.with(trace.setSpan(ROOT_CONTEXT, active), () => {
      rig.tracer.startSpan('given', {}, contextWithParent()).end();
      rig.tracer.startSpan('root', {}, ROOT_CONTEXT).end();
    });
    const [given, root] = rig.take();
    expect(given).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID, parentIsRemote: true });
    expect(root.parentSpanId).toBeUndefined();
  });

  test('root: true makes a root of any context', () => {
    rig.tracer.startSpan('x', { root: true }, contextWithParent()).end();
    const span = rig.takeOne();
    expect(span.parentSpanId).toBeUndefined();
    expect(span.traceId).not.toBe(TRACE_ID);
  });

  test.each([
    ['ids of zeros', { traceId: '0'.repeat(32) }],
    ['a span id of zeros', { spanId: '0'.repeat(16) }],
    ['a short trace id', { traceId: TRACE_ID.slice(1) }],
    ['a trace id with a letter that is no digit', { traceId: `${TRACE_ID.slice(1)}g` }],
    ['a numeric trace id', { traceId: 5 }],
    ['no span id', { spanId: undefined }],
  ])('a parent with %s is none', (_case, overrides) => {
    rig.tracer.startSpan('x', {}, contextWithParent(overrides)).end();
    const span = rig.takeOne();
    expect(span.parentSpanId).toBeUndefined();
    expect(span.traceId).not.toBe(TRACE_ID);
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('a parent with isRemote %s is remote: %s', (isRemote, expected) => {
    rig.tracer.startSpan('x', {}, contextWithParent({ isRemote })).end();
    expect(rig.takeOne().parentIsRemote).toBe(expected);
  });

  test('the random flag of the parent is kept, other flags are not', () => {
    const span = rig.tracer.startSpan('x', {}, contextWithParent({ traceFlags: 0xff }));
    expect(span.spanContext().traceFlags).toBe(3);
    span.end();
    expect(rig.takeOne().traceFlags).toBe(3);
    expect(rig.tracer.startSpan('x', {}, contextWithParent({ traceFlags: 2 })).spanContext().traceFlags).toBe(
      2,
    );
  });

  test('ended and unsampled spans still are parents', () => {
    const parent = rig.tracer.startSpan('parent');
    parent.end();
    rig.take();
    rig.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    expect(rig.takeOne().parentSpanId).toBe(parent.spanContext().spanId);
    const unsampled = rig.tracer.startSpan('x', {}, contextWithParent({ traceFlags: 0 }));
    expect(unsampled.spanContext()).toMatchObject({ traceId: TRACE_ID, traceFlags: 0 });
    expect(unsampled.spanContext().spanId).not.toBe(SPAN_ID);
    const child = rig.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, unsampled));
    expect(child.spanContext()).toMatchObject({ traceId: TRACE_ID, traceFlags: 0 });
    expect(rig.take()).toEqual([]);
  });

  test('the trace state of the parent is inherited', () => {
    const traceState = { serialize: () => 'vendor=1' };
    const span = rig.tracer.startSpan('x', {}, contextWithParent({ traceState }));
    expect(span.spanContext().traceState).toBe(traceState);
    const child = rig.tracer.startSpan('y', {}, trace.setSpan(ROOT_CONTEXT, span));
    child.end();
    expect(rig.takeOne().traceState).toBe('vendor=1');
  });
});

describe('suppression', () => {
  test('gives a span that records nothing, with the invalid context', () => {
    const context = suppressTracing(contextWithParent());
    const span = rig.tracer.startSpan('x', {}, context);
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toEqual({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 });
    span.end();
    rig.with(context, () => rig.tracer.startSpan('y').end());
    rig.tracer.startSpan('z', { root: true }, context).end();
    expect(rig.take()).toEqual([]);
    expect(rig.stats.recorded).toBe(0);
  });

  test('a child of a suppressed span outside of the suppression is a root', () => {
    const suppressed = rig.tracer.startSpan('x', {}, suppressTracing(ROOT_CONTEXT));
    rig.tracer.startSpan('y', {}, trace.setSpan(ROOT_CONTEXT, suppressed)).end();
    expect(rig.takeOne().parentSpanId).toBeUndefined();
  });
});

describe('options', () => {
  test.each([
    [undefined, 1],
    [SpanKind.INTERNAL, 1],
    [SpanKind.SERVER, 2],
    [SpanKind.CLIENT, 3],
    [SpanKind.PRODUCER, 4],
    [SpanKind.CONSUMER, 5],
    [5, 1],
    [-1, 1],
    [0.5, 1],
    ['server', 1],
    [null, 1],
  ])('kind %s becomes %i on the wire', (kind, expected) => {
    rig.tracer.startSpan('x', { kind: kind as SpanKind }).end();
    expect(rig.takeOne().kind).toBe(expected);
  });

  test('attributes, links and start time are taken', () => {
    const link = { context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 } };
    rig.tracer.startSpan('x', { attributes: { a: 1 }, links: [link], startTime: new Date(1000) }).end();
    const span = rig.takeOne();
    expect(plainAttributes(span)).toEqual({ a: 1 });
    expect(span.links).toHaveLength(1);
    expect(span.start).toEqual({ clock: 'unix', nanos: 1_000_000_000n });
  });

  test.each([undefined, null, {}, 5, 'text'])('options %s mean none', (options) => {
    rig.tracer.startSpan('x', options as never).end();
    expect(rig.takeOne()).toMatchObject({ name: 'x', kind: 1 });
  });

  test('startSpan leaves the active context alone', () => {
    rig.tracer.startSpan('x');
    expect(rig.contextManager.active()).toBe(ROOT_CONTEXT);
  });
});

describe('startActiveSpan', () => {
  const key = createContextKey('k');

  test('with two arguments', () => {
    const result = rig.tracer.startActiveSpan('a', (span) => {
      expect(trace.getSpan(rig.contextManager.active())).toBe(span);
      rig.tracer.startSpan('child').end();
      return 'result';
    });
    expect(result).toBe('result');
    expect(trace.getSpan(rig.contextManager.active())).toBeUndefined();
    expect(rig.takeOne().parentSpanId).toMatch(/^[0-9a-f]{16}$/);
  });

  test('with three: options', () => {
    rig.tracer.startActiveSpan('a', { kind: SpanKind.CLIENT, attributes: { k: 'v' } }, (span) => span.end());
    const span = rig.takeOne();
    expect(span.kind).toBe(3);
    expect(plainAttributes(span)).toEqual({ k: 'v' });
  });

  test('with four: options and context, whose other values stay', () => {
    rig.tracer.startActiveSpan('a', {}, contextWithParent().setValue(key, 'kept'), (span) => {
      expect(rig.contextManager.active().getValue(key)).toBe('kept');
      span.end();
    });
    expect(rig.takeOne().parentSpanId).toBe(SPAN_ID);
    rig.tracer.startActiveSpan('a', undefined as never, undefined as never, (span) => span.end());
    expect(rig.takeOne().parentSpanId).toBeUndefined();
  });

  test('with one it does nothing', () => {
    expect(
      (rig.tracer as unknown as { startActiveSpan(name: string): unknown }).startActiveSpan('a'),
    ).toBeUndefined();
    expect(rig.take()).toEqual([]);
  });

  test('an exception goes through, and the span is not ended by itself', () => {
    const error = new Error('mine');
    let span: { isRecording(): boolean } | undefined;
    expect(() =>
      rig.tracer.startActiveSpan('a', (started) => {
        span = started;
        throw error;
      }),
    ).toThrow(error);
    expect(span?.isRecording()).toBe(true);
    expect(rig.contextManager.active()).toBe(ROOT_CONTEXT);
  });

  test('asynchronous code stays inside', async () => {
    await rig.tracer.startActiveSpan('a', async (span) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(trace.getSpan(rig.contextManager.active())).toBe(span);
      rig.tracer.startActiveSpan('b', (inner) => inner.end());
      span.end();
    });
    const [inner, outer] = rig.take();
    expect(inner.parentSpanId).toBe(outer.spanId);
  });

  test('the callback gets the span and nothing else', () => {
    const callback = vi.fn();
    rig.tracer.startActiveSpan('a', callback);
    expect(callback.mock.calls[0]).toHaveLength(1);
  });
});

describe('ids', () => {
  test('10,000 traces and spans have as many ids, in every word', () => {
    const tracer = rig.tracer;
    const spans = Array.from({ length: 10_000 }, () => tracer.startSpan('x', { root: true }).spanContext());
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(spans.length);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    for (const at of [0, 8, 16, 24]) {
      expect(new Set(spans.map(({ traceId }) => traceId.slice(at, at + 8))).size).toBeGreaterThan(9_990);
    }
  });

  test('the span context is one object, and does not change with the end', () => {
    const span = rig.tracer.startSpan('x');
    const context = span.spanContext();
    span.end();
    expect(span.spanContext()).toBe(context);
    expect(context.isRemote ?? false).toBe(false);
  });

  test('a trace meets one lane', () => {
    const lanes = new RecordingRig({ workers: 4 });
    const tracer = lanes.tracer;
    for (let i = 0; i < 200; i++) {
      tracer.startActiveSpan('root', { root: true }, (root) => {
        for (let child = 0; child < 3; child++)
          lanes.with(trace.setSpan(ROOT_CONTEXT, root), () => tracer.startSpan('c').end());
        root.end();
      });
    }
    const traces = lanes.takeByLane().map((spans) => new Set(spans.map(({ traceId }) => traceId)));
    expect(traces.reduce((sum, set) => sum + set.size, 0)).toBe(200);
    for (const set of traces) expect(set.size).toBeGreaterThan(20);
  });
});

describe('provider', () => {
  test('one scope has one tracer, in the scope of its spans', () => {
    const { provider } = rig;
    const tracer = provider.getTracer('lib', '1.2', { schemaUrl: 'https://schema' });
    expect(provider.getTracer('lib', '1.2', { schemaUrl: 'https://schema' })).toBe(tracer);
    expect(provider.getTracer('lib', '1.3')).not.toBe(tracer);
    expect(provider.getTracer('lib', '1.2')).not.toBe(tracer);
    tracer.startSpan('x').end();
    expect(rig.scopeOf(rig.takeOne())).toEqual({
      name: 'lib',
      version: '1.2',
      schemaUrl: 'https://schema',
      attributes: [],
    });
  });

  test('scopes that differ in attributes only are different', () => {
    const { provider } = rig;
    const scope = (attributes: object) => provider.getTracer('lib', '1', { attributes } as never);
    const tracer = scope({ a: 1 });
    expect(scope({ a: 1 })).toBe(tracer);
    expect(scope({ a: '1' })).not.toBe(tracer);
    expect(scope({ a: { b: 1 } })).not.toBe(scope({ a: { b: 2 } }));
    expect(scope({ a: [1, 2] })).not.toBe(scope({ a: '1,2' }));
    tracer.startSpan('x').end();
    expect(rig.scopeOf(rig.takeOne())?.attributes).toEqual([{ key: 'a', value: { type: 'int', value: 1n } }]);
  });

  test.each([[undefined], [null], [''], [5], [Symbol('s')], [{}]])('a tracer named %s works', (name) => {
    rig.provider
      .getTracer(name as string, name as never, name as never)
      .startSpan('x')
      .end();
    expect(rig.scopeOf(rig.takeOne())?.name).toBe('');
  });

  test('past 1024 scopes spans are recorded all the same', () => {
    for (let i = 0; i < 1100; i++) rig.provider.getTracer(`scope ${i}`).startSpan('x').end();
    const spans = rig.take();
    expect(spans).toHaveLength(1100);
    expect(rig.scopeOf(spans[1023])?.name).toBe('scope 1023');
    expect(spans[1024].scopeId).toBe(0);
  });
});
