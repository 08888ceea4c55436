// Section A1 of the checklist: what instrumentations rely on. What the preload does with real instrumentations (A1.7, A1.9) is in
// test/apps/register-instrumentations.test.ts.

import {
  type Attributes,
  context,
  createContextKey,
  diag,
  INVALID_SPAN_CONTEXT,
  logs,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { detectResources, resourceFromAttributes } from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bridgeApiLogs } from '../../../src/main/instrumentation/api-logs-bridge.js';
import { includedModules } from '../../../src/main/instrumentation/esm-hook.js';
import {
  instrumentationClasses,
  packageNameOf,
} from '../../../src/main/instrumentation/single-instrumentations.js';
import { registerGlobally } from '../../../src/main/lifecycle/registration.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const API_LOGS_GLOBAL = Symbol.for('io.opentelemetry.js.api.logs');
const globals = globalThis as unknown as Record<
  symbol,
  Record<string, unknown> & ((version: number) => unknown)
>;

afterEach(() => {
  trace.disable();
  context.disable();
  logs.disable();
  diag.disable();
  delete globals[API_LOGS_GLOBAL];
});

describe.each(SUBJECTS)('$name', ({ create }) => {
  test('A1.1 the provider registers through the API, under its symbol', () => {
    const { provider, take } = create();
    registerGlobally('trace', () => trace.setGlobalTracerProvider(provider));
    expect(globals[API_GLOBAL].trace).toBeDefined();
    trace.getTracer('t').startSpan('s').end();
    expect(take()).toHaveLength(1);
  });

  test('A1.2 a tracer handed out before registration asks for ours once and keeps it', () => {
    const early = trace
      .getTracerProvider()
      .getTracer('early', '1.2.3', { schemaUrl: 'https://example.test' });
    early.startSpan('lost').end();
    const { provider, take } = create();
    const getTracer = vi.spyOn(provider, 'getTracer');
    registerGlobally('trace', () => trace.setGlobalTracerProvider(provider));
    for (const name of ['a', 'b', 'c']) early.startSpan(name).end();
    expect(getTracer.mock.calls).toEqual([['early', '1.2.3', { schemaUrl: 'https://example.test' }]]);
    const spans = take();
    expect(spans.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(spans[0].scope).toMatchObject({ name: 'early', version: '1.2.3' });
  });

  test('A1.3 startActiveSpan takes two, three or four arguments and returns what the callback returns', () => {
    const { provider, take } = create();
    const tracer = provider.getTracer('t');
    const end = (span: Span): string => {
      span.end();
      return 'result';
    };
    expect(tracer.startActiveSpan('two', end)).toBe('result');
    expect(tracer.startActiveSpan('three', { attributes: { a: 1 } }, end)).toBe('result');
    expect(tracer.startActiveSpan('four', { attributes: { a: 1 } }, ROOT_CONTEXT, end)).toBe('result');
    const loose = tracer.startActiveSpan as unknown as (...all: unknown[]) => unknown;
    expect(loose.call(tracer, 'one')).toBeUndefined();
    expect(loose.call(tracer)).toBeUndefined();
    expect(take().map(({ name }) => name)).toEqual(['two', 'three', 'four']);
  });

  test('A1.4 mutators return the span itself, end and recordException nothing', () => {
    const { provider } = create();
    const span = provider.getTracer('t').startSpan('s');
    const link = { context: INVALID_SPAN_CONTEXT };
    const returned = () => [
      span.setAttribute('a', 1),
      span.setAttributes({ b: 2 }),
      span.addEvent('e'),
      span.addLink(link),
      span.addLinks([link]),
      span.setStatus({ code: SpanStatusCode.ERROR }),
      span.updateName('n'),
    ];
    expect(returned().every((value) => value === span)).toBe(true);
    expect(span.recordException(new Error('x'))).toBeUndefined();
    expect(span.end()).toBeUndefined();
    expect(returned().every((value) => value === span)).toBe(true);
  });

  test('A1.5 with the suppression key of @opentelemetry/core a span is the invalid one and nothing is recorded', () => {
    const { provider, take } = create();
    const key = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    expect(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')).toBe(key);
    const suppressed = ROOT_CONTEXT.setValue(key, true);
    const tracer = provider.getTracer('t');
    const span = tracer.startSpan('s', {}, suppressed);
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toEqual(INVALID_SPAN_CONTEXT);
    span.end();
    expect(take()).toEqual([]);
    // Nothing but true suppresses.
    tracer.startSpan('t', {}, ROOT_CONTEXT.setValue(key, 1)).end();
    expect(take()).toHaveLength(1);
  });

  test('A1.6 forceFlush can be called on the provider, also on what the global proxy has for it', async () => {
    const { provider } = create();
    registerGlobally('trace', () => trace.setGlobalTracerProvider(provider));
    const global = trace.getTracerProvider();
    const delegate = global instanceof ProxyTracerProvider ? global.getDelegate() : global;
    const { forceFlush } = delegate as unknown as { forceFlush(): Promise<unknown> };
    expect(typeof forceFlush).toBe('function');
    await forceFlush.call(delegate);
  });
});

test('A1.1 what another SDK has registered stays, and that is said once for all parts', () => {
  const said: string[] = [];
  const say = (message: string): void => {
    said.push(message);
  };
  diag.setLogger({ error: say, warn: say, info: () => {}, debug: () => {}, verbose: () => {} });
  const theirs = new TracerProvider({});
  trace.setGlobalTracerProvider(theirs);
  registerGlobally('trace', () => trace.setGlobalTracerProvider(new TracerProvider({})));
  registerGlobally('context', () => false);
  expect((trace.getTracerProvider() as ProxyTracerProvider).getDelegate()).toBe(theirs);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('another OpenTelemetry SDK has already registered a global tracer provider');
});

describe('A1.8 the older global of @opentelemetry/api-logs', () => {
  interface OldProvider {
    getLogger(name: string): { emit(record: object): void };
  }

  /** As that package looks for its provider; undefined: it uses its own no-op. */
  const oldProvider = (version = 1): OldProvider | undefined =>
    globals[API_LOGS_GLOBAL]?.(version) as OldProvider | undefined;

  test('A1.8 answers with the logger provider of the API, also one that is registered later', () => {
    bridgeApiLogs();
    expect(oldProvider()).toBeUndefined();
    const emitted: unknown[] = [];
    const provider = {
      getLogger: (name: string) => ({
        emit: (record: unknown) => emitted.push(name, record),
        enabled: () => true,
      }),
    };
    logs.setGlobalLoggerProvider(provider as never);
    oldProvider()?.getLogger('old').emit({ body: 'hello' });
    expect(emitted).toEqual(['old', { body: 'hello' }]);
  });

  test('A1.8 gives nothing to a copy that asks for another version', () => {
    bridgeApiLogs();
    logs.setGlobalLoggerProvider({ getLogger: () => ({}) } as never);
    expect(oldProvider(2)).toBeUndefined();
  });

  test('A1.8 leaves what is registered there, before or after, as it is', () => {
    const theirs = () => 'theirs';
    globals[API_LOGS_GLOBAL] = theirs as never;
    bridgeApiLogs();
    expect(globals[API_LOGS_GLOBAL]).toBe(theirs);
    delete globals[API_LOGS_GLOBAL];
    bridgeApiLogs();
    // As setGlobalLoggerProvider of the old package: it sets what is not there.
    if (!globals[API_LOGS_GLOBAL]) globals[API_LOGS_GLOBAL] = theirs as never;
    expect(globals[API_LOGS_GLOBAL]).toBe(theirs);
    delete globals[API_LOGS_GLOBAL];
    expect(globals[API_LOGS_GLOBAL]).toBeUndefined();
  });
});

describe('A1.9 instrumentation packages', () => {
  test('A1.9 short names stand for packages of OpenTelemetry, others for themselves', () => {
    expect(packageNameOf('http')).toBe('@opentelemetry/instrumentation-http');
    expect(packageNameOf('socket.io')).toBe('@opentelemetry/instrumentation-socket.io');
    expect(packageNameOf('@fastify/otel')).toBe('@fastify/otel');
    expect(packageNameOf('@opentelemetry/instrumentation-pg')).toBe('@opentelemetry/instrumentation-pg');
  });

  test('A1.9 of exports only classes that are instrumentations are made, and no base class of another', () => {
    class Base {
      setTracerProvider(): void {}
      getConfig(): void {}
    }
    class Real extends Base {}
    expect(instrumentationClasses({ Base, Real, default: Real, other: class {}, f: () => {}, n: 1 })).toEqual(
      [Real],
    );
    expect(instrumentationClasses({ Base })).toEqual([Base]);
    expect(instrumentationClasses(Real)).toEqual([Real]);
    expect(instrumentationClasses(undefined)).toEqual([]);
    expect(instrumentationClasses(null)).toEqual([]);
  });

  test('A1.9 the ESM hook wraps the modules that are instrumented, with all their files, and no others', () => {
    const of = (...names: string[]) => ({
      instrumentationName: 'x',
      getModuleDefinitions: () => names.map((name) => ({ name })),
    });
    const include = includedModules([
      of('http', 'dns/promises'),
      of('pg', '@scope/a.b'),
      { instrumentationName: 'y' },
    ]);
    const names = include.filter((entry) => typeof entry === 'string');
    expect(names).toEqual(['http', 'node:http', 'dns/promises', 'node:dns/promises']);
    const patterns = include.filter((entry) => entry instanceof RegExp);
    const wraps = (url: string) => patterns.some((pattern) => pattern.test(url));
    expect(wraps('file:///app/node_modules/pg/lib/client.js')).toBe(true);
    expect(wraps('file:///app/node_modules/.pnpm/pg@8/node_modules/pg/index.js')).toBe(true);
    expect(wraps('file:///app/node_modules/@scope/a.b/esm/index.mjs')).toBe(true);
    expect(wraps('file:///app/node_modules/pg-pool/index.js')).toBe(false);
    expect(wraps('file:///app/node_modules/@scope/aXb/index.js')).toBe(false);
    expect(wraps('file:///app/src/pg/index.js')).toBe(false);
  });
});

describe('A1.10 plug-ins of the official SDK', () => {
  test('A1.10 its processors, exporters, samplers, id generators and resources work as they are', async () => {
    const exporter = new official.InMemorySpanExporter();
    const ids = new official.RandomIdGenerator();
    const generateTraceId = vi.spyOn(ids, 'generateTraceId');
    const detector = { detect: () => ({ attributes: { detected: 'yes' } }) };
    const provider = new TracerProvider({
      spanProcessors: [new official.SimpleSpanProcessor({ exporter })],
      sampler: new official.ParentBasedSampler({ root: new official.AlwaysOnSampler() }),
      idGenerator: ids,
      resource: resourceFromAttributes({ given: 1 }).merge(detectResources({ detectors: [detector] })),
    });
    const span = provider.getTracer('t').startSpan('s', { attributes: { a: 'b' } satisfies Attributes });
    span.end();
    await provider.forceFlush();
    const [finished] = exporter.getFinishedSpans();
    expect(finished.name).toBe('s');
    expect(finished.attributes).toEqual({ a: 'b' });
    expect(finished.resource.attributes).toEqual({ given: 1, detected: 'yes' });
    expect(generateTraceId).toHaveBeenCalledTimes(1);
    expect(finished.spanContext().traceId).toBe(generateTraceId.mock.results[0].value);
    await provider.shutdown();
  });

  test('A1.10 objects with the same methods are enough, whatever their class', async () => {
    const ended: string[] = [];
    const provider = new TracerProvider({
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span: { name: string }) => ended.push(span.name),
          forceFlush: async () => {},
          shutdown: async () => {},
        } as never,
      ],
      sampler: { shouldSample: () => ({ decision: 2 }), toString: () => 'mine' } as never,
      idGenerator: { generateTraceId: () => 'a'.repeat(32), generateSpanId: () => 'b'.repeat(16) },
    });
    const tracer: Tracer = provider.getTracer('t');
    const span = tracer.startSpan('s');
    expect(span.spanContext()).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    span.end();
    expect(ended).toEqual(['s']);
    await provider.shutdown();
  });
});
