// Checklist A2: tracer provider. Scopes for both ways of recording; everything that has to do with processors for the
// TracerProvider of `offloop/sdk`.

import { ROOT_CONTEXT, type Tracer, trace } from '@opentelemetry/api';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as index from '../../../src/main/index.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import type { ReadableSpan, Scope, SpanProcessor } from '../../../src/main/sdk/types.js';
import * as sdkDoor from '../../../src/main/sdk.js';
import { SUBJECTS } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { HOSTILE_VALUES } from '../../support/hostile-values.js';
import { RecordedProcessor } from '../../support/recorded-processor.js';
import { contextWithParent, SPAN_ID } from '../../support/recording-rig.js';

interface Enableable extends Tracer {
  enabled(): boolean;
}

const PARENT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

test('A2.3 there is no other way to a tracer than a provider', () => {
  const doors = { ...index, ...sdkDoor };
  expect(Object.keys(doors).filter((name) => /tracer/i.test(name))).toEqual(['TracerProvider']);
});

describe.each(SUBJECTS)('$name', ({ create }) => {
  test('A2.1 name, version, schema URL and attributes of a tracer are the scope of its spans', () => {
    const { provider, takeOne } = create();
    const options = { schemaUrl: 'https://example.com/1', attributes: { team: 'a', list: [1] } };
    provider.getTracer('name', '1.2.3', options).startSpan('work').end();
    expect(takeOne().scope).toEqual({
      ...{ name: 'name', version: '1.2.3', schemaUrl: 'https://example.com/1' },
      attributes: { team: 'a', list: [1] },
    });
  });

  test('A2.1 the same scope is the same tracer, and another one in any part is another', () => {
    const { provider } = create();
    const get = (...args: [string, string?, object?]) => provider.getTracer(...args);
    const tracers = [
      get('name'),
      get('other'),
      get('name', '1'),
      get('name', '1', { schemaUrl: 'u' }),
      get('name', '1', { schemaUrl: 'u', attributes: { a: 1 } }),
      get('name', '1', { schemaUrl: 'u', attributes: { a: '1' } }),
      // Parts that a key without separators would take for each other's.
      get('name@1'),
      get('name', '1:u'),
    ];
    expect(new Set(tracers).size).toBe(tracers.length);
    expect(get('name')).toBe(tracers[0]);
    expect(get('name', '1', { schemaUrl: 'u', attributes: { a: 1 } })).toBe(tracers[4]);
  });

  test('A2.1 attributes that differ in their kind only are two scopes, in their order only one', () => {
    const { provider } = create();
    const get = (attributes: object) => provider.getTracer('name', '1', { attributes } as never);
    const tracers = [
      ...[1, '1', [1], { 0: 1 }, new Uint8Array([1]), '[1]', null, 'null', true, 'true'],
      ...[Number.NaN, 'NaN', { number: 'NaN' }, 2n ** 60n, String(2n ** 60n), { bigint: String(2n ** 60n) }],
    ].map((a) => get({ a }));
    expect(new Set(tracers).size).toBe(tracers.length);
    expect(get({ x: 1, y: 2 })).toBe(get({ y: 2, x: 1 }));
    expect(get({ x: 1, y: 2 })).not.toBe(get({ x: 2, y: 1 }));
  });

  test('A2.4 A2.6 a new configurator takes effect for tracers that are out already, however many', () => {
    const { provider, take } = create();
    const { setTracerConfigurator } = provider as TracerProvider;
    const configure = setTracerConfigurator.bind(provider);
    // Past the number of tracers that a provider keeps.
    const tracers = Array.from({ length: 1100 }, (_, i) => provider.getTracer(`scope ${i}`));
    const child = contextWithParent();
    const startAll = () =>
      tracers.map((tracer) => {
        const span = tracer.startSpan('work', {}, child);
        span.end();
        return span;
      });
    configure(({ name }) => ({ enabled: name === 'scope 1050' }));
    const spans = startAll();
    expect(take().map(({ parentSpanId }) => parentSpanId)).toEqual([SPAN_ID]);
    // As if the tracer were not there: what the parent says goes on.
    expect(spans.filter((span) => span.spanContext().spanId === SPAN_ID)).toHaveLength(1099);
    expect(tracers.filter((tracer) => (tracer as Enableable).enabled())).toEqual([tracers[1050]]);
    configure(undefined);
    startAll();
    expect(take()).toHaveLength(1100);
    expect(tracers.every((tracer) => (tracer as Enableable).enabled())).toBe(true);
  });

  test('A2.6 J1 a tracer that is switched off takes any argument', () => {
    const { provider, take } = create();
    (provider as TracerProvider).setTracerConfigurator(() => ({ enabled: false }));
    const tracer = provider.getTracer('test');
    for (const [what, make] of HOSTILE_VALUES) {
      if (/2 MB|10\^|thousand/.test(what)) continue;
      const value = make() as never;
      expect(tracer.startSpan(value, value, value).isRecording(), what).toBe(false);
      expect(
        tracer.startActiveSpan('work', value, value, () => 'returned'),
        what,
      ).toBe('returned');
    }
    expect(take()).toEqual([]);
  });

  test.each([[undefined], [null], [''], [5], [{}]])('A2.2 a tracer with the name %j works', (name) => {
    const { provider, takeOne } = create();
    provider
      .getTracer(name as never)
      .startSpan('work')
      .end();
    expect(takeOne().scope.name).toBe('');
  });

  test('A2.5 providers share nothing', () => {
    const [one, two] = [create({ spanLimits: { attributeCountLimit: 1 } }), create()];
    for (const { provider } of [one, two]) {
      provider
        .getTracer('test')
        .startSpan('work', { attributes: { a: 1, b: 2 } })
        .end();
    }
    expect(Object.keys(one.takeOne().attributes)).toEqual(['a']);
    expect(Object.keys(two.takeOne().attributes)).toEqual(['a', 'b']);
  });

  describe('what is told', () => {
    const messages = collectDiagMessages();

    test('A2.2 that a tracer has no name', () => {
      create().provider.getTracer('');
      expect(messages).toEqual([expect.stringMatching(/tracer without a name|without a name/)]);
    });
  });
});

