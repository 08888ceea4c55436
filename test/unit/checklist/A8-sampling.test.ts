// Checklist A8: sampling. The classes of `offloop/sdk`, alone and in its TracerProvider; what start() makes of the
// configuration. Parity with OpenTelemetry JS over random ids and ratios: test/property/sampling.property.test.ts.

import {
  type Attributes,
  type Context,
  createContextKey,
  createTraceState,
  diag,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import * as official from '@opentelemetry/sdk-trace';
import { describe, expect, test, vi } from 'vitest';
import { InMemorySpanExporter } from '../../../src/main/processors/exporters/in-memory-span-exporter.js';
import { NoopSpanProcessor } from '../../../src/main/processors/noop-span-processor.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import { createAlwaysRecordSampler } from '../../../src/main/sampling/always-record-sampler.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../src/main/sampling/always-samplers.js';
import { configuredSampler } from '../../../src/main/sampling/configured-sampler.js';
import {
  ParentBasedSampler,
  type ParentBasedSamplerConfig,
} from '../../../src/main/sampling/parent-based-sampler.js';
import { createComposableParentThresholdSampler } from '../../../src/main/sampling/probability/composable-parent-threshold.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableProbabilitySampler,
} from '../../../src/main/sampling/probability/composable-samplers.js';
import { CompositeSampler } from '../../../src/main/sampling/probability/composite-sampler.js';
import { ProbabilitySampler } from '../../../src/main/sampling/probability/probability-sampler.js';
import { TraceIdRatioBasedSampler } from '../../../src/main/sampling/trace-id-ratio-sampler.js';
import { asWordSampler } from '../../../src/main/sampling/word-sampler.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import {
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '../../../src/main/sdk/types.js';
import { ParentKind } from '../../../src/main/trace/sampler.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OptionError } from '../../../src/shared/errors.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { RecordingRig } from '../../support/recording-rig.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const messages = collectDiagMessages();

function parentContext(traceFlags: number, isRemote: boolean, state?: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags,
    isRemote,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  });
}

function ask(sampler: Sampler, context: Context = ROOT_CONTEXT, traceId = TRACE_ID): SamplingResult {
  return sampler.shouldSample(context, traceId, 'name', SpanKind.INTERNAL, {}, []);
}

function fixed(result: SamplingResult, text = 'Fixed'): Sampler {
  return { shouldSample: () => result, toString: () => text };
}

