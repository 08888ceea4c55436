// A11 of the requirements: the built-in span processors. Where OTel JS does the same, the test runs over both.

import { type Context, context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AsyncLocalStorageContextManager } from '../../../src/main/context/context-manager.js';
import { BatchSpanProcessor } from '../../../src/main/processors/batch-span-processor.js';
import { RESOURCE_WAIT_MILLIS_MAX } from '../../../src/main/processors/queue/resource-wait.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import type { ReadableSpan } from '../../../src/main/sdk/types.js';
import { OptionError } from '../../../src/shared/errors.js';
import {
  BOTH,
  catchErrors,
  catchWarnings,
  endedSpan,
  endedSpans,
  FAILURE,
  HeldExporter,
  PromptExporter,
  SUCCESS,
  turns,
} from '../../support/processor-rig.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Endable {
  onEnd(span: ReadableSpan): void;
}

function end(processor: Endable, spans: readonly ReadableSpan[]): void {
  for (const span of spans) processor.onEnd(span);
}

describe.each(BOTH)('A11.1 the simple processor of $name', ({ SimpleSpanProcessor }) => {
  test('A11.1 exports each ended sampled span before onEnd returns', () => {
    const exporter = new PromptExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    processor.onEnd(endedSpan('first'));
    expect(exporter.names).toEqual(['first']);
    processor.onEnd(endedSpan('not sampled', { traceFlags: 0 }));
    expect(exporter.names).toEqual(['first']);
  });

  test('A11.1 exports one span at a time, in the order in which they ended', async () => {
    const exporter = new PromptExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    for (const name of ['a', 'b', 'c']) {
      processor.onEnd(endedSpan(name));
      await turns();
    }
    expect(exporter.batchSizes).toEqual([1, 1, 1]);
    expect(exporter.names).toEqual(['a', 'b', 'c']);
  });

  test('A11.1 A10.4 a flush right after a span whose export failed at once rejects with the error, a later one does not', async () => {
    const errors = catchErrors();
    const exporter = new PromptExporter();
    exporter.result = FAILURE;
    const processor = new SimpleSpanProcessor({ exporter });
    processor.onEnd(endedSpan('lost'));
    await expect(processor.forceFlush()).rejects.toBe(FAILURE.error);
    await turns();
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    expect(errors).toEqual([FAILURE.error]);
  });
});

describe('A11.1 the simple processor', () => {
  test('A11.1 never has two export calls at once', async () => {
    const exporter = new HeldExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    end(processor, endedSpans(3));
    expect(exporter.open).toBe(1);
    const ended = processor.shutdown();
    await exporter.answerAll();
    await ended;
    expect(exporter.exportsAtOnceMax).toBe(1);
    expect(exporter.names).toEqual(['span 0', 'span 1', 'span 2']);
  });

  test('A11.1 holds back 2048 spans while an export is under way, and drops and counts the next', async () => {
    const exporter = new HeldExporter();
    const warnings = catchWarnings();
    const processor = new SimpleSpanProcessor({ exporter });
    end(processor, endedSpans(1 + 2048));
    expect(processor.stats().dropped.queue_full).toBe(0);
    processor.onEnd(endedSpan());
    expect(processor.stats()).toEqual({
      received: 2050,
      exported: 0,
      failed: 0,
      dropped: { queue_full: 1, already_shutdown: 0 },
      waiting: 2049,
    });
    expect(warnings).toHaveLength(1);
  });
});

