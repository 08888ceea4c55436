// Checklist A3: tracer, span creation, span context. For both ways of recording where it is the same; the sdk's tracer
// with plug-ins of the application.

import {
  type Context,
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ParentBasedSampler } from '../../../src/main/sampling/parent-based-sampler.js';
import { RandomIdGenerator } from '../../../src/main/sdk/random-id-generator.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import {
  SamplingDecision as Decision,
  type Sampler,
  type SamplingDecision,
} from '../../../src/main/sdk/types.js';
import { TraceState } from '../../../src/main/sdk.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';

const PARENT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const SAMPLED = 1;
const RANDOM = 2;

afterEach(() => {
  context.disable();
});

function under(overrides: object = {}): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...PARENT, ...overrides });
}

const OTHER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

function replaced(span: Span, key: string | symbol): unknown {
  return key === 'spanContext' ? () => OTHER : Reflect.get(span, key, span);
}

describe.each(SUBJECTS)('$name', (named) => {
  function create() {
    const subject = named.create();
    context.setGlobalContextManager(subject.contextManager);
    return subject;
  }

  test('A3.3 a span without a parent in its context gets a new trace id', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    for (let i = 0; i < 2; i++) tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    const [first, second] = take();
    expect(first?.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(first?.spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
    expect(first?.parentSpanId).toBeUndefined();
    expect(second?.traceId).not.toBe(first?.traceId);
  });

  test('A3.3 a child keeps the trace id of its parent, which comes from the context', () => {
    const { provider, takeOne } = create();
    provider.getTracer('test').startSpan('work', {}, under()).end();
    expect(takeOne()).toMatchObject({
      traceId: PARENT.traceId,
      parentSpanId: PARENT.spanId,
      parentIsRemote: false,
    });
  });

  test('A3.3 the option root makes a new trace whatever is in the context', () => {
    const { provider, takeOne } = create();
    provider.getTracer('test').startSpan('work', { root: true }, under()).end();
    const span = takeOne();
    expect(span.parentSpanId).toBeUndefined();
    expect(span.traceId).not.toBe(PARENT.traceId);
  });

  test.each([
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id of zeros', { spanId: '0'.repeat(16) }],
    ['a short trace id', { traceId: '12' }],
    ['what is no hexadecimal number', { spanId: 'x'.repeat(16) }],
  ])('A3.4 a parent with %s counts as none', (_what, overrides) => {
    const { provider, takeOne } = create();
    provider.getTracer('test').startSpan('work', {}, under(overrides)).end();
    const span = takeOne();
    expect(span.parentSpanId).toBeUndefined();
    expect(span.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  });

  test.each([
    ['in a proxy', (span: Span) => new Proxy(span, { get: replaced })],
    ['by assignment', (span: Span) => Object.assign(span, { spanContext: () => OTHER })],
  ])('A3.3 the parent is what its spanContext() says, also one put in its place %s', (_how, replace) => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const parent = replace(tracer.startSpan('parent', {}, ROOT_CONTEXT));
    tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    expect(take()).toMatchObject([{ traceId: OTHER.traceId, parentSpanId: OTHER.spanId }]);
  });

  test.each([[1], ['yes'], [{}]])('A3.3 the option root counts as OpenTelemetry JS reads it: %j', (root) => {
    const { provider, takeOne } = create();
    provider
      .getTracer('test')
      .startSpan('work', { root } as never, under())
      .end();
    expect(takeOne().parentSpanId).toBeUndefined();
  });

  test.each([['a=b'], [5], [[]], [{ serialize: 'a=b' }], [true]])(
    'A3.5 J3 a trace state of the parent that is none (%j) is left out: propagators could not write it',
    (traceState) => {
      const { provider, takeOne } = create();
      const span = provider.getTracer('test').startSpan('work', {}, under({ traceState }));
      span.end();
      expect(span.spanContext().traceState).toBeUndefined();
      expect(takeOne()).toMatchObject({ traceState: '', parentSpanId: PARENT.spanId });
    },
  );

  test("A3.5 a child inherits its parent's trace state", () => {
    const { provider, takeOne } = create();
    const traceState = createTraceState('vendor=1,other=2');
    provider.getTracer('test').startSpan('work', {}, under({ traceState })).end();
    expect(takeOne().traceState).toBe('vendor=1,other=2');
  });

  test('A3.6 startSpan changes no active context', () => {
    const { provider } = create();
    const before = under();
    context.with(before, () => {
      provider.getTracer('test').startSpan('work');
      expect(context.active()).toBe(before);
    });
  });

  test('A3.7 the kind is internal unless it is given', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    tracer.startSpan('default').end();
    for (const kind of [0, 1, 2, 3, 4]) tracer.startSpan('given', { kind }).end();
    tracer.startSpan('none', { kind: 9 as SpanKind }).end();
    expect(take().map((span) => span.kind)).toEqual([SpanKind.INTERNAL, 0, 1, 2, 3, 4, SpanKind.INTERNAL]);
  });

  test('A3.7 links given at the start keep their order', () => {
    const { provider, takeOne } = create();
    const links = ['a', 'b', 'c'].map((digit) => ({ context: { ...PARENT, spanId: digit.repeat(16) } }));
    provider.getTracer('test').startSpan('work', { links }).end();
    expect(takeOne().links.map((link) => link.spanId)).toEqual(
      ['a', 'b', 'c'].map((digit) => digit.repeat(16)),
    );
  });

  test('A3.9 roots say that their trace ids are random; children say what their parents said', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    tracer.startSpan('root', {}, ROOT_CONTEXT).end();
    tracer.startSpan('child', {}, under({ traceFlags: SAMPLED })).end();
    tracer.startSpan('child of random', {}, under({ traceFlags: SAMPLED | RANDOM })).end();
    expect(take().map((span) => span.traceFlags)).toEqual([SAMPLED | RANDOM, SAMPLED, SAMPLED | RANDOM]);
  });

  test('A3.10 the span context is the same object for the life of the span, and after its end', () => {
    const { provider, takeOne } = create();
    const span = provider.getTracer('test').startSpan('work');
    const spanContext = span.spanContext();
    const copy = { ...spanContext };
    span.updateName('other').end();
    expect(span.spanContext()).toBe(spanContext);
    expect(spanContext).toEqual(copy);
    expect(takeOne()).toMatchObject({ traceId: copy.traceId, spanId: copy.spanId });
  });

  test('A3.11 a parent from another process is remote, a local one is not', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    tracer.startSpan('a', {}, under({ isRemote: true })).end();
    tracer.startSpan('b', {}, under({ isRemote: false })).end();
    expect(take().map((span) => span.parentIsRemote)).toEqual([true, false]);
    expect(tracer.startSpan('c', {}, under({ isRemote: true })).spanContext().isRemote ?? false).toBe(false);
  });

  test('A3.12 an ended span is still a parent, and can still be activated', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const parent = tracer.startSpan('parent');
    parent.end();
    context.with(trace.setSpan(ROOT_CONTEXT, parent), () => {
      expect(trace.getActiveSpan()).toBe(parent);
      tracer.startSpan('child').end();
    });
    expect(take()[1]?.parentSpanId).toBe(parent.spanContext().spanId);
  });

  test('A1.3 startActiveSpan takes two, three or four arguments and returns what the function does', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const results = [
      tracer.startActiveSpan('two', (span) => [trace.getActiveSpan() === span, span.end()]),
      tracer.startActiveSpan('three', { kind: SpanKind.CLIENT }, (span) => [
        trace.getActiveSpan() === span,
        span.end(),
      ]),
      tracer.startActiveSpan('four', {}, under(), (span) => [trace.getActiveSpan() === span, span.end()]),
    ];
    expect(results.map(([isActive]) => isActive)).toEqual([true, true, true]);
    expect((tracer.startActiveSpan as (name: string) => unknown)('one')).toBeUndefined();
    // The function is the fourth argument, whatever comes behind it.
    const five = Reflect.apply(tracer.startActiveSpan, tracer, ['five', {}, under(), () => 'called', 'more']);
    expect(five).toBe('called');
    const [two, three, four] = take();
    expect([two?.parentSpanId, three?.kind, four?.parentSpanId]).toEqual([
      undefined,
      SpanKind.CLIENT,
      PARENT.spanId,
    ]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test('A1.3 what the function of startActiveSpan throws reaches the caller', () => {
    const { provider } = create();
    const error = new Error('mine');
    expect(() =>
      provider.getTracer('test').startActiveSpan('work', () => {
        throw error;
      }),
    ).toThrow(error);
  });

  test("A1.3 startActiveSpan goes through the tracer's own startSpan, which may be replaced", () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test');
    const startSpan = vi.spyOn(tracer, 'startSpan');
    tracer.startActiveSpan('work', { kind: SpanKind.SERVER }, (span) => span.end());
    expect(startSpan).toHaveBeenCalledExactlyOnceWith('work', { kind: SpanKind.SERVER }, expect.anything());
    expect(take()).toHaveLength(1);
  });

  test('A1.5 in a suppressed context there is a span with the invalid context, and nothing is recorded', () => {
    const { provider, take } = create();
    const span = provider.getTracer('test').startSpan('work', {}, suppressTracing(under()));
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toMatchObject({
      traceId: '0'.repeat(32),
      spanId: '0'.repeat(16),
      traceFlags: 0,
    });
    span.end();
    expect(take()).toEqual([]);
  });

  test('J1 whatever startSpan is given, there is a span', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('test') as unknown as {
      startSpan(...args: unknown[]): { end(): void };
    };
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('hostile');
        },
      },
    );
    const wrong = [
      [],
      [undefined],
      [5, null],
      ['a', hostile],
      ['a', {}, hostile],
      ['a', { links: 5, kind: 'x' }],
    ];
    wrong.push(
      ['a', { attributes: hostile, links: [hostile, null] }],
      ['a', { root: true, startTime: hostile }],
    );
    for (const args of wrong) tracer.startSpan(...args).end();
    expect(take()).toHaveLength(wrong.length);
  });
});

