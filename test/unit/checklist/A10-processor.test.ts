// A10 of the requirements, for the processors that come with the SDK behind a provider: flush, shutdown, and what they do next to
// each other. Processors of users and what they may throw: A10-span-processor.test.ts. Where OTel JS does the same, over both.

import type { MeterProvider } from '@opentelemetry/api';
import * as official from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BatchSpanProcessor } from '../../../src/main/processors/batch-span-processor.js';
import { NoopSpanProcessor } from '../../../src/main/processors/noop-span-processor.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import { AlwaysOffSampler } from '../../../src/main/sampling/always-samplers.js';
import { TracerProvider } from '../../../src/main/sdk/tracer-provider.js';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import {
  catchErrors,
  endedSpan,
  FAILURE,
  HeldExporter,
  OFFLOOP,
  PromptExporter,
  SUCCESS,
  turns,
} from '../../support/processor-rig.js';

const OURS = { ...OFFLOOP, TracerProvider, AlwaysOffSampler };
const BOTH = [OURS, { ...official, name: 'OTel JS' }] as const;

const PROCESSORS = [
  ['batch', BatchSpanProcessor],
  ['simple', SimpleSpanProcessor],
] as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(BOTH)('A10 processors behind a provider of $name', (sdk) => {
  test('A10.1 see recording spans only', async () => {
    const exporter = new PromptExporter();
    const spanProcessors = [new sdk.SimpleSpanProcessor({ exporter })];
    const off = new sdk.TracerProvider({ spanProcessors, sampler: new sdk.AlwaysOffSampler() });
    off.getTracer('t').startSpan('dropped').end();
    const on = new sdk.TracerProvider({ spanProcessors });
    on.getTracer('t').startSpan('kept').end();
    await on.forceFlush();
    expect(exporter.names).toEqual(['kept']);
  });

  test('A10.3 shutdown exports what is left, once, and then shuts the exporter down', async () => {
    const exporter = new PromptExporter();
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('t');
    for (let i = 0; i < 3; i++) tracer.startSpan(`span ${i}`).end();
    await provider.shutdown();
    await provider.shutdown();
    expect(exporter.names).toEqual(['span 0', 'span 1', 'span 2']);
    expect(exporter.calls.filter((call) => call === 'shutdown')).toEqual(['shutdown']);
    expect(exporter.calls.at(-1)).toBe('shutdown');
  });

  test('A10.3 spans that end after the shutdown are ignored', async () => {
    const exporter = new PromptExporter();
    const provider = new sdk.TracerProvider({
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter }), new sdk.SimpleSpanProcessor({ exporter })],
    });
    const span = provider.getTracer('t').startSpan('late');
    await provider.shutdown();
    span.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exporter.names).toEqual([]);
  });

  test('A10.7 built-in processors and processors of users stand beside each other, each with its exporter', async () => {
    const [batched, single, own] = [new PromptExporter(), new PromptExporter(), [] as string[]];
    // TypeScript extends no union of classes.
    const Noop = sdk.NoopSpanProcessor as typeof NoopSpanProcessor;
    class Upper extends Noop {
      override onEnd(span: ReadableSpan): void {
        own.push(span.name.toUpperCase());
      }
    }
    const provider = new sdk.TracerProvider({
      spanProcessors: [
        new Upper(),
        new sdk.BatchSpanProcessor({ exporter: batched }),
        new sdk.SimpleSpanProcessor({ exporter: single }),
      ],
    });
    provider.getTracer('t').startSpan('work').end();
    expect([own, single.names, batched.names]).toEqual([['WORK'], ['work'], []]);
    await provider.forceFlush();
    expect(batched.names).toEqual(['work']);
  });

  test('A10.7 the processors can be extended: a subclass filters what is exported', async () => {
    for (const Processor of [sdk.BatchSpanProcessor, sdk.SimpleSpanProcessor]) {
      const Base = Processor as typeof SimpleSpanProcessor;
      class Filtering extends Base {
        override onEnd(span: ReadableSpan): void {
          if (span.name !== '/health') super.onEnd(span);
        }
      }
      const exporter = new PromptExporter();
      const provider = new sdk.TracerProvider({ spanProcessors: [new Filtering({ exporter })] });
      for (const name of ['/health', '/work']) provider.getTracer('t').startSpan(name).end();
      await provider.shutdown();
      expect(exporter.names).toEqual(['/work']);
    }
  });

  test('A10.7 a subclass of the batch processor is told of its shutdown, once', async () => {
    const onShutdown = vi.fn();
    const Batch = sdk.BatchSpanProcessor as typeof BatchSpanProcessor;
    class Listening extends Batch {
      protected override onShutdown(): void {
        onShutdown();
      }
    }
    const processor = new Listening({ exporter: new PromptExporter() });
    await processor.forceFlush();
    expect(onShutdown).not.toHaveBeenCalled();
    await Promise.all([processor.shutdown(), processor.shutdown()]);
    expect(onShutdown).toHaveBeenCalledTimes(1);
  });

  test('A12.5 tracers, flushes and shutdowns at once: each span is exported once', async () => {
    const exporter = new PromptExporter();
    const processor = new sdk.BatchSpanProcessor({ exporter, maxExportBatchSize: 4, maxQueueSize: 100 });
    const provider = new sdk.TracerProvider({ spanProcessors: [processor] });
    const flushes: Promise<void>[] = [];
    for (let i = 0; i < 20; i++) {
      provider
        .getTracer(`tracer ${i % 3}`)
        .startSpan(`span ${i}`)
        .end();
      flushes.push(provider.forceFlush());
    }
    flushes.push(provider.shutdown(), provider.forceFlush(), provider.shutdown());
    await Promise.all(flushes);
    expect([...exporter.names].sort()).toEqual(Array.from({ length: 20 }, (_, i) => `span ${i}`).sort());
  });
});