describe('A11.2 the batch processor', () => {
  test('A11.2 never overlaps export calls on a flush and on the shutdown', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: 10, maxQueueSize: 100 });
    end(processor, endedSpans(35));
    const flushes = [processor.forceFlush(), processor.forceFlush()];
    end(processor, endedSpans(15));
    const shutdown = processor.shutdown();
    await exporter.answerAll();
    await Promise.all([...flushes, shutdown]);
    expect(exporter.exportsAtOnceMax).toBe(1);
    expect(exporter.batchSizes).toEqual([10, 10, 10, 10, 10]);
  });

  test('A11.2 J11 whatever the order of spans, flushes, answers and time: one export at a time, a flush covers what ended before it, every span is accounted for', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ end: fc.integer({ min: 1, max: 12 }) }) },
      { weight: 3, arbitrary: fc.record({ answer: fc.constantFrom(SUCCESS, FAILURE) }) },
      { weight: 2, arbitrary: fc.record({ advance: fc.integer({ min: 1, max: 2000 }) }) },
      { weight: 1, arbitrary: fc.constant('flush' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const exporter = new HeldExporter();
        const processor = new BatchSpanProcessor({
          exporter,
          maxExportBatchSize: 5,
          maxQueueSize: 20,
          scheduledDelayMillis: 1000,
        });
        let sent = 0;
        const flushes: Promise<void>[] = [];
        for (const action of steps) {
          if (action === 'flush') {
            const { received, waiting } = processor.stats();
            const before = processor.stats().exported + processor.stats().failed + waiting;
            flushes.push(
              processor
                .forceFlush()
                .catch(() => {})
                .then(() => {
                  const { exported, failed } = processor.stats();
                  expect(exported + failed).toBeGreaterThanOrEqual(before);
                }),
            );
            expect(received).toBe(sent);
          } else if ('end' in action) {
            sent += action.end;
            end(processor, endedSpans(action.end));
          } else if ('advance' in action) {
            await vi.advanceTimersByTimeAsync(action.advance);
          } else if (exporter.open > 0) {
            exporter.answer(action.answer);
            await turns();
          }
          expect(exporter.open).toBeLessThanOrEqual(1);
        }
        const ended = processor.shutdown().catch(() => {});
        await exporter.answerAll();
        await Promise.all([ended, ...flushes]);
        const { received, exported, failed, dropped, waiting } = processor.stats();
        expect(waiting).toBe(0);
        expect(received).toBe(sent);
        expect(exported + failed + dropped.queue_full).toBe(sent);
        expect(exporter.batches.flat()).toHaveLength(exported + failed);
        expect(exporter.exportsAtOnceMax).toBeLessThanOrEqual(1);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(BOTH)('A11.3 the batch processor of $name exports', ({ BatchSpanProcessor }) => {
  test('A11.3 when the delay has passed since the first span', async () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 });
    processor.onEnd(endedSpan());
    await vi.advanceTimersByTimeAsync(600);
    processor.onEnd(endedSpan());
    await vi.advanceTimersByTimeAsync(399);
    expect(exporter.batchSizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.batchSizes).toEqual([2]);
  });

  test('A11.3 when the delay has passed since the export before', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 });
    processor.onEnd(endedSpan('first'));
    await vi.advanceTimersByTimeAsync(1000);
    processor.onEnd(endedSpan('second'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(exporter.names).toEqual(['first']);
    await exporter.answerAll();
    await vi.advanceTimersByTimeAsync(999);
    expect(exporter.names).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.names).toEqual(['first', 'second']);
  });

  test('A11.3 as soon as a batch is full, and no sooner', () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: 3 });
    end(processor, endedSpans(2));
    expect(exporter.batchSizes).toEqual([]);
    processor.onEnd(endedSpan());
    expect(exporter.batchSizes).toEqual([3]);
  });

  test('A11.3 the next full batch when the export before has returned', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: 3, maxQueueSize: 30 });
    end(processor, endedSpans(7));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(exporter.batchSizes).toEqual([3]);
    exporter.answer();
    await turns();
    expect(exporter.batchSizes).toEqual([3, 3]);
  });

  test('A11.3 everything, in batches, when it is flushed', async () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    end(processor, endedSpans(3));
    await processor.forceFlush();
    expect(exporter.batchSizes).toEqual([3]);
    await processor.forceFlush();
    expect(exporter.batchSizes).toEqual([3]);
  });

  test('A11.3 nothing that is not sampled', async () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    end(processor, [endedSpan('recorded only', { traceFlags: 0 }), endedSpan('sampled')]);
    await processor.forceFlush();
    expect(exporter.names).toEqual(['sampled']);
  });
});