describe('sdk', () => {
  function deciding(decision: SamplingDecision, more: object = {}): Sampler {
    return { shouldSample: () => ({ decision, ...more }), toString: () => 'Deciding' };
  }

  function recorded(options: ConstructorParameters<typeof TracerProvider>[0] = {}) {
    const started: string[] = [];
    const ended: string[] = [];
    const provider = new TracerProvider({
      ...options,
      spanProcessors: [
        {
          onStart: (span) => started.push(span.name),
          onEnd: (span) => ended.push(span.name),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    return { tracer: provider.getTracer('test'), provider, started, ended };
  }

  test('A3.1 a tracer is enabled when a processor is registered, and not without, nor after shutdown', async () => {
    const enabled = (tracer: unknown) => (tracer as { enabled(): boolean }).enabled();
    const { tracer, provider } = recorded();
    expect(enabled(new TracerProvider().getTracer('test'))).toBe(false);
    expect(enabled(tracer)).toBe(true);
    await provider.shutdown();
    expect(enabled(tracer)).toBe(false);
  });

  test.each([Decision.NOT_RECORD, Decision.RECORD, Decision.RECORD_AND_SAMPLED])(
    'A3.2 the trace id comes first, then the sampler, then the span id, then the processors (decision %i)',
    (decision) => {
      const calls: string[] = [];
      const random = new RandomIdGenerator();
      const provider = new TracerProvider({
        idGenerator: {
          generateTraceId() {
            calls.push('trace id');
            return random.generateTraceId();
          },
          generateSpanId() {
            calls.push('span id');
            return random.generateSpanId();
          },
        },
        sampler: {
          shouldSample() {
            calls.push('sampler');
            return { decision };
          },
        },
        spanProcessors: [
          {
            onStart: () => calls.push('onStart'),
            onEnd: () => {},
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
      });
      provider.getTracer('test').startSpan('root', {}, ROOT_CONTEXT);
      const start = decision === Decision.NOT_RECORD ? [] : ['onStart'];
      expect(calls.splice(0)).toEqual(['trace id', 'sampler', 'span id', ...start]);
      provider.getTracer('test').startSpan('child', {}, under());
      expect(calls).toEqual(['sampler', 'span id', ...start]);
    },
  );

  test('A3.5 a trace state of the sampler replaces the inherited one', () => {
    const { tracer } = recorded({
      sampler: deciding(Decision.RECORD_AND_SAMPLED, { traceState: createTraceState('by=sampler') }),
    });
    const span = tracer.startSpan('work', {}, under({ traceState: createTraceState('by=parent') }));
    expect(span.spanContext().traceState?.serialize()).toBe('by=sampler');
  });

  test('A3.7 the sampler gets context, trace id, name, kind, attributes and links of the start', () => {
    const shouldSample = vi.fn<Sampler['shouldSample']>(() => ({ decision: Decision.NOT_RECORD }));
    const { tracer } = recorded({ sampler: { shouldSample } });
    const links = [{ context: PARENT, attributes: { l: 1 } }];
    const options: SpanOptions = { kind: SpanKind.CLIENT, attributes: { a: 1, b: [2] }, links };
    const parent = under();
    tracer.startSpan('work', options, parent);
    expect(shouldSample).toHaveBeenCalledExactlyOnceWith(
      parent,
      PARENT.traceId,
      'work',
      SpanKind.CLIENT,
      { a: 1, b: [2] },
      [expect.objectContaining({ context: PARENT, attributes: { l: 1 } })],
    );
  });

  test('A3.7 limits of the span keep nothing from the sampler', () => {
    const shouldSample = vi.fn<Sampler['shouldSample']>(() => ({ decision: Decision.RECORD_AND_SAMPLED }));
    const spanLimits = { attributeCountLimit: 1, attributeValueLengthLimit: 2, linkCountLimit: 1 };
    const { tracer } = recorded({ sampler: { shouldSample }, spanLimits });
    const links = [{ context: PARENT }, { context: PARENT }];
    const span = tracer.startSpan('work', { attributes: { a: 'long', b: 'long' }, links });
    expect(shouldSample.mock.calls[0]?.[4]).toEqual({ a: 'long', b: 'long' });
    expect(shouldSample.mock.calls[0]?.[5]).toHaveLength(2);
    expect(span).toMatchObject({ attributes: { a: 'lo' }, droppedAttributesCount: 1, droppedLinksCount: 1 });
  });

  test('A3.3 with the option root, sampler and processors get a context without the span', () => {
    const shouldSample = vi.fn<Sampler['shouldSample']>(() => ({ decision: Decision.RECORD_AND_SAMPLED }));
    const { tracer } = recorded({ sampler: { shouldSample } });
    tracer.startSpan('work', { root: true }, under());
    expect(trace.getSpan(shouldSample.mock.calls[0]?.[0] as Context)).toBeUndefined();
  });

  test.each([
    ['record and sample', Decision.RECORD_AND_SAMPLED, true, SAMPLED, ['work']],
    ['record only', Decision.RECORD, true, 0, ['work']],
    ['drop', Decision.NOT_RECORD, false, 0, []],
  ])('A3.8 the sampled flag stands for the decision: %s', (_what, decision, isRecording, flags, seen) => {
    const { tracer, started, ended } = recorded({ sampler: deciding(decision), randomFlag: false });
    const span = tracer.startSpan('work');
    expect([span.isRecording(), span.spanContext().traceFlags]).toEqual([isRecording, flags]);
    span.end();
    expect([started, ended]).toEqual([seen, seen]);
  });

  test('A3.8 attributes of the sampler are those of the span, and win', () => {
    const attributes = Object.freeze({ rule: 7, a: 'sampler' });
    const { tracer } = recorded({ sampler: deciding(Decision.RECORD_AND_SAMPLED, { attributes }) });
    expect(tracer.startSpan('work', { attributes: { a: 'user', b: 2 } })).toMatchObject({
      attributes: { a: 'sampler', b: 2, rule: 7 },
    });
  });

  test('A3.9 the random flag is for generators that say so, and can be switched off', () => {
    const silent = { generateTraceId: () => '1'.repeat(32), generateSpanId: () => '2'.repeat(16) };
    const flagsOf = (options: ConstructorParameters<typeof TracerProvider>[0]) =>
      recorded(options).tracer.startSpan('work', {}, ROOT_CONTEXT).spanContext().traceFlags;
    expect(flagsOf({ idGenerator: silent })).toBe(SAMPLED);
    expect(flagsOf({ idGenerator: { ...silent, generatesRandomTraceIds: () => true } })).toBe(
      SAMPLED | RANDOM,
    );
    expect(flagsOf({ randomFlag: false })).toBe(SAMPLED);
  });

  test('A3.9 nor is it there with a sampler of others, which may compare the flags with 1, unless it is asked for', () => {
    const sampler = deciding(Decision.RECORD_AND_SAMPLED);
    const own = new ParentBasedSampler({ root: sampler });
    const flagsOf = (options: ConstructorParameters<typeof TracerProvider>[0]) =>
      recorded(options).tracer.startSpan('work', {}, ROOT_CONTEXT).spanContext().traceFlags;
    expect(flagsOf({ sampler })).toBe(SAMPLED);
    expect(flagsOf({ sampler, randomFlag: true })).toBe(SAMPLED | RANDOM);
    expect(flagsOf({ sampler: own })).toBe(SAMPLED | RANDOM);
  });

  test('A3.12 a dropped span is a parent too: its child keeps the trace id', () => {
    const { tracer } = recorded({ sampler: deciding(Decision.NOT_RECORD) });
    const parent = tracer.startSpan('parent', {}, ROOT_CONTEXT);
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    expect(child.spanContext().traceId).toBe(parent.spanContext().traceId);
    expect(child.spanContext().spanId).not.toBe(parent.spanContext().spanId);
  });
});

describe.each([
  ['of the API', (text?: string) => createTraceState(text)],
  ['of offloop/sdk', (text?: string) => new TraceState(text)],
] as const)('A3.13 a trace state %s', (_, create) => {
  test('A3.13 is read, added to, changed, cut; each change is a new one, with the changed member first', () => {
    const state = create('a=1,b=2');
    expect([state.get('a'), state.get('b'), state.get('c')]).toEqual(['1', '2', undefined]);
    expect(state.set('c', '3').serialize()).toBe('c=3,a=1,b=2');
    expect(state.set('b', '4').serialize()).toBe('b=4,a=1');
    expect(state.unset('a').serialize()).toBe('b=2');
    expect(state.serialize()).toBe('a=1,b=2');
  });

  test('A3.13 stays valid where a header is not: bad members, and all past 32, are left out', () => {
    expect(create('a=1,B=2,c=\n,=x,d=4').serialize()).toBe('a=1,d=4');
    const members = Array.from({ length: 33 }, (_, i) => `k${i}=v`);
    expect(create(members.join()).serialize().split(',')).toHaveLength(32);
  });
});