describe.each(PROCESSORS)('A10 the %s processor', (_, Processor) => {
  test('A10.3 waits at its shutdown for the export that is under way', async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan('first'));
    processor.forceFlush();
    processor.onEnd(endedSpan('second'));
    const ended = vi.fn();
    processor.shutdown().then(ended);
    await turns();
    expect(exporter.calls).toEqual(['export 1']);
    exporter.answer();
    await turns();
    expect(ended).not.toHaveBeenCalled();
    exporter.answer();
    await turns();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(exporter.calls.slice(0, 2)).toEqual(['export 1', 'export 1']);
    expect(exporter.calls.at(-1)).toBe('shutdown');
  });

  test('A10.3 shuts its exporter down although the last export failed, and says that it failed', async () => {
    const errors = catchErrors();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan());
    const failure = expect(processor.shutdown()).rejects.toBe(FAILURE.error);
    await exporter.answerAll(FAILURE);
    await failure;
    expect(exporter.calls).toEqual(['export 1', 'forceFlush', 'shutdown']);
    expect(errors).toEqual([FAILURE.error]);
  });

  test.each(['forceFlush', 'shutdown'] as const)(
    'A10.3 J4 an exporter whose %s throws or rejects: reported, and the caller is told',
    async (method) => {
      for (const misdeed of [
        () => {
          throw new Error(method);
        },
        () => Promise.reject(new Error(method)),
      ]) {
        const errors = catchErrors();
        const exporter = new PromptExporter();
        exporter[method] = misdeed;
        const processor = new Processor({ exporter });
        await expect(processor.shutdown()).rejects.toThrow(method);
        expect(errors).toEqual([new Error(method)]);
        if (method === 'forceFlush') expect(exporter.calls.at(-1)).toBe('shutdown');
      }
    },
  );

  test('A10.4 on forceFlush exports all that ended before, then calls the forceFlush of its exporter', async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan('a'));
    processor.onEnd(endedSpan('b'));
    const flushed = vi.fn();
    processor.forceFlush().then(flushed);
    await turns();
    expect(exporter.calls).not.toContain('forceFlush');
    await exporter.answerAll();
    await turns();
    expect(exporter.names).toEqual(['a', 'b']);
    expect(exporter.calls.at(-1)).toBe('forceFlush');
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  test('A10.4 on forceFlush with nothing to export still calls the forceFlush of its exporter', async () => {
    const exporter = new HeldExporter();
    await new Processor({ exporter }).forceFlush();
    expect(exporter.calls).toEqual(['forceFlush']);
  });

  test('A10.4 a flush does not wait for spans that end after it was called', async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan('before'));
    const flushed = vi.fn();
    processor.forceFlush().then(flushed);
    processor.onEnd(endedSpan('after'));
    exporter.answer(SUCCESS);
    await turns();
    expect(flushed).toHaveBeenCalledTimes(1);
    expect(processor.stats()).toMatchObject({ exported: 1, waiting: 1 });
  });

  test('A10.4 J6 a flush that fails under a provider rejects, and reaches the error handler once', async () => {
    const errors = catchErrors();
    const exporter = new HeldExporter();
    const provider = new TracerProvider({ spanProcessors: [new Processor({ exporter })] });
    provider.getTracer('t').startSpan('lost').end();
    const failure = expect(provider.forceFlush()).rejects.toEqual([FAILURE.error]);
    await exporter.answerAll(FAILURE);
    await failure;
    expect(errors).toEqual([FAILURE.error]);
  });

  test('A10.4 the timeout of the provider comes first', async () => {
    const exporter = new HeldExporter();
    const provider = new TracerProvider({ spanProcessors: [new Processor({ exporter })] });
    catchErrors();
    provider.getTracer('t').startSpan('hangs').end();
    const failure = provider.forceFlush({ timeoutMillis: 50 }).catch((errors) => errors);
    await vi.advanceTimersByTimeAsync(50);
    expect(await failure).toEqual([expect.any(Error)]);
  });

  test('A10.5 flushes and shutdowns at once settle, and the exporter is shut down once, last', async () => {
    const exporter = new PromptExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan('only'));
    const calls = [processor.forceFlush(), processor.shutdown(), processor.forceFlush()];
    expect(processor.shutdown()).toBe(processor.shutdown());
    await Promise.all(calls);
    expect(exporter.names).toEqual(['only']);
    expect(exporter.calls.filter((call) => call === 'shutdown')).toEqual(['shutdown']);
    expect(exporter.calls.at(-1)).toBe('shutdown');
  });

  test('A10.5 an exporter that ends spans while it exports starts no second export inside the first', async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    const original = exporter.export.bind(exporter);
    let nested = 3;
    exporter.export = (spans, callback) => {
      if (nested-- > 0) processor.onEnd(endedSpan('nested'));
      original(spans, callback);
    };
    processor.onEnd(endedSpan('outer'));
    const ended = processor.shutdown();
    await exporter.answerAll();
    await ended;
    expect(exporter.exportsAtOnceMax).toBe(1);
  });
});