/** The provider of `offloop/sdk`, what its processor saw and what its exporter got. */
function sdk(sampler?: Sampler) {
  const exporter = new InMemorySpanExporter();
  const started: Span[] = [];
  const ended: ReadableSpan[] = [];
  const provider = new TracerProvider({
    ...(sampler === undefined ? {} : { sampler }),
    spanProcessors: [
      {
        onStart: (span) => void started.push(span),
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
      new SimpleSpanProcessor({ exporter }),
    ],
  });
  return { tracer: provider.getTracer('test'), provider, exporter, started, ended };
}

describe('A8.1', () => {
  test.each([
    ['drop', NOT_RECORD, false, 0, 0],
    ['record-only', RECORD, true, 1, 0],
    ['record-and-sample', RECORD_AND_SAMPLED, true, 1, 1],
  ] as const)(
    'A8.1 %s: recording and sampled flag, processors and exporters see what the table says',
    async (_what, decision, recording, processed, exported) => {
      const { tracer, provider, exporter, started, ended } = sdk(fixed({ decision }));
      const span = tracer.startSpan('x');
      expect(span.isRecording()).toBe(recording);
      expect(span.spanContext().traceFlags & 1).toBe(decision === RECORD_AND_SAMPLED ? 1 : 0);
      expect(span.spanContext().spanId).toMatch(/^[0-9a-f]{16}$/);
      span.end();
      await provider.forceFlush();
      expect([started.length, ended.length, exporter.getFinishedSpans().length]).toEqual([
        processed,
        processed,
        exported,
      ]);
    },
  );

  test('A8.1 a span that a named sampler drops leaves nothing in the ring', () => {
    const rig = new RecordingRig({ sampler: { name: 'always_off' } });
    const span = rig.tracer.startSpan('x', { attributes: { a: 1 } });
    span.setAttribute('b', 2).addEvent('e').end();
    expect(span.isRecording()).toBe(false);
    expect(rig.take()).toEqual([]);
    expect(rig.stats.recorded).toBe(0);
  });
});

describe('A8.2', () => {
  test('A8.2 a sampler gets context, trace id, name, kind, attributes and links', () => {
    const shouldSample = vi.fn<Sampler['shouldSample']>(() => ({ decision: RECORD_AND_SAMPLED }));
    const { tracer } = sdk({ shouldSample, toString: () => 'Spy' });
    const key = createContextKey('mine');
    const context = parentContext(1, true).setValue(key, 'value');
    const link = { context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 }, attributes: { l: 1 } };
    tracer.startSpan('GET', { kind: SpanKind.CLIENT, attributes: { a: [1, 2] }, links: [link] }, context);
    const [seen, traceId, name, kind, attributes, links] = shouldSample.mock.calls[0] as [
      Context,
      string,
      string,
      SpanKind,
      Attributes,
      Link[],
    ];
    expect(seen.getValue(key)).toBe('value');
    expect(trace.getSpanContext(seen)?.spanId).toBe(SPAN_ID);
    expect([traceId, name, kind]).toEqual([TRACE_ID, 'GET', SpanKind.CLIENT]);
    expect({ ...attributes }).toEqual({ a: [1, 2] });
    expect(links).toMatchObject([link]);
  });

  test('A8.2 attributes of the result are added to the span, its trace state replaces the parent’s', () => {
    const traceState = createTraceState('mine=1');
    const attributes = Object.freeze({ 'sampler.rule': 'r1' });
    const { tracer, ended } = sdk(fixed({ decision: RECORD_AND_SAMPLED, attributes, traceState }));
    tracer.startSpan('x', { attributes: { a: 1 } }, parentContext(1, true, 'theirs=2')).end();
    expect({ ...ended[0].attributes }).toEqual({ a: 1, 'sampler.rule': 'r1' });
    expect(ended[0].spanContext().traceState?.serialize()).toBe('mine=1');
  });

  test('A8.2 a result without trace state keeps the parent’s', () => {
    const { tracer } = sdk(fixed({ decision: NOT_RECORD }));
    const span = tracer.startSpan('x', {}, parentContext(1, true, 'theirs=2'));
    expect(span.spanContext().traceState?.serialize()).toBe('theirs=2');
  });
});

describe('A8.3', () => {
  test('A8.3 the default follows the parent and samples roots', () => {
    const { tracer } = sdk();
    for (const startSpan of [tracer, new RecordingRig().tracer]) {
      expect(startSpan.startSpan('root').spanContext().traceFlags & 1).toBe(1);
      expect(startSpan.startSpan('x', {}, parentContext(0, true)).spanContext().traceFlags & 1).toBe(0);
      expect(startSpan.startSpan('x', {}, parentContext(1, true)).spanContext().traceFlags & 1).toBe(1);
    }
    const { config } = resolveConfig({}, {}, 'strict');
    const { words } = configuredSampler(config.sampler, undefined, { resourceAttributes: () => ({}) });
    expect(words?.description).toBe(String(new ParentBasedSampler({ root: new AlwaysOnSampler() })));
  });

  test('A8.3 descriptions are those of the specification and of OpenTelemetry JS', () => {
    expect(String(new AlwaysOnSampler())).toBe('AlwaysOnSampler');
    expect(String(new AlwaysOffSampler())).toBe('AlwaysOffSampler');
    for (const ratio of [0, 0.1, 1 / 3, 1, 2, -1, 1e-7, Number.NaN, undefined]) {
      expect(String(new TraceIdRatioBasedSampler(ratio))).toBe(
        String(new official.TraceIdRatioBasedSampler(ratio)),
      );
    }
    expect(String(new TraceIdRatioBasedSampler(0.25))).toBe('TraceIdRatioBased{0.25}');
    expect(
      String(
        new ParentBasedSampler({ root: new AlwaysOffSampler(), localParentSampled: fixed({ decision: 0 }) }),
      ),
    ).toBe(
      String(
        new official.ParentBasedSampler({
          root: new official.AlwaysOffSampler(),
          localParentSampled: fixed({ decision: 0 }),
        }),
      ),
    );
    expect(String(createAlwaysRecordSampler(new AlwaysOffSampler()))).toBe(
      String(official.createAlwaysRecordSampler(new official.AlwaysOffSampler())),
    );
  });

  test('A8.3 a description is asked for each time: a delegate’s may change', () => {
    let text = 'before';
    const delegate = { ...fixed({ decision: 0 }), toString: () => text };
    const samplers = [new ParentBasedSampler({ root: delegate }), createAlwaysRecordSampler(delegate)];
    expect(samplers.every((sampler) => String(sampler).includes('before'))).toBe(true);
    text = 'after';
    expect(samplers.every((sampler) => String(sampler).includes('after'))).toBe(true);
  });
});

