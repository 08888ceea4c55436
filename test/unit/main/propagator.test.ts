import { propagation, ROOT_CONTEXT, type TextMapGetter, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompositePropagator } from '../../../src/main/propagation/composite.js';
import { createPropagator } from '../../../src/main/propagation/create-propagator.js';
import type { PropagatorName } from '../../../src/shared/config/resolved-config.js';
import { contextWithParent, RecordingRig, SPAN_ID, TRACE_ID } from '../../support/recording-rig.js';

function propagator(...names: PropagatorName[]) {
  return { propagator: createPropagator(names) as CompositePropagator };
}

const both = () => propagator('tracecontext', 'baggage');

describe('round trip', () => {
  test("a span's context and the baggage go through headers and come back remote", () => {
    const rig = new RecordingRig();
    const span = rig.tracer.startSpan('client', {}, contextWithParent({ traceState: undefined }));
    const baggage = propagation.createBaggage({ user: { value: 'Zoë, 7' } });
    const context = propagation.setBaggage(trace.setSpan(ROOT_CONTEXT, span), baggage);
    const { propagator } = both();
    const headers: Record<string, string> = {};
    propagator.inject(context, headers);
    const { traceId, spanId } = span.spanContext();
    expect(headers).toEqual({
      traceparent: `00-${traceId}-${spanId}-01`,
      baggage: `user=${encodeURIComponent('Zoë, 7')}`,
    });
    const extracted = propagator.extract(ROOT_CONTEXT, headers);
    expect(trace.getSpanContext(extracted)).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(propagation.getBaggage(extracted)?.getEntry('user')?.value).toBe('Zoë, 7');
    rig.tracer.startSpan('server', {}, extracted).end();
    expect(rig.takeOne()).toMatchObject({ traceId, parentSpanId: spanId, parentIsRemote: true });
  });

  test('trace state goes through a span', () => {
    const { propagator } = both();
    const traceparent = `00-${TRACE_ID}-${SPAN_ID}-01`;
    const extracted = propagator.extract(ROOT_CONTEXT, { traceparent, tracestate: 'a=1,b=2' });
    const rig = new RecordingRig();
    const span = rig.tracer.startSpan('server', {}, extracted);
    const headers: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
    expect(headers.tracestate).toBe('a=1,b=2');
    span.end();
    expect(rig.takeOne().traceState).toBe('a=1,b=2');
  });

  test('an unsampled span says so', () => {
    const rig = new RecordingRig({ sampler: { name: 'always_off' } });
    const headers: Record<string, string> = {};
    both().propagator.inject(trace.setSpan(ROOT_CONTEXT, rig.tracer.startSpan('x')), headers);
    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/);
  });

  test('nothing is sent in a context that suppresses tracing', () => {
    const headers = {};
    both().propagator.inject(suppressTracing(contextWithParent()), headers);
    expect(headers).toEqual({});
  });
});

test.each([
  [['tracecontext'], ['traceparent', 'tracestate']],
  [['baggage'], ['baggage']],
  [
    ['tracecontext', 'baggage'],
    ['traceparent', 'tracestate', 'baggage'],
  ],
] as const)('%j uses the headers %j and no other', (names, fields) => {
  const { propagator: one } = propagator(...names);
  expect(one.fields()).toEqual(fields);
  const context = propagation.setBaggage(
    contextWithParent({ traceState: undefined }),
    propagation.createBaggage({ a: { value: '1' } }),
  );
  const headers: Record<string, string> = {};
  one.inject(context, headers);
  expect(fields).toEqual(expect.arrayContaining(Object.keys(headers)));
  expect(Object.keys(headers).length).toBeGreaterThan(0);
});

describe('hostile headers', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^0[0-9a-f]-[0-9a-f]{30,34}-[0-9a-f]{14,18}-[0-9a-f]{1,3}$/),
    fc.anything(),
    fc.array(fc.string()),
    fc.constant(`${'a=b,'.repeat(10_000)}`),
  );

  test('never throw, and give ids that are valid or no parent at all', () => {
    const { propagator } = both();
    const rig = new RecordingRig({ sampler: { name: 'always_on' } });
    fc.assert(
      fc.property(header, header, header, (traceparent, tracestate, baggage) => {
        const context = propagator.extract(ROOT_CONTEXT, { traceparent, tracestate, baggage });
        const parent = trace.getSpanContext(context);
        rig.tracer.startSpan('server', {}, context).end();
        const span = rig.takeOne();
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        if (parent && trace.isSpanContextValid(parent)) expect(span.parentSpanId).toBe(parent.spanId);
        else expect(span.parentSpanId).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('a getter, a setter and a carrier that throw change nothing and never throw', () => {
    const { propagator } = both();
    const error = new Error('hostile');
    const getter: TextMapGetter = {
      get() {
        throw error;
      },
      keys: () => [],
    };
    const context = contextWithParent();
    expect(propagator.extract(context, {}, getter)).toBe(context);
    const hostile = new Proxy(
      {},
      {
        get() {
          throw error;
        },
        set() {
          throw error;
        },
      },
    );
    expect(propagator.extract(context, hostile)).toBe(context);
    expect(() => propagator.inject(context, hostile)).not.toThrow();
    for (const carrier of [undefined, null, 5, 'text', Symbol('s')]) {
      expect(() => propagator.extract(context, carrier)).not.toThrow();
      expect(() => propagator.inject(context, carrier)).not.toThrow();
    }
    expect(() => propagator.inject(undefined as never, {})).not.toThrow();
    expect(() => propagator.extract(undefined as never, {})).not.toThrow();
  });
});
