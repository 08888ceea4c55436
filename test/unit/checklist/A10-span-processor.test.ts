// Checklist A10: how the TracerProvider calls processors, and what becomes of what plug-ins throw (J4).

import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import {
  type Sampler,
  SamplingDecision,
  type Span,
  type TracerProviderOptions,
} from '../../../src/main/sdk/types.js';
import { collectDiagMessages } from '../../support/diag-messages.js';
import { RecordedProcessor } from '../../support/recorded-processor.js';

const handled: unknown[] = [];
beforeEach(() => {
  handled.length = 0;
  setGlobalErrorHandler((error) => handled.push(error));
});
afterEach(() => {
  setGlobalErrorHandler(loggingErrorHandler());
});

function tracerOf(options: TracerProviderOptions) {
  return new TracerProvider(options).getTracer('test');
}

describe('processors', () => {
  test('A10.7 that a library adds to the provider, as it would to the official one, are called like those given', async () => {
    const log: string[] = [];
    const provider = new TracerProvider({ spanProcessors: [new RecordedProcessor('given', log)] });
    const tracer = provider.getTracer('test');
    const processors: unknown[] = provider._activeSpanProcessor._spanProcessors;
    processors.push(new RecordedProcessor('added', log), { none: true });
    tracer.startSpan('work').end();
    expect(log).toEqual(
      ['onStart', 'onEnding', 'onEnd'].flatMap((method) => [`given.${method}`, `added.${method}`]),
    );
    // What is no processor is said, and harms nobody.
    expect(handled.map(String)).toEqual([
      expect.stringContaining('onStart'),
      expect.stringContaining('onEnd'),
    ]);
    processors.pop();
    await provider._activeSpanProcessor.forceFlush();
    await provider.shutdown();
    expect(log.slice(6)).toEqual([
      'given.forceFlush',
      'added.forceFlush',
      'given.shutdown',
      'added.shutdown',
    ]);
  });

  test('A10.1 are called in the order of registration, all onEnding before any onEnd', () => {
    const log: string[] = [];
    const spanProcessors = [new RecordedProcessor('a', log), new RecordedProcessor('b', log)];
    tracerOf({ spanProcessors }).startSpan('work').end();
    expect(log).toEqual(['a.onStart', 'b.onStart', 'a.onEnding', 'b.onEnding', 'a.onEnd', 'b.onEnd']);
  });

  test('A10.1 get the parent context with the start, and spans that record only', () => {
    const processor = new RecordedProcessor();
    const parent = ROOT_CONTEXT.setValue(createContextKey('mine'), 1);
    const decisions: SamplingDecision[] = [SamplingDecision.NOT_RECORD, SamplingDecision.RECORD];
    const sampler = { shouldSample: () => ({ decision: decisions.shift() as SamplingDecision }) };
    const tracer = tracerOf({ spanProcessors: [processor], sampler });
    for (const name of ['dropped', 'recorded']) tracer.startSpan(name, {}, parent).end();
    expect(processor.ended.map((span) => span.name)).toEqual(['recorded']);
    expect(processor.contexts).toEqual([parent]);
    expect(processor.contexts[0]).toBe(parent);
  });

  test('A10.1 may have no onEnding', () => {
    const { started, onStart, onEnd, ...rest } = new RecordedProcessor();
    const ended: string[] = [];
    const processor = {
      ...rest,
      onStart: () => {},
      onEnd: (span: { name: string }) => void ended.push(span.name),
    };
    tracerOf({ spanProcessors: [{ forceFlush: async () => {}, shutdown: async () => {}, ...processor }] })
      .startSpan('work')
      .end();
    expect([ended, handled]).toEqual([['work'], []]);
  });

  test('A10.2 are called synchronously: onStart before startSpan returns, onEnd before end does', () => {
    const processor = new RecordedProcessor();
    const span = tracerOf({ spanProcessors: [processor] }).startSpan('work');
    expect(processor.calls).toEqual(['onStart']);
    span.end();
    expect(processor.calls).toEqual(['onStart', 'onEnding', 'onEnd']);
  });

  test('A10.2 in onEnding the end time is fixed and the span still writable; in onEnd nothing is', () => {
    const processor = new RecordedProcessor();
    const states: unknown[] = [];
    processor.onEnding = (span) => {
      states.push([span.ended, span.isRecording(), span.endTime, span.duration]);
      span.setAttribute('late', 1).addEvent('late').setStatus({ code: 2 }).updateName('renamed');
    };
    processor.onEnd = (span) => {
      (span as Span).setAttribute('too late', 1);
      states.push([
        span.ended,
        (span as Span).isRecording(),
        span.name,
        span.attributes,
        span.events.length,
        span.status.code,
      ]);
    };
    tracerOf({ spanProcessors: [processor] })
      .startSpan('work', { startTime: [10, 0] })
      .end([11, 5]);
    expect(states).toEqual([
      [false, true, [11, 5], [1, 5]],
      [true, false, 'renamed', { late: 1 }, 1, 2],
    ]);
  });

  test('A10.2 a processor that ends the span in onEnding does not end it twice', () => {
    const processor = new RecordedProcessor();
    processor.onEnding = (span) => span.end([99, 0]);
    tracerOf({ spanProcessors: [processor] })
      .startSpan('work', { startTime: [10, 0] })
      .end([11, 0]);
    expect(processor.calls).toEqual(['onStart', 'onEnd']);
    expect(processor.ended[0]?.endTime).toEqual([11, 0]);
  });

  test('A10.2 a processor that ends the span in onStart gives the user an ended span', () => {
    const processor = new RecordedProcessor();
    processor.onStart = (span) => span.end();
    const span = tracerOf({ spanProcessors: [processor] }).startSpan('work');
    expect(span.isRecording()).toBe(false);
    span.setAttribute('a', 1).end();
    expect(processor.ended).toHaveLength(1);
  });

  test.each(['onStart', 'onEnding', 'onEnd'] as const)(
    'A10.6 what %s throws is handled, and reaches neither user code nor the other processors',
    (method) => {
      const error = new Error(`${method} threw`);
      const [first, broken, last] = [
        new RecordedProcessor(),
        new RecordedProcessor(),
        new RecordedProcessor(),
      ];
      broken[method] = () => {
        throw error;
      };
      const provider = new TracerProvider({ spanProcessors: [first, broken, last] });
      const span = provider.getTracer('test').startSpan('work');
      span.setAttribute('a', 1).end();
      for (const processor of [first, last]) {
        expect(processor.calls).toEqual(['onStart', 'onEnding', 'onEnd']);
        expect(processor.ended[0]?.attributes).toEqual({ a: 1 });
      }
      expect(handled).toEqual([error]);
      expect(provider.plugInErrors).toBe(1);
    },
  );

  test.each(['onStart', 'onEnding', 'onEnd'] as const)(
    'A10.6 an %s that is async and rejects is handled, and leaves no unhandled rejection',
    async (method) => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      const error = new Error('rejected');
      const broken = new RecordedProcessor();
      broken[method] = (async () => {
        throw error;
      }) as never;
      tracerOf({ spanProcessors: [broken] })
        .startSpan('work')
        .end();
      await new Promise(setImmediate);
      process.off('unhandledRejection', unhandled);
      expect(handled).toEqual([error]);
      expect(unhandled).not.toHaveBeenCalled();
    },
  );

  test('A10.6 an error handler that throws stops nothing', () => {
    setGlobalErrorHandler(() => {
      throw new Error('handler');
    });
    const [broken, last] = [new RecordedProcessor(), new RecordedProcessor()];
    broken.onEnd = () => {
      throw new Error('onEnd');
    };
    tracerOf({ spanProcessors: [broken, last] })
      .startSpan('work')
      .end();
    expect(last.ended).toHaveLength(1);
  });

  test('J9 a processor that throws for each span is counted each time, and handled ten times a minute', () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const broken = new RecordedProcessor();
    broken.onEnd = () => {
      throw new Error('onEnd');
    };
    const provider = new TracerProvider({ spanProcessors: [broken] });
    const tracer = provider.getTracer('test');
    for (let i = 0; i < 25; i++) tracer.startSpan('work').end();
    expect(handled).toHaveLength(10);
    vi.advanceTimersByTime(59_999);
    tracer.startSpan('work').end();
    expect(handled).toHaveLength(10);
    vi.advanceTimersByTime(1);
    tracer.startSpan('work').end();
    expect(handled).toHaveLength(11);
    expect(provider.plugInErrors).toBe(27);
    vi.useRealTimers();
  });

  describe('what is told', () => {
    const messages = collectDiagMessages();

    test('A10.6 which plug-in failed, where and why', () => {
      class Redactor extends RecordedProcessor {
        override onEnd(): void {
          throw new Error('no such field');
        }
      }
      tracerOf({ spanProcessors: [new Redactor()] })
        .startSpan('work')
        .end();
      expect(messages).toEqual(['offloop: SpanProcessor Redactor.onEnd failed: no such field']);
    });
  });
});