const DELEGATES = [
  ['root', ROOT_CONTEXT, ParentKind.None],
  ['remoteParentSampled', parentContext(1, true), ParentKind.RemoteSampled],
  ['remoteParentNotSampled', parentContext(0, true), ParentKind.RemoteNotSampled],
  ['localParentSampled', parentContext(1, false), ParentKind.LocalSampled],
  ['localParentNotSampled', parentContext(0, false), ParentKind.LocalNotSampled],
] as const;

describe.each(DELEGATES)('A8.4 %s', (name, context, kind) => {
  const inverse: Record<string, Sampler> = {
    remoteParentSampled: new AlwaysOffSampler(),
    remoteParentNotSampled: new AlwaysOnSampler(),
    localParentSampled: new AlwaysOffSampler(),
    localParentNotSampled: new AlwaysOnSampler(),
  };

  test('A8.4 is asked for its kind of parent, with all arguments, and for no other', () => {
    const attributes = {};
    const links: Link[] = [];
    const shouldSample = vi.fn(() => ({ decision: RECORD }));
    const config: ParentBasedSamplerConfig = {
      root: fixed({ decision: NOT_RECORD }),
      [name]: { shouldSample, toString: () => 'Spy' },
    };
    const sampler = new ParentBasedSampler(config);
    expect(sampler.shouldSample(context, TRACE_ID, 'n', SpanKind.SERVER, attributes, links).decision).toBe(
      RECORD,
    );
    expect(shouldSample).toHaveBeenCalledWith(context, TRACE_ID, 'n', SpanKind.SERVER, attributes, links);
    for (const [other, otherContext] of DELEGATES) if (other !== name) ask(sampler, otherContext);
    expect(shouldSample).toHaveBeenCalledTimes(1);
  });

  test('A8.4 has the default of the table, in the class and in words', () => {
    const expected = name === 'root' || name === 'remoteParentSampled' || name === 'localParentSampled';
    const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
    expect(ask(sampler, context).decision).toBe(expected ? RECORD_AND_SAMPLED : NOT_RECORD);
    expect(asWordSampler(sampler)?.isSampled(kind, 1, 2, 3, 4)).toBe(expected);
  });

  test('A8.4 decides in words too when the delegates are others', () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler(), ...inverse });
    const expected = ask(sampler, context).decision === RECORD_AND_SAMPLED;
    expect(expected).toBe(name === 'remoteParentNotSampled' || name === 'localParentNotSampled');
    expect(asWordSampler(sampler)?.isSampled(kind, 1, 2, 3, 4)).toBe(expected);
  });
});

