// Checklist A2.6, A8.2, A9.1, A10.6 with J4: plug-ins at their worst. What they throw may be anything, also what cannot be read;
// what is not async may be written as if it were; what they answer may be none. Nothing of it reaches user code, all of
// it is counted, and no rejection is left for the process to end by.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatchSpanProcessor } from '../../../src/main/processors/batch-span-processor.js';
import { NoopSpanProcessor } from '../../../src/main/processors/noop-span-processor.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import type { SpanExporter, TracerProviderOptions } from '../../../src/main/sdk/types.js';
import { pluggedProvider } from '../../support/checklist-subjects.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { RecordedProcessor } from '../../support/recorded-processor.js';
import { RecordingRig } from '../../support/recording-rig.js';

const messages = collectDiagMessages();

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const THROWN: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['a symbol', () => Symbol('thrown')],
  ['an object without prototype', () => Object.create(null)],
  ['a revoked proxy', revoked],
  [
    'an error whose message throws',
    () =>
      Object.defineProperty(new Error('outer'), 'message', {
        get() {
          throw new Error('inner');
        },
      }),
  ],
  ['an error whose message is no text', () => Object.assign(new Error('x'), { message: revoked() })],
  ['an error with a message of 2 MB', () => new Error('x'.repeat(2_000_000))],
];

/** The provider of `offloop/sdk`, and the one that start() registers for plug-ins. */
const PROVIDERS: readonly (readonly [string, (options: TracerProviderOptions) => TracerProvider])[] = [
  ['sdk', (options) => new TracerProvider(options)],
  [
    'start()',
    ({ sampler, ...plugIns }) => {
      const words = sampler === undefined ? undefined : ({ sampler } as const);
      return pluggedProvider(new RecordingRig(), plugIns, {}, words) as unknown as TracerProvider;
    },
  ],
];

describe.each(PROVIDERS)('%s', (_name, create) => {
  describe.each(THROWN)('what is thrown is %s', (_what, make) => {
    const fail = (): never => {
      throw make();
    };

    test.each(['onStart', 'onEnding', 'onEnd'] as const)('A10.6 J4 by %s', (method) => {
      const failing = Object.assign(new NoopSpanProcessor(), { [method]: fail });
      const next = new RecordedProcessor();
      const provider = create({ spanProcessors: [failing, next] });
      provider.getTracer('test').startSpan('work').end();
      expect(next.calls).toEqual(['onStart', 'onEnding', 'onEnd']);
      expect(provider.plugInErrors).toBe(1);
      const ours = messages.filter((message) => message.startsWith('offloop: '));
      expect(ours.join('').length).toBeLessThan(1200);
    });

    test('A8.2 A9.1 A2.6 J4 by a sampler, an id generator, a configurator', () => {
      const processor = new RecordedProcessor();
      const idGenerator = { generateTraceId: fail, generateSpanId: fail };
      const spanProcessors = [processor];
      const sampling = create({ spanProcessors, sampler: { shouldSample: fail } });
      expect(sampling.getTracer('test').startSpan('dropped').isRecording()).toBe(false);
      const random = create({ spanProcessors, idGenerator });
      random.getTracer('test').startSpan('random ids').end();
      const configured = create({ spanProcessors, tracerConfigurator: fail });
      configured.getTracer('test').startSpan('switched on').end();
      expect(processor.ended.map(({ name }) => name)).toEqual(['random ids', 'switched on']);
      const errors = [sampling, random, configured].map(({ plugInErrors }) => plugInErrors);
      expect(errors).toEqual([1, 2, 1]);
    });
  });

  describe('written as if it could be waited for', () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    beforeEach(() => {
      unhandled.length = 0;
      process.on('unhandledRejection', note);
    });
    afterEach(() => {
      process.off('unhandledRejection', note);
    });

    /** After the rejections of all promises made so far were told to the process. */
    const turnOfTheLoop = () => new Promise((resolve) => setTimeout(resolve));

    const rejected = async (): Promise<never> => {
      throw new Error('async');
    };

    test.each<[string, TracerProviderOptions, boolean]>([
      ['A8.2 a sampler drops the span', { sampler: { shouldSample: rejected as never } }, false],
      [
        'A9.1 an id generator has random ids stand in',
        { idGenerator: { generateTraceId: rejected as never, generateSpanId: rejected as never } },
        true,
      ],
      ['A2.6 a configurator leaves the tracer on', { tracerConfigurator: rejected as never }, true],
    ])('%s', async (_what, options, isRecording) => {
      const provider = create({ ...options, spanProcessors: [new NoopSpanProcessor()] });
      const span = provider.getTracer('test').startSpan('work');
      expect(span.isRecording()).toBe(isRecording);
      await turnOfTheLoop();
      expect(unhandled).toEqual([]);
      // The wrong answer and the rejection, of each call.
      expect(provider.plugInErrors).toBe('idGenerator' in options ? 4 : 2);
    });
  });

  test.each<[string, () => unknown]>([
    ['a text', () => 'a=b'],
    ['a number', () => 5],
    ['a list', () => []],
    ['an object', () => ({ serialize: 'a=b' })],
    ['a revoked proxy', revoked],
  ])('A8.2 a trace state of a sampler that is %s is left out, and the decision counts', (_what, make) => {
    const traceState = make();
    const processor = new RecordedProcessor();
    const sampler = { shouldSample: () => ({ decision: 2, traceState: traceState as never }) as const };
    const provider = create({ sampler, spanProcessors: [processor] });
    const span = provider.getTracer('test').startSpan('work');
    span.end();
    expect(span.spanContext().traceState).toBeUndefined();
    expect([processor.ended.length, provider.plugInErrors]).toEqual([1, 1]);
  });

  test('A8.2 what a sampler puts into the list of links is no link of the span', () => {
    const processor = new RecordedProcessor();
    const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const provider = create({
      spanProcessors: [processor],
      sampler: {
        shouldSample: (_context, _traceId, _name, _kind, _attributes, links) => {
          links.push('no link' as never);
          return { decision: 2 };
        },
      },
    });
    provider
      .getTracer('test')
      .startSpan('work', { links: [{ context }] })
      .end();
    expect(processor.ended[0]?.links).toEqual([{ context }]);
  });
});

describe.each(THROWN)('an exporter fails with %s', (_what, make) => {
  const fail = (): never => {
    throw make();
  };

  test.each<[string, SpanExporter['export']]>([
    ['thrown', fail],
    ['rejected', (async () => fail()) as never],
    ['in its answer', (_spans, answer) => answer({ code: 1, error: make() as Error })],
  ])('A12.1 A12.2 %s: the batch has failed, and nothing waits for it', async (_how, exported) => {
    const exporter: SpanExporter = {
      export: exported,
      forceFlush: async () => fail(),
      shutdown: async () => fail(),
    };
    const spanProcessors = [new SimpleSpanProcessor({ exporter }), new BatchSpanProcessor({ exporter })];
    const provider = new TracerProvider({ spanProcessors });
    provider.getTracer('test').startSpan('work').end();
    await expect(provider.forceFlush()).rejects.toHaveLength(2);
    await expect(provider.shutdown()).rejects.toBeDefined();
    for (const processor of spanProcessors) {
      expect(processor.stats()).toMatchObject({ failed: 1, exported: 0, waiting: 0 });
    }
  });
});