describe('J4 other plug-ins', () => {
  const broken = () => {
    throw new Error('broken');
  };

  test.each([
    ['throws', broken],
    ['gives nothing', () => undefined],
    ['gives a decision that is none', () => ({ decision: 7 })],
    [
      'gives a result whose getter throws',
      () => ({
        get decision() {
          return broken();
        },
      }),
    ],
  ])('a sampler that %s drops the span', (_what, shouldSample) => {
    const processor = new RecordedProcessor();
    const sampler = { shouldSample } as unknown as Sampler;
    const span = tracerOf({ sampler, spanProcessors: [processor] }).startSpan('work', {}, ROOT_CONTEXT);
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toMatchObject({
      traceId: expect.stringMatching(/^(?!0+$)[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^(?!0+$)[0-9a-f]{16}$/),
    });
    expect([processor.calls, handled.length]).toEqual([[], 1]);
  });

  test('a sampler whose attributes cannot be read samples all the same', () => {
    const attributes = new Proxy({}, { ownKeys: broken });
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED, attributes }) };
    const span = tracerOf({ sampler }).startSpan('work', { attributes: { a: 1 } });
    expect((span as Span).attributes).toEqual({ a: 1 });
  });

  test.each([
    ['throws', broken, broken],
    ['gives no text', () => 5, () => null],
    ['gives capitals', () => 'A'.repeat(32), () => 'B'.repeat(16)],
    ['gives zeros', () => '0'.repeat(32), () => '0'.repeat(16)],
    ['gives one digit too few', () => '1'.repeat(31), () => '1'.repeat(15)],
    ['gives one digit too many', () => '1'.repeat(33), () => '1'.repeat(17)],
  ])('an id generator that %s is replaced by a random one', (_what, generateTraceId, generateSpanId) => {
    const idGenerator = { generateTraceId, generateSpanId } as never;
    const span = tracerOf({ idGenerator }).startSpan('work', {}, ROOT_CONTEXT);
    expect(span.spanContext().traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(span.spanContext().spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
    expect(handled).toHaveLength(2);
  });

  test('meters that throw cost no span', () => {
    const processor = new RecordedProcessor();
    const meterProvider = {
      getMeter: () => ({
        createCounter: () => ({ add: broken }),
        createUpDownCounter: () => ({ add: broken }),
      }),
    };
    tracerOf({ spanProcessors: [processor], meterProvider: meterProvider as never })
      .startSpan('work')
      .end();
    tracerOf({ spanProcessors: [processor], meterProvider: { getMeter: broken } })
      .startSpan('work')
      .end();
    expect(processor.ended).toHaveLength(2);
    expect(handled).toHaveLength(4);
  });

  test('a context that throws costs no span', () => {
    const hostile = { getValue: broken, setValue: broken, deleteValue: broken };
    const processor = new RecordedProcessor();
    tracerOf({ spanProcessors: [processor] })
      .startSpan('work', {}, hostile)
      .end();
    expect(processor.ended).toHaveLength(1);
    expect(context.active()).toBe(ROOT_CONTEXT);
  });
});