describe.each(BOTH)('A11.4 the batch processor of $name', ({ BatchSpanProcessor }) => {
  test('A11.4 by default exports 512 spans at once, or what there is after 5000 ms', async () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    end(processor, endedSpans(511));
    expect(exporter.batchSizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(4999);
    expect(exporter.batchSizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.batchSizes).toEqual([511]);
    end(processor, endedSpans(512));
    expect(exporter.batchSizes).toEqual([511, 512]);
  });

  test('A11.4 by default holds 2048 spans beside those being exported', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter });
    end(processor, endedSpans(512 + 2048 + 3));
    const ended = processor.shutdown();
    await exporter.answerAll();
    await ended;
    expect(exporter.batches.flat()).toHaveLength(512 + 2048);
  });

  test('A11.4 by default gives up an export after 30000 ms', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter });
    processor.onEnd(endedSpan());
    const failure = processor.forceFlush().catch((error) => error);
    const settled = vi.fn();
    failure.then(settled);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await failure).toBeInstanceOf(Error);
  });

  test('A11.4 a batch larger than the queue becomes as large as the queue, with a warning', () => {
    const warnings = catchWarnings();
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: 11, maxQueueSize: 10 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('maxExportBatchSize');
    end(processor, endedSpans(10));
    expect(exporter.batchSizes).toEqual([10]);
  });

  test('A11.4 a batch as large as the queue is taken as it is', () => {
    const warnings = catchWarnings();
    new BatchSpanProcessor({ exporter: new PromptExporter(), maxExportBatchSize: 10, maxQueueSize: 10 });
    expect(warnings).toEqual([]);
  });
});

describe('A11.4 numbers of the batch processor', () => {
  function batchSizeFor(given: unknown): number {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: given as number });
    while (exporter.batches.length === 0) processor.onEnd(endedSpan());
    return exporter.batchSizes[0];
  }

  test.each([
    { given: 1, used: 1, warned: 0 },
    { given: 0, used: 1, warned: 1 },
    { given: -5, used: 1, warned: 1 },
    { given: 2048, used: 2048, warned: 0 },
    { given: 2049, used: 2048, warned: 1 },
    { given: Number.POSITIVE_INFINITY, used: 2048, warned: 1 },
    { given: Number.NaN, used: 512, warned: 1 },
    { given: {}, used: 512, warned: 1 },
    { given: '64', used: 64, warned: 0 },
    { given: '', used: 512, warned: 1 },
    { given: 7.9, used: 7, warned: 0 },
    { given: undefined, used: 512, warned: 0 },
  ])('A11.4 a batch size of $given is used as $used', ({ given, used, warned }) => {
    const warnings = catchWarnings();
    expect(batchSizeFor(given)).toBe(used);
    expect(warnings).toHaveLength(warned);
  });

  test('A11.4 an unlimited queue is refused its size: the memory is bounded', () => {
    const warnings = catchWarnings();
    new BatchSpanProcessor({ exporter: new PromptExporter(), maxQueueSize: Number.POSITIVE_INFINITY });
    expect(warnings).toEqual([expect.stringContaining('maxQueueSize is Infinity')]);
  });

  test('A11.4 a delay longer than timers can count is no delay of 1 ms', async () => {
    catchWarnings();
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: 2 ** 40 });
    processor.onEnd(endedSpan());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exporter.batchSizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1 - 60_000);
    expect(exporter.batchSizes).toEqual([1]);
  });

  test('A11.4 a delay of 0 exports in the next turn of the event loop', async () => {
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: 0 });
    end(processor, endedSpans(2));
    expect(exporter.batchSizes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.batchSizes).toEqual([2]);
  });

  test('A11.4 an export timeout of 0 is no limit', async () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({ exporter, exportTimeoutMillis: 0 });
    processor.onEnd(endedSpan());
    const flushed = processor.forceFlush();
    await vi.advanceTimersByTimeAsync(3_600_000);
    exporter.answer();
    await flushed;
    expect(processor.stats().exported).toBe(1);
  });

  test.each([
    ['nothing', undefined],
    ['no exporter', {}],
    ['the exporter itself, as before 3.0', new PromptExporter()],
    ['an exporter that cannot export', { exporter: {} }],
  ])('A11.4 J2 given %s, construction fails and says what to write', (_, options) => {
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const construct = (): unknown => new Processor(options as never);
      expect(construct).toThrow(OptionError);
      expect(construct).toThrow(`new ${Processor.name}({ exporter })`);
    }
  });
});