describe('A10 J10 an exporter that answers at once', () => {
  test('J10 empties a full queue of single spans without a deep stack', async () => {
    const exporter = new HeldExporter();
    const processor = new SimpleSpanProcessor({ exporter, maxQueueSize: 100_000 });
    for (let i = 0; i < 20_000; i++) processor.onEnd(endedSpan());
    const held = exporter.export.bind(exporter);
    exporter.export = (spans, callback) => {
      held(spans, () => {});
      callback(SUCCESS);
    };
    exporter.answer();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 20_000, waiting: 0 });
  });
});

test('A10.1 the no-op processor does nothing', async () => {
  const processor = new NoopSpanProcessor();
  processor.onStart({} as never, {} as never);
  processor.onEnd({} as never);
  expect(await Promise.all([processor.forceFlush(), processor.shutdown()])).toEqual([undefined, undefined]);
});

describe('J8 what a processor measures of itself', () => {
  interface Measured {
    name: string;
    value: number;
    attributes: Record<string, unknown>;
  }

  function meters() {
    const added: Measured[] = [];
    const observers = new Set<(result: { observe(value: number, attributes: object): void }) => void>();
    const instrument = (name: string) => ({
      add: (value: number, attributes: Record<string, unknown>) => added.push({ name, value, attributes }),
    });
    const meterProvider = {
      getMeter: () => ({
        createCounter: instrument,
        createUpDownCounter: instrument,
        createObservableUpDownCounter: (name: string) => ({
          addCallback: (observer: never) => observers.add(observer),
          removeCallback: (observer: never) => observers.delete(observer),
          name,
        }),
      }),
    } as unknown as MeterProvider;
    const observe = (): number[] => {
      const values: number[] = [];
      for (const observer of observers) observer({ observe: (value) => values.push(value) });
      return values;
    };
    return { added, observe, meterProvider };
  }

  const sum = (added: readonly Measured[], errorType?: string): number =>
    added
      .filter(({ name }) => name === 'otel.sdk.processor.span.processed')
      .filter(({ attributes }) => attributes['error.type'] === errorType)
      .reduce((total, { value }) => total + value, 0);

  test('J8 spans processed and dropped, by reason, the queue and its capacity', async () => {
    const { added, observe, meterProvider } = meters();
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({
      exporter,
      maxExportBatchSize: 5,
      maxQueueSize: 5,
      selfObsMeterProvider: meterProvider,
    });
    expect(added).toMatchObject([{ name: 'otel.sdk.processor.span.queue.capacity', value: 5 }]);
    for (let i = 0; i < 13; i++) processor.onEnd(endedSpan());
    expect(observe()).toEqual([5]);
    // Counted when the export begins: its result does not matter.
    expect(sum(added)).toBe(5);
    expect(sum(added, 'queue_full')).toBe(3);
    catchErrors();
    const ended = processor.shutdown().catch(() => {});
    await exporter.answerAll(FAILURE);
    await ended;
    processor.onEnd(endedSpan());
    expect(sum(added)).toBe(10);
    expect(sum(added, 'already_shutdown')).toBe(1);
    expect(observe()).toEqual([]);
    const [{ attributes }] = added;
    expect(attributes['otel.component.type']).toBe('batching_span_processor');
    expect(attributes['otel.component.name']).toMatch(/^batching_span_processor\/\d+$/);
  });

  test('J8 two processors have two names', () => {
    const { added, meterProvider } = meters();
    for (let i = 0; i < 2; i++) {
      new SimpleSpanProcessor({ exporter: new PromptExporter(), selfObsMeterProvider: meterProvider });
    }
    const names = added.map(({ attributes }) => attributes['otel.component.name'] as string);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => /^simple_span_processor\/\d+$/.test(name))).toBe(true);
  });

  test('J4 meters that throw stop neither spans nor their export', async () => {
    const errors = catchErrors();
    const meterProvider = {
      getMeter: () => {
        throw new Error('no meter');
      },
    } as unknown as MeterProvider;
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, selfObsMeterProvider: meterProvider });
    processor.onEnd(endedSpan('kept'));
    await processor.shutdown();
    expect(exporter.names).toEqual(['kept']);
    expect(errors.length).toBeGreaterThan(0);
  });
});