describe('sdk', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('A2.6 the configurator decides for each scope, and once is enough', () => {
    const processor = new RecordedProcessor();
    const tracerConfigurator = vi.fn((scope: Scope) =>
      scope.name === 'noisy' ? { enabled: false } : undefined,
    );
    const provider = new TracerProvider({ spanProcessors: [processor], tracerConfigurator });
    const [noisy, quiet] = [provider.getTracer('noisy', '1'), provider.getTracer('quiet')];
    const child = noisy.startSpan('work', {}, trace.setSpanContext(ROOT_CONTEXT, PARENT));
    child.end();
    quiet.startSpan('work').end();
    provider.getTracer('noisy', '1');
    expect(processor.ended.map((span) => span.instrumentationScope.name)).toEqual(['quiet']);
    expect(child.isRecording()).toBe(false);
    // As if the tracer were not there: what the parent says goes on.
    expect(child.spanContext()).toEqual(PARENT);
    expect(tracerConfigurator.mock.calls.map(([scope]) => scope)).toEqual([
      { name: 'noisy', version: '1' },
      { name: 'quiet' },
    ]);
  });

  test('A2.6 a configurator that throws leaves the tracer on', () => {
    const processor = new RecordedProcessor();
    const provider = new TracerProvider({
      spanProcessors: [processor],
      tracerConfigurator() {
        throw new Error('no');
      },
    });
    provider.getTracer('test').startSpan('work').end();
    expect(processor.ended).toHaveLength(1);
    expect(provider.plugInErrors).toBe(1);
  });

  test('A2.7 shutdown acts once and reaches every processor', async () => {
    const processors = [new RecordedProcessor(), new RecordedProcessor()];
    const provider = new TracerProvider({ spanProcessors: processors });
    await Promise.all([provider.shutdown(), provider.shutdown()]);
    await provider.shutdown();
    expect(processors.map((processor) => processor.calls)).toEqual([['shutdown'], ['shutdown']]);
  });

  test('A2.7 a processor that shuts the provider down in its own shutdown is called once', async () => {
    const processor = new RecordedProcessor();
    const provider = new TracerProvider({ spanProcessors: [processor] });
    const shutdown = vi.spyOn(processor, 'shutdown').mockImplementation(async () => {
      void provider.shutdown();
    });
    await provider.shutdown();
    expect(shutdown).toHaveBeenCalledTimes(1);
  });

  test('A2.5 the provider has no member that a subclass would meet by chance', () => {
    const own = Object.getOwnPropertyNames(new TracerProvider());
    const members = Object.getOwnPropertyNames(Object.getPrototypeOf(TracerProvider.prototype));
    expect([...own, ...members].filter((name) => !name.startsWith('_')).sort()).toEqual([
      ...[
        'constructor',
        'forceFlush',
        'getTracer',
        'plugInErrors',
        'resource',
        'setTracerConfigurator',
        'shutdown',
      ],
    ]);
  });

  test('A2.7 after shutdown tracers, old and new ones, make spans that record nothing', async () => {
    const processor = new RecordedProcessor();
    const provider = new TracerProvider({ spanProcessors: [processor] });
    const old = provider.getTracer('old');
    await provider.shutdown();
    for (const tracer of [old, provider.getTracer('new')]) {
      const span = tracer.startSpan('work', {}, trace.setSpanContext(ROOT_CONTEXT, PARENT));
      expect(span.isRecording()).toBe(false);
      expect(span.spanContext()).toEqual(PARENT);
      span.end();
    }
    expect(processor.calls).toEqual(['shutdown']);
  });

  function failing(method: 'forceFlush' | 'shutdown', how: 'throws' | 'rejects' | 'hangs'): SpanProcessor {
    const processor = new RecordedProcessor();
    processor[method] = () => {
      if (how === 'throws') throw new Error(`${method} threw`);
      return how === 'rejects' ? Promise.reject(new Error(`${method} was rejected`)) : new Promise(() => {});
    };
    return processor;
  }

  test('A2.8 shutdown says what failed, and reaches the other processors all the same', async () => {
    const last = new RecordedProcessor();
    const provider = new TracerProvider({ spanProcessors: [failing('shutdown', 'rejects'), last] });
    await expect(provider.shutdown()).rejects.toThrow('shutdown was rejected');
    expect(last.calls).toEqual(['shutdown']);
  });

  test.each(['forceFlush', 'shutdown'] as const)(
    'A2.8 A2.9 %s ends after its time, 30 s by default',
    async (method) => {
      vi.useFakeTimers();
      for (const [options, millis] of [
        [undefined, 30_000],
        [{ timeoutMillis: 50 }, 50],
      ] as const) {
        const provider = new TracerProvider({ spanProcessors: [failing(method, 'hangs')] });
        let state = 'pending';
        provider[method](options).catch(() => {
          state = 'rejected';
        });
        await vi.advanceTimersByTimeAsync(millis - 1);
        expect(state).toBe('pending');
        await vi.advanceTimersByTimeAsync(1);
        expect(state).toBe('rejected');
      }
    },
  );

  test('A2.9 forceFlush reaches every processor and rejects with all that failed', async () => {
    const last = new RecordedProcessor();
    const spanProcessors = [failing('forceFlush', 'throws'), failing('forceFlush', 'rejects'), last];
    const provider = new TracerProvider({ spanProcessors });
    await expect(provider.forceFlush()).rejects.toEqual([
      new Error('forceFlush threw'),
      new Error('forceFlush was rejected'),
    ]);
    expect(last.calls).toEqual(['forceFlush']);
  });

  test('A2.9 forceFlush resolves when all is well, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    await new TracerProvider({ spanProcessors: [new RecordedProcessor()] }).forceFlush();
    await new TracerProvider().forceFlush();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('A2.10 every span has the resource of its provider', () => {
    const processor = new RecordedProcessor();
    const resource = resourceFromAttributes({ 'service.name': 'shop' });
    const provider = new TracerProvider({ resource, spanProcessors: [processor] });
    provider.getTracer('a').startSpan('one').end();
    provider.getTracer('b').startSpan('two').end();
    expect(processor.ended.map((span) => span.resource)).toEqual([resource, resource]);
  });

  test('A2.10 without one the default resource names the service and the SDK', () => {
    const processor = new RecordedProcessor();
    new TracerProvider({ spanProcessors: [processor] }).getTracer('test').startSpan('work').end();
    const { attributes } = (processor.ended[0] as ReadableSpan).resource;
    expect(attributes).toMatchObject({
      'service.name': expect.stringMatching(/^unknown_service/),
      'telemetry.sdk.language': 'nodejs',
    });
  });

  test('A2.5 the class may be extended, and used through a proxy', () => {
    const processor = new RecordedProcessor();
    class Own extends TracerProvider {
      override getTracer(name: string): ReturnType<TracerProvider['getTracer']> {
        return super.getTracer(`own.${name}`);
      }
    }
    const provider = new Proxy(new Own({ resource: emptyResource(), spanProcessors: [processor] }), {});
    provider.getTracer('test').startSpan('work').end();
    expect(processor.ended[0]?.instrumentationScope.name).toBe('own.test');
  });
});