describe('A11.5 a full queue', () => {
  function fullProcessor() {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({
      exporter,
      maxExportBatchSize: 10,
      maxQueueSize: 10,
      exportTimeoutMillis: 0,
    });
    end(processor, endedSpans(20));
    return { exporter, processor };
  }

  test('A11.5 drops the newest spans and counts each', async () => {
    const { exporter, processor } = fullProcessor();
    expect(processor.stats().dropped.queue_full).toBe(0);
    end(processor, endedSpans(7));
    expect(processor.stats()).toMatchObject({ received: 27, waiting: 20, dropped: { queue_full: 7 } });
    const ended = processor.shutdown();
    await exporter.answerAll();
    await ended;
    expect(processor.stats()).toEqual({
      received: 27,
      exported: 20,
      failed: 0,
      dropped: { queue_full: 7, already_shutdown: 0 },
      waiting: 0,
    });
  });

  test('A11.5 J8 is said once when dropping starts and once, with the number, when it ends', async () => {
    const warnings = catchWarnings();
    const { exporter, processor } = fullProcessor();
    expect(warnings).toEqual([]);
    end(processor, endedSpans(1000));
    expect(warnings).toEqual([expect.stringContaining('the queue of 10 spans is full')]);
    await exporter.answerAll();
    processor.onEnd(endedSpan());
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('1000 spans were dropped');
  });

  test('A11.5 J9 a queue that keeps being full says it once a minute, and leaves no drop unsaid', async () => {
    const warnings = catchWarnings();
    const { exporter, processor } = fullProcessor();
    // Each round: 5 dropped, then a batch is exported, then room is found.
    const round = async (): Promise<void> => {
      end(processor, endedSpans(5));
      exporter.answer();
      await turns();
      end(processor, endedSpans(10));
    };
    for (let i = 0; i < 100; i++) await round();
    expect(warnings).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exporter.open).toBe(1);
    await round();
    expect(warnings).toHaveLength(4);
    for (let i = 0; i < 10; i++) await round();
    const ended = processor.shutdown();
    await exporter.answerAll();
    await ended;
    const said = warnings
      .map((text) => /(\d+) spans were dropped/.exec(text)?.[1])
      .map((n) => Number(n ?? 0));
    expect(said.reduce((sum, count) => sum + count)).toBe(processor.stats().dropped.queue_full);
    expect(processor.stats().dropped.queue_full).toBe(111 * 5);
  });
});

describe.each(BOTH)('A11.6 the processors of $name', ({ BatchSpanProcessor, SimpleSpanProcessor }) => {
  test('A11.6 do not export a failed batch again', async () => {
    catchErrors();
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const exporter = new PromptExporter();
      exporter.result = FAILURE;
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan('lost'));
      await vi.advanceTimersByTimeAsync(10_000);
      exporter.result = SUCCESS;
      processor.onEnd(endedSpan('next'));
      await processor.forceFlush();
      expect(exporter.names).toEqual(['lost', 'next']);
    }
  });
});

describe.each(BOTH)('A11.7 the processors of $name', ({ BatchSpanProcessor, SimpleSpanProcessor }) => {
  test.each([
    ['batch', BatchSpanProcessor],
    ['simple', SimpleSpanProcessor],
  ] as const)('A11.7 %s: export with tracing suppressed', async (_, Processor) => {
    const manager = new AsyncLocalStorageContextManager();
    context.setGlobalContextManager(manager);
    try {
      const contexts: Context[] = [];
      const exporter = new PromptExporter();
      const original = exporter.export.bind(exporter);
      exporter.export = (spans, callback) => {
        contexts.push(context.active());
        original(spans, callback);
      };
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan());
      await processor.forceFlush();
      expect(contexts.map(isTracingSuppressed)).toEqual([true]);
    } finally {
      context.disable();
    }
  });

  test('A11.7 keep no process alive for the next batch', () => {
    vi.useRealTimers();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const processor = new BatchSpanProcessor({ exporter: new PromptExporter() });
    processor.onEnd(endedSpan());
    const made = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    timers.mockRestore();
    expect(made.map((timer) => timer.hasRef())).toEqual([false]);
    for (const timer of made) clearTimeout(timer);
  });

  test.each([
    ['batch', BatchSpanProcessor],
    ['simple', SimpleSpanProcessor],
  ] as const)(
    'A11.7 %s: wait for resource attributes that are still being detected',
    async (_, Processor) => {
      const detected = Promise.withResolvers<string>();
      const resource = resourceFromAttributes({ 'cloud.region': detected.promise });
      const exporter = new PromptExporter();
      const processor = new Processor({ exporter });
      end(processor, endedSpans(2, { resource }));
      const flushed = processor.forceFlush();
      await vi.advanceTimersByTimeAsync(1000);
      expect(exporter.batches).toEqual([]);
      detected.resolve('eu-1');
      await flushed;
      expect(exporter.batches.flat().map((span) => span.resource.attributes)).toEqual([
        { 'cloud.region': 'eu-1' },
        { 'cloud.region': 'eu-1' },
      ]);
    },
  );
});