describe('A8.4', () => {
  test('A8.4 an invalid parent is none', () => {
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0'.repeat(32),
      spanId: SPAN_ID,
      traceFlags: 0,
    });
    expect(ask(new ParentBasedSampler({ root: new AlwaysOnSampler() }), context).decision).toBe(
      RECORD_AND_SAMPLED,
    );
  });

  test('A8.4 a span started as a root is one for the sampler, whatever the context holds', () => {
    const { tracer } = sdk(new ParentBasedSampler({ root: new AlwaysOnSampler() }));
    const span = tracer.startSpan('x', { root: true }, parentContext(0, true));
    expect(span.spanContext().traceFlags & 1).toBe(1);
  });

  test('A8.4 without a root sampler it tells the global error handler and samples roots, as OpenTelemetry JS does', async () => {
    const handler = vi.fn();
    setGlobalErrorHandler(handler);
    try {
      const sampler = new ParentBasedSampler({} as ParentBasedSamplerConfig);
      expect(ask(sampler).decision).toBe(RECORD_AND_SAMPLED);
      await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(1));
      expect(String(handler.mock.calls[0]?.[0])).toContain('no root sampler');
    } finally {
      setGlobalErrorHandler(loggingErrorHandler());
    }
  });

  test('A8.4 local and remote parents differ in start() too', () => {
    const sampler = new ParentBasedSampler({
      root: new AlwaysOnSampler(),
      remoteParentSampled: new AlwaysOffSampler(),
      localParentNotSampled: new AlwaysOnSampler(),
    });
    const rig = new RecordingRig({ sampler });
    const flags = (context: Context) => rig.tracer.startSpan('x', {}, context).spanContext().traceFlags & 1;
    expect([parentContext(1, true), parentContext(1, false)].map(flags)).toEqual([0, 1]);
    expect([parentContext(0, true), parentContext(0, false)].map(flags)).toEqual([0, 1]);
    const own = rig.tracer.startSpan('x', {}, parentContext(1, true));
    expect(flags(trace.setSpan(ROOT_CONTEXT, own))).toBe(1);
  });
});

describe('A8.5', () => {
  test('A8.5 a ratio decides by the trace id alone, whatever the parent’s flag', () => {
    const sampler = new TraceIdRatioBasedSampler(0.5);
    for (const traceId of [TRACE_ID, `${'0'.repeat(24)}00000001`, `${'0'.repeat(24)}fffffffe`]) {
      const decision = ask(sampler, ROOT_CONTEXT, traceId).decision;
      for (const [, context] of DELEGATES) expect(ask(sampler, context, traceId).decision).toBe(decision);
    }
  });

  test('A8.5 the four words of the id, combined by exclusive or, are compared with the ratio of 2^32 - 1', () => {
    const decisionFor = (traceId: string) =>
      new TraceIdRatioBasedSampler(0.25).shouldSample(ROOT_CONTEXT, traceId).decision;
    // A quarter of 2^32 - 1, rounded down, is 3fffffff: the words below combine to it, and to one less.
    expect(decisionFor('3fffffff000000000000000000000000')).toBe(NOT_RECORD);
    expect(decisionFor('00000000000000003ffffffe00000000')).toBe(RECORD_AND_SAMPLED);
    expect(decisionFor('12345678123456783fffffff00000001')).toBe(RECORD_AND_SAMPLED);
    expect(decisionFor('123456781234567800000000f0000000')).toBe(NOT_RECORD);
  });

  test('A8.5 the ratio 1 keeps every trace, 0 none: also those at the ends of the range', () => {
    for (const last of ['00000001', 'fffffffe', 'ffffffff']) {
      const traceId = `${'0'.repeat(24)}${last}`;
      const words = [0, 0, 0, Buffer.from(last, 'hex').readInt32LE()] as const;
      for (const [ratio, sampled] of [
        [1, true],
        [0, false],
      ] as const) {
        const sampler = new TraceIdRatioBasedSampler(ratio);
        expect(ask(sampler, ROOT_CONTEXT, traceId).decision === RECORD_AND_SAMPLED).toBe(sampled);
        expect(asWordSampler(sampler)?.isSampled(ParentKind.None, ...words)).toBe(sampled);
      }
    }
  });

  test('A8.5 an invalid trace id is not sampled', () => {
    const sampler = new TraceIdRatioBasedSampler(1);
    for (const traceId of ['', '0'.repeat(32), 'x'.repeat(32), TRACE_ID.slice(1)]) {
      expect(ask(sampler, ROOT_CONTEXT, traceId).decision).toBe(NOT_RECORD);
    }
  });
});

describe('A8.6', () => {
  test('A8.6 a ratio sampler that decides for a child warns once, in the class and in words', () => {
    const sampler = new TraceIdRatioBasedSampler(0.5);
    ask(sampler);
    expect(messages).toEqual([]);
    ask(sampler, parentContext(1, true));
    ask(sampler, parentContext(0, false));
    expect(messages).toEqual([expect.stringMatching(/TraceIdRatioBased sampler .*ProbabilitySampler/)]);

    messages.length = 0;
    const words = asWordSampler(sampler);
    words?.isSampled(ParentKind.None, 1, 2, 3, 4);
    expect(messages).toEqual([]);
    words?.isSampled(ParentKind.LocalSampled, 1, 2, 3, 4);
    words?.isSampled(ParentKind.RemoteNotSampled, 1, 2, 3, 4);
    expect(messages).toEqual([expect.stringContaining('TraceIdRatioBased sampler')]);
  });

  test('A8.6 as the root of a parent-based sampler it does not warn', () => {
    const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) });
    for (const [, context, kind] of DELEGATES) {
      ask(sampler, context);
      asWordSampler(sampler)?.isSampled(kind, 1, 2, 3, 4);
    }
    expect(messages).toEqual([]);
  });
});

