// Section J4 of the checklist, of what is thrown: plug-ins throw anything, also what has no text. It is counted and said like
// an Error, and nobody else notices.

import {
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPlugIn, registerPluginComponentProvider } from '../../../src/main/config-file/plug-ins.js';
import { RuntimeTracerProvider } from '../../../src/main/plug-ins/runtime-tracer-provider.js';
import { B3Propagator } from '../../../src/main/propagation/b3.js';
import { W3CBaggagePropagator } from '../../../src/main/propagation/baggage.js';
import { CompositePropagator } from '../../../src/main/propagation/composite.js';
import { JaegerPropagator } from '../../../src/main/propagation/jaeger.js';
import { W3CTraceContextPropagator } from '../../../src/main/propagation/trace-context.js';
import { createProcessResource } from '../../../src/main/resource/process-resource.js';
import { detectResources } from '../../../src/main/resource/sdk-resource.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import { SamplingDecision, type SpanProcessor } from '../../../src/main/sdk/types.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import { OptionError } from '../../../src/shared/errors.js';

const THROWN: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['a symbol', () => Symbol('thrown')],
  ['an object without prototype', () => Object.create(null)],
  ['an error whose message is a symbol', () => Object.assign(new Error(), { message: Symbol('message') })],
  [
    'an error whose message throws',
    () =>
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('message');
        },
      }),
  ],
  [
    'a proxy whose traps throw',
    () =>
      new Proxy(new Error(), {
        get() {
          throw new Error('get');
        },
        getPrototypeOf() {
          throw new Error('getPrototypeOf');
        },
      }),
  ],
];

let said: string[];
let now = performance.now();
beforeEach(() => {
  said = [];
  const log = (text: string) => said.push(text);
  const logger = { error: log, warn: log, info: log, debug: log, verbose: log };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  // The messages of the test before are not to keep those of this one quiet.
  now += 120_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  diag.disable();
});

describe.each(THROWN)('J4 %s', (_, make) => {
  const fail = (): never => {
    throw make();
  };

  test.each<[string, () => TextMapPropagator]>([
    ['W3CTraceContextPropagator', () => new W3CTraceContextPropagator()],
    ['W3CBaggagePropagator', () => new W3CBaggagePropagator()],
    ['B3Propagator', () => new B3Propagator()],
    ['JaegerPropagator', () => new JaegerPropagator()],
    [
      'CompositePropagator',
      () => new CompositePropagator({ propagators: [{ inject: fail, extract: fail, fields: fail }] }),
    ],
  ])('J4 thrown by getter and setter of %s is said, and the context stays', (_name, create) => {
    const propagator = create();
    const context = propagation.setBaggage(
      trace.setSpanContext(ROOT_CONTEXT, { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
      propagation.createBaggage({ a: { value: '1' } }),
    );
    expect(propagator.extract(context, {}, { get: fail, keys: fail })).toBe(context);
    propagator.inject(context, {}, { set: fail });
    propagator.fields();
    expect(said.length).toBeGreaterThan(0);
  });

  const broken: SpanProcessor = {
    onStart: fail,
    onEnding: fail,
    onEnd: fail,
    forceFlush: async () => fail(),
    shutdown: fail,
  };
  const seen: string[] = [];
  const next: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => seen.push(span.name),
    forceFlush: async () => {},
    shutdown: async () => {},
  };

  test('J4 thrown by processors, sampler and id generator of a TracerProvider stops nobody', async () => {
    const provider = new TracerProvider({ spanProcessors: [broken, next] });
    provider.getTracer('test').startSpan('work').end();
    expect(seen.splice(0)).toEqual(['work']);
    const other = new TracerProvider({
      sampler: { shouldSample: fail, toString: fail },
      idGenerator: { generateTraceId: fail, generateSpanId: fail },
      spanProcessors: [next],
    });
    expect(trace.isSpanContextValid(other.getTracer('test').startSpan('work').spanContext())).toBe(true);
    const failed = () => 'failed';
    expect(await provider.forceFlush().then(() => 'complete', failed)).toBe('failed');
    expect(await provider.shutdown().then(() => 'complete', failed)).toBe('failed');
  });

  test('J4 thrown by processors and id generator of start() is counted, and stops nobody', async () => {
    const { config } = resolveConfig({}, {}, 'strict');
    const provider = new RuntimeTracerProvider({
      config,
      plugIns: {
        spanProcessors: [broken, next],
        idGenerator: { generateTraceId: fail, generateSpanId: fail },
        tracerConfigurator: fail,
      },
      sampler: { sampler: { shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }) } },
      resource: createProcessResource(config, undefined, undefined),
      producer: undefined,
      forceFlush: async () => true,
      shutdown: async () => true,
    });
    provider.getTracer('test').startSpan('work').end();
    expect(seen.splice(0)).toEqual(['work']);
    // Configurator, two ids, onStart, onEnding, onEnd.
    expect(provider.plugInErrors).toBe(6);
    expect(await provider.flushProcessors(1000)).toBe(false);
    expect(await provider.stopProcessors(1000)).toBe(false);
    expect(provider.plugInErrors).toBe(8);
  });

  test('J4 thrown by a detector, now or later, leaves the resource of the others', async () => {
    const later = Promise.reject(make());
    const detectors = [{ detect: fail }, { detect: () => ({ attributes: { late: later, early: 'x' } }) }];
    const { config } = resolveConfig({}, { OTEL_NODE_RESOURCE_DETECTORS: 'none' }, 'strict');
    const resource = createProcessResource(config, detectors, undefined);
    await resource.settled;
    expect(resource.attributes.get('early')).toBe('x');
    expect(said.filter((text) => text.includes('resource detector'))).toHaveLength(2);
    expect(detectResources({ detectors: [{ detect: fail }] }).attributes).toEqual({});
  });
});

test.each(THROWN)(
  'J4 %s, thrown by a plug-in of a configuration file, is an OptionError with its place',
  (what, make) => {
    const create = (): never => {
      throw make();
    };
    registerPluginComponentProvider({ type: 'sampler', name: what, create });
    const place = { file: 'otel.yaml', line: 3, path: 'x' };
    expect(() => createPlugIn({ type: 'sampler', name: what, properties: null, place }, [])).toThrow(
      OptionError,
    );
  },
);

test('J4 a carrier that is a proxy of nothing stops no request', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), new B3Propagator()],
  });
  expect(propagator.extract(ROOT_CONTEXT, proxy, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
});