describe('A11.7 the processors', () => {
  test('A11.7 keep no process alive for an export that hangs', () => {
    vi.useRealTimers();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const processor = new Processor({ exporter: new HeldExporter() });
      processor.onEnd(endedSpan());
      processor.shutdown();
    }
    const made = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    timers.mockRestore();
    expect(made.length).toBeGreaterThanOrEqual(2);
    expect(made.filter((timer) => timer.hasRef())).toEqual([]);
    for (const timer of made) clearTimeout(timer);
  });

  test('A11.7 wait for resource attributes 5 s, once: then spans go out without them', async () => {
    const warnings = catchWarnings();
    const resource = resourceFromAttributes({ never: new Promise<string>(() => {}), known: 'yes' });
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    processor.onEnd(endedSpan('first', { resource }));
    const flushed = processor.forceFlush();
    await vi.advanceTimersByTimeAsync(RESOURCE_WAIT_MILLIS_MAX - 1);
    expect(exporter.names).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await flushed;
    expect(exporter.names).toEqual(['first']);
    expect(warnings).toEqual([expect.stringContaining('resource attributes')]);
    processor.onEnd(endedSpan('second', { resource }));
    await processor.forceFlush();
    expect(exporter.names).toEqual(['first', 'second']);
  });

  test('A11.7 J4 a resource that fails is reported, and the spans still go out', async () => {
    const errors = catchErrors();
    const broken: Resource = Object.create(emptyResource(), {
      asyncAttributesPending: { value: true },
      waitForAsyncAttributes: {
        value: () => {
          throw new Error('the detector threw');
        },
      },
    });
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    processor.onEnd(endedSpan('kept', { resource: broken }));
    await processor.forceFlush();
    expect(exporter.names).toEqual(['kept']);
    expect(errors).toEqual([new Error('the detector threw')]);
  });

  test('A11.7 use the timers that are installed when they are used', async () => {
    vi.useRealTimers();
    const exporter = new PromptExporter();
    const processor = new BatchSpanProcessor({ exporter });
    vi.useFakeTimers();
    processor.onEnd(endedSpan());
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(exporter.batchSizes).toEqual([1]);
  });
});

describe.each(BOTH)('A11.8 a batch of $name whose export takes too long', ({ BatchSpanProcessor }) => {
  test('A11.8 has failed, and the next one is exported', async () => {
    const errors = catchErrors();
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor({
      exporter,
      exportTimeoutMillis: 100,
      scheduledDelayMillis: 1000,
    });
    processor.onEnd(endedSpan('hangs'));
    await vi.advanceTimersByTimeAsync(1099);
    expect(errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(errors).toHaveLength(1);
    processor.onEnd(endedSpan('next'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(exporter.names).toEqual(['hangs', 'next']);
  });
});

describe('A11.8 an export that takes too long', () => {
  test.each([
    ['batch', BatchSpanProcessor],
    ['simple', SimpleSpanProcessor],
  ] as const)('A11.8 %s: is counted as failed once, whatever is answered later', async (_, Processor) => {
    const errors = catchErrors();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, exportTimeoutMillis: 100 });
    processor.onEnd(endedSpan());
    const flushed = processor.forceFlush();
    const failure = expect(flushed).rejects.toThrow('the export took longer than 100 ms');
    await vi.advanceTimersByTimeAsync(100);
    await failure;
    exporter.answer();
    exporter.calls.length = 0;
    await turns();
    expect(processor.stats()).toMatchObject({ received: 1, exported: 0, failed: 1, waiting: 0 });
    expect(errors).toHaveLength(1);
  });
});