describe('A8.7', () => {
  test.each([
    [NOT_RECORD, RECORD],
    [RECORD, RECORD],
    [RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
  ])('A8.7 always-record makes %d of it %d and keeps the rest', (decision, expected) => {
    const rest = { attributes: { a: 1 }, traceState: createTraceState('a=1') };
    expect(ask(createAlwaysRecordSampler(fixed({ decision, ...rest })))).toEqual({
      decision: expected,
      ...rest,
    });
  });

  test('A8.7 always-record hands all arguments on and needs a delegate', () => {
    const shouldSample = vi.fn(() => ({ decision: NOT_RECORD }));
    const parameters = [
      parentContext(1, true),
      TRACE_ID,
      'n',
      SpanKind.SERVER,
      { a: 1 },
      [] as Link[],
    ] as const;
    createAlwaysRecordSampler({ shouldSample, toString: () => '' }).shouldSample(...parameters);
    expect(shouldSample).toHaveBeenCalledWith(...parameters);
    expect(() => createAlwaysRecordSampler(undefined as never)).toThrow(OptionError);
  });
});

describe('A8.11', () => {
  const resourceAttributes = (): Attributes => ({ 'service.name': 'shop' });
  const configured = (
    env: Record<string, string>,
    load: (name: string) => Record<string, unknown> | undefined,
  ) =>
    configuredSampler(resolveConfig({}, env, 'strict').config.sampler, undefined, {
      resourceAttributes,
      load,
    });

  class FakeRemoteSampler extends AlwaysOffSampler {
    static options: Record<string, unknown>;
    static timer: NodeJS.Timeout;
    constructor(options: Record<string, unknown>) {
      super();
      FakeRemoteSampler.options = options;
      FakeRemoteSampler.timer = setInterval(() => {}, 1000);
    }
  }
  const jaegerPackage = (name: string) =>
    name === '@opentelemetry/sampler-jaeger-remote' ? { JaegerRemoteSampler: FakeRemoteSampler } : undefined;
  const xrayPackage = (name: string) =>
    name === '@opentelemetry/sampler-aws-xray' ? { AWSXRayRemoteSampler: FakeRemoteSampler } : undefined;

  test('A8.11 jaeger_remote takes endpoint, interval and initial share from the argument', () => {
    const { sampler } = configured(
      {
        OTEL_TRACES_SAMPLER: 'Jaeger_Remote',
        OTEL_TRACES_SAMPLER_ARG:
          'endpoint=http://jaeger:5778/,pollingIntervalMs=5000,initialSamplingRate=0.25',
      },
      jaegerPackage,
    );
    clearInterval(FakeRemoteSampler.timer);
    expect(sampler).toBeInstanceOf(FakeRemoteSampler);
    expect(FakeRemoteSampler.options).toMatchObject({
      endpoint: 'http://jaeger:5778',
      serviceName: 'shop',
      poolingInterval: 5000,
    });
    expect(String(FakeRemoteSampler.options.initialSampler)).toBe('TraceIdRatioBased{0.25}');
  });

  test('A8.11 the timer of a remote sampler keeps no process alive, and nobody else’s timers change', () => {
    const before = globalThis.setInterval;
    configured({ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, jaegerPackage);
    expect(FakeRemoteSampler.timer.hasRef()).toBe(false);
    clearInterval(FakeRemoteSampler.timer);
    expect(globalThis.setInterval).toBe(before);
  });

  test('A8.11 a remote sampler that is stopped asks no more', () => {
    const clear = vi.spyOn(globalThis, 'clearInterval');
    configured({ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, jaegerPackage).stop?.();
    expect(clear.mock.calls).toEqual([[FakeRemoteSampler.timer]]);
    clear.mockRestore();
  });

  test('A8.11 timers that a sampler has set later are ended by its own method; what that throws is said', () => {
    class Repolling extends FakeRemoteSampler {
      later = setInterval(() => {}, 1000).unref();
      stopPollers(): void {
        clearInterval(this.later);
        throw new Error('no more');
      }
    }
    const heard: string[] = [];
    diag.setLogger({ ...console, error: (text) => void heard.push(text), verbose: () => {} });
    const { sampler, stop } = configured({ OTEL_TRACES_SAMPLER: 'xray' }, () => ({
      AWSXRayRemoteSampler: Repolling,
    }));
    const made = sampler as unknown as Repolling;
    clearInterval(made.later);
    made.later = setInterval(() => {}, 1000).unref();
    const clear = vi.spyOn(globalThis, 'clearInterval');
    stop?.();
    expect(clear.mock.calls).toContainEqual([made.later]);
    clear.mockRestore();
    diag.disable();
    expect(heard).toEqual([expect.stringContaining('the sampler could not be stopped: no more')]);
  });

  test('A8.11 parentbased_jaeger_remote asks the remote sampler for roots only', () => {
    const { sampler } = configured({ OTEL_TRACES_SAMPLER: 'parentbased_jaeger_remote' }, jaegerPackage);
    clearInterval(FakeRemoteSampler.timer);
    expect(ask(sampler as Sampler).decision).toBe(NOT_RECORD);
    expect(ask(sampler as Sampler, parentContext(1, true)).decision).toBe(RECORD_AND_SAMPLED);
  });

  test('A8.11 xray gets the resource, its endpoint and its interval in seconds', () => {
    const { sampler } = configured(
      {
        OTEL_TRACES_SAMPLER: 'xray',
        OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://proxy:2000,polling_interval=60',
      },
      xrayPackage,
    );
    clearInterval(FakeRemoteSampler.timer);
    expect(sampler).toBeInstanceOf(FakeRemoteSampler);
    expect(FakeRemoteSampler.options).toMatchObject({
      resource: { attributes: { 'service.name': 'shop' } },
      endpoint: 'http://proxy:2000',
      pollingInterval: 60,
    });
  });

  test.each([
    ['jaeger_remote', 'npm install @opentelemetry/sampler-jaeger-remote'],
    ['parentbased_jaeger_remote', 'npm install @opentelemetry/sampler-jaeger-remote'],
    ['xray', 'npm install @opentelemetry/sampler-aws-xray'],
  ])('A8.11 %s without its package says what to install and uses the default', (name, remedy) => {
    const { words } = configured({ OTEL_TRACES_SAMPLER: name }, () => undefined);
    expect(messages).toEqual([expect.stringContaining(remedy)]);
    expect(words?.description).toBe(String(new ParentBasedSampler({ root: new AlwaysOnSampler() })));
  });

  test('A8.11 a package whose sampler throws is reported, and the default stands in', () => {
    const { words } = configured({ OTEL_TRACES_SAMPLER: 'xray' }, () => ({
      AWSXRayRemoteSampler: class {
        constructor() {
          throw new Error('no metadata');
        }
      },
    }));
    expect(messages).toEqual([expect.stringContaining('no metadata')]);
    expect(words?.description).toContain('root=AlwaysOnSampler');
  });
});

describe('A8.12', () => {
  test('A8.12 a sampler that starts spans itself, with the same sampler, gets both right', () => {
    let depth = 0;
    const reentrant: Sampler = {
      shouldSample: () => {
        depth++;
        if (depth === 1) tracer.startSpan('inner').end();
        depth--;
        return { decision: depth === 0 ? RECORD_AND_SAMPLED : NOT_RECORD };
      },
      toString: () => 'Reentrant',
    };
    const { tracer, ended } = sdk(new ParentBasedSampler({ root: reentrant }));
    tracer.startSpan('outer').end();
    expect(ended.map(({ name }) => name)).toEqual(['outer']);
  });
});

describe('samplers that look at the trace alone', () => {
  const plain: [string, Sampler][] = [
    ['always off', new AlwaysOffSampler()],
    ['a ratio', new TraceIdRatioBasedSampler(0)],
    ['parent-based', new ParentBasedSampler({ root: new AlwaysOffSampler() })],
    ['a probability', new ProbabilitySampler(2 ** -56)],
    ['parent-based probability', new ParentBasedSampler({ root: new ProbabilitySampler(2 ** -56) })],
    ['a composite', new CompositeSampler(createComposableAlwaysOffSampler())],
    [
      'a composite that follows its parent',
      new CompositeSampler(
        createComposableParentThresholdSampler(createComposableProbabilitySampler(2 ** -56)),
      ),
    ],
  ];

  test.each(plain)('A8.1 %s: a span that is dropped does not have its attributes read', (_what, sampler) => {
    const read = vi.fn(() => 1);
    const attributes = Object.defineProperty({}, 'a', { get: read, enumerable: true });
    const { tracer, started } = sdk(sampler);
    const span = tracer.startSpan('x', { attributes }, ROOT_CONTEXT);
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(started).toEqual([]);
    expect(read).not.toHaveBeenCalled();
  });

  test.each<[string, Sampler]>([
    ['always on', new AlwaysOnSampler()],
    ['a probability', new ProbabilitySampler(1)],
    ['a composite', new CompositeSampler(createComposableAlwaysOnSampler())],
  ])(
    'A8.2 %s: a span that is kept has its attributes and links, and the sampler’s state',
    (_what, sampler) => {
      const { tracer, ended } = sdk(sampler);
      const link = { context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 } };
      tracer.startSpan('x', { attributes: { a: 1 }, links: [link] }).end();
      expect(ended[0]).toMatchObject({ attributes: { a: 1 }, links: [link] });
      const state = sampler instanceof AlwaysOnSampler ? undefined : 'ot=th:0';
      expect(ended[0].spanContext().traceState?.serialize()).toBe(state);
    },
  );

  test('A8.2 one whose method a test replaces later is shown them, too', () => {
    const sampler = new AlwaysOnSampler();
    const provider = new TracerProvider({ sampler, spanProcessors: [new NoopSpanProcessor()] });
    const shouldSample = vi.spyOn(sampler, 'shouldSample');
    provider.getTracer('test').startSpan('work', { attributes: { a: 1 } });
    expect((shouldSample.mock.calls[0] as unknown[])[4]).toEqual({ a: 1 });
  });

  test('A8.2 any other sampler is shown them before it decides', () => {
    const asked: Attributes[] = [];
    class Curious extends AlwaysOffSampler {
      override shouldSample(...parameters: unknown[]): SamplingResult {
        asked.push(parameters[4] as Attributes);
        return super.shouldSample();
      }
    }
    for (const sampler of [new Curious(), new ParentBasedSampler({ root: new Curious() })]) {
      sdk(sampler).tracer.startSpan('x', { attributes: { a: 1 } });
    }
    expect(asked).toEqual([{ a: 1 }, { a: 1 }]);
  });
});

describe('the fast path', () => {
  class Subclass extends AlwaysOnSampler {}
  const spied = new AlwaysOnSampler();
  spied.shouldSample = () => ({ decision: NOT_RECORD });

  test.each<[string, Sampler]>([
    ['a subclass', new Subclass()],
    ['an instance with a method of its own', spied],
    ['an object of the user', fixed({ decision: NOT_RECORD })],
    ['always-record', createAlwaysRecordSampler(new AlwaysOnSampler())],
    ['the official SDK’s', new official.AlwaysOnSampler()],
    [
      'parent-based with a user’s delegate',
      new ParentBasedSampler({ root: fixed({ decision: NOT_RECORD }) }),
    ],
  ])('A8.2 %s is asked as an object, never replaced by words', (_what, sampler) => {
    expect(asWordSampler(sampler)).toBeUndefined();
    const config = resolveConfig({ sampler }, {}, 'strict').config.sampler;
    expect(configuredSampler(config, sampler, { resourceAttributes: () => ({}) })).toEqual({ sampler });
  });

  test('A8.2 a patched prototype is asked too', () => {
    const spy = vi.spyOn(AlwaysOnSampler.prototype, 'shouldSample');
    expect(asWordSampler(new AlwaysOnSampler())).toBeUndefined();
    spy.mockRestore();
    expect(asWordSampler(new AlwaysOnSampler())).toBeDefined();
  });
});
