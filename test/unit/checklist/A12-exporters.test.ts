// A12 of the requirements: the exporter interface, what it may do wrong, and the exporters that come with the SDK. Where OTel JS
// does the same, the test runs over both.

import { isMainThread, threadId } from 'node:worker_threads';
import type { ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BatchSpanProcessor } from '../../../src/main/processors/batch-span-processor.js';
import { ConsoleSpanExporter } from '../../../src/main/processors/exporters/console-span-exporter.js';
import { InMemorySpanExporter } from '../../../src/main/processors/exporters/in-memory-span-exporter.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import type { ReadableSpan, SpanExporter } from '../../../src/main/sdk/types.js';
import {
  BOTH,
  catchErrors,
  endedSpan,
  endedSpans,
  FAILURE,
  HeldExporter,
  OFFLOOP,
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

const PROCESSORS = [
  ['batch', BatchSpanProcessor],
  ['simple', SimpleSpanProcessor],
] as const;

/** An exporter whose `export` is this function. */
function exporterOf(
  run: (spans: ReadableSpan[], done: (result: ExportResult) => void) => unknown,
): SpanExporter {
  return { export: (spans, done) => run(spans, done) as undefined, shutdown: async () => {} };
}

describe.each(BOTH)('A12.1 the processors of $name', ({ BatchSpanProcessor, SimpleSpanProcessor }) => {
  test('A12.1 hand an exporter arrays of readable spans and take its answer through the callback', async () => {
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const exporter = new PromptExporter();
      const processor = new Processor({ exporter });
      const span = endedSpan('work');
      processor.onEnd(span);
      await processor.forceFlush();
      expect(exporter.batches).toEqual([[span]]);
      expect(exporter.batches[0][0]).toBe(span);
    }
  });

  test('A12.1 take exporters without forceFlush', async () => {
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const shutdown = vi.fn(async () => {});
      const processor = new Processor({ exporter: { export: (_, done) => done(SUCCESS), shutdown } });
      processor.onEnd(endedSpan());
      await processor.forceFlush();
      await processor.shutdown();
      expect(shutdown).toHaveBeenCalledTimes(1);
    }
  });

  test('A12.1 drop a batch that failed, and say so to whoever flushed', async () => {
    catchErrors();
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const exporter = new HeldExporter();
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan('lost'));
      const flushed = processor.forceFlush();
      const failure = expect(flushed).rejects.toBe(FAILURE.error);
      exporter.answer(FAILURE);
      await failure;
      await processor.forceFlush();
      expect(exporter.names).toEqual(['lost']);
    }
  });
});

describe('A12.1 J3 J4 an exporter that misbehaves', () => {
  const misdeeds: Readonly<Record<string, (done: (result: ExportResult) => void) => unknown>> = {
    'throws an Error': () => {
      throw new Error('misdeed');
    },
    'throws a string': () => {
      throw 'misdeed';
    },
    'throws undefined': () => {
      throw undefined;
    },
    'returns a rejected promise': () => Promise.reject(new Error('misdeed')),
    'fails without an error': (done) => done({ code: 1 }),
    'fails with a string': (done) => done({ code: 1, error: 'misdeed' as never }),
    'answers undefined': (done) => done(undefined as never),
    'answers with a result that throws': (done) =>
      done({
        get code(): never {
          throw new Error('misdeed');
        },
      }),
  };

  describe.each(PROCESSORS)('under the %s processor', (_, Processor) => {
    test.each(Object.entries(misdeeds))(
      'A12.1 J3 J6 %s: reaches the error handler, costs that batch only, and is counted',
      async (_, misdeed) => {
        const errors = catchErrors();
        let behave = false;
        const seen: string[] = [];
        const exporter = exporterOf((spans, done) => {
          seen.push(...spans.map((span) => span.name));
          return behave ? done(SUCCESS) : misdeed(done);
        });
        const processor = new Processor({ exporter });
        expect(() => processor.onEnd(endedSpan('first'))).not.toThrow();
        // A flush rejects if the export ends meanwhile; the simple processor's may have ended before.
        await processor.forceFlush().catch((error) => expect(error).toBe(errors[0]));
        expect(errors).toHaveLength(1);
        expect(errors[0]).toBeInstanceOf(Error);
        expect((errors[0] as Error).message).not.toBe('');
        behave = true;
        processor.onEnd(endedSpan('second'));
        await processor.forceFlush();
        expect(seen).toEqual(['first', 'second']);
        expect(processor.stats()).toMatchObject({ received: 2, exported: 1, failed: 1, waiting: 0 });
        expect(errors).toHaveLength(1);
      },
    );

    test('A12.1 answers twice: the first answer counts', async () => {
      const exporter = exporterOf((_, done) => {
        done(SUCCESS);
        done(FAILURE);
      });
      const errors = catchErrors();
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan());
      await processor.forceFlush();
      expect(processor.stats()).toMatchObject({ exported: 1, failed: 0 });
      expect(errors).toEqual([]);
    });

    test('A12.1 J6 throws after its answer: reported, and the batch is exported all the same', async () => {
      const errors = catchErrors();
      const exporter = exporterOf((_, done) => {
        done(SUCCESS);
        throw new Error('afterwards');
      });
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan());
      await processor.forceFlush();
      expect(processor.stats()).toMatchObject({ exported: 1, failed: 0 });
      expect(errors).toEqual([new Error('afterwards')]);
    });

    test('A12.1 J6 an error handler that throws harms nothing', async () => {
      const { setGlobalErrorHandler } = await import('@opentelemetry/core');
      catchErrors();
      setGlobalErrorHandler(() => {
        throw new Error('the handler threw');
      });
      const exporter = new PromptExporter();
      exporter.result = FAILURE;
      const processor = new Processor({ exporter });
      expect(() => processor.onEnd(endedSpan())).not.toThrow();
      await processor.forceFlush().catch(() => {});
      exporter.result = SUCCESS;
      processor.onEnd(endedSpan());
      await processor.forceFlush();
      expect(processor.stats()).toMatchObject({ exported: 1, failed: 1 });
    });

    test('A12.1 J3 a failed flush that nobody waits for ends no process', async () => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      try {
        catchErrors();
        const exporter = new PromptExporter();
        exporter.result = FAILURE;
        const processor = new Processor({ exporter });
        processor.onEnd(endedSpan());
        processor.forceFlush();
        processor.onEnd(endedSpan());
        processor.shutdown();
        vi.useRealTimers();
        await new Promise((resolve) => setImmediate(resolve));
        expect(unhandled).not.toHaveBeenCalled();
      } finally {
        process.off('unhandledRejection', unhandled);
      }
    });
  });
});

describe.each(PROCESSORS)('A12.2 the %s processor', (_, Processor) => {
  test('A12.2 ends each export within its limit, and a flush and a shutdown with it', async () => {
    catchErrors();
    const exporter = new HeldExporter();
    const hang = (): Promise<void> => new Promise(() => {});
    exporter.forceFlush = hang;
    exporter.shutdown = hang;
    const processor = new Processor({ exporter, exportTimeoutMillis: 1000 });
    processor.onEnd(endedSpan());
    const ended = vi.fn();
    processor.shutdown().catch(ended);
    // One limit for the export, one for the exporter's flush, one for its shutdown.
    await vi.advanceTimersByTimeAsync(2999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('A12.2 a span that ends after a batch timed out is exported by the next flush', async () => {
    catchErrors();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, exportTimeoutMillis: 1000 });
    processor.onEnd(endedSpan('hangs'));
    processor.forceFlush().catch(() => {});
    await vi.advanceTimersByTimeAsync(1000);
    processor.onEnd(endedSpan('next'));
    const flushed = processor.forceFlush();
    exporter.answer();
    expect(exporter.names).toEqual(['hangs', 'next']);
    exporter.answer();
    await flushed;
    expect(processor.stats()).toMatchObject({ exported: 1, failed: 1, waiting: 0 });
  });

  test('A12.2 A11.2 no export begins while the exporter has one that timed out, for as long again', async () => {
    catchErrors();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, exportTimeoutMillis: 1000, maxQueueSize: 2 });
    processor.onEnd(endedSpan('hangs'));
    processor.forceFlush().catch(() => {});
    await vi.advanceTimersByTimeAsync(1000);
    for (const name of ['next', 'after', 'dropped']) processor.onEnd(endedSpan(name));
    const flushed = processor.forceFlush();
    await vi.advanceTimersByTimeAsync(999);
    expect(exporter.names).toEqual(['hangs']);
    expect(processor.stats()).toMatchObject({ failed: 1, waiting: 2, dropped: { queue_full: 1 } });
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.names.slice(0, 2)).toEqual(['hangs', 'next']);
    // The answer to the call that is not waited for any longer, and then the others.
    exporter.answer();
    expect(exporter.open).toBe(1);
    await exporter.answerAll();
    await flushed;
    expect(exporter.names).toEqual(['hangs', 'next', 'after']);
    expect(processor.stats()).toMatchObject({ received: 4, exported: 2, failed: 1, waiting: 0 });
  });
});

describe.each(BOTH)('A12.3 the in-memory exporter of $name', ({ InMemorySpanExporter }) => {
  test('A12.3 fails exports after its shutdown, and keeps nothing', async () => {
    const exporter = new InMemorySpanExporter();
    exporter.export([endedSpan()], () => {});
    await exporter.shutdown();
    expect(exporter.getFinishedSpans()).toEqual([]);
    const result = await new Promise<ExportResult>((done) => exporter.export([endedSpan()], done));
    expect(result.code).toBe(1);
    expect(result.error).toBeInstanceOf(Error);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

test('A12.3 the console exporter fails exports after its shutdown, and prints nothing', async () => {
  const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
  try {
    const exporter = new ConsoleSpanExporter();
    await exporter.shutdown();
    const result = await new Promise<ExportResult>((done) => exporter.export([endedSpan()], done));
    expect(result).toEqual({ code: 1, error: expect.any(Error) });
    expect(dir).not.toHaveBeenCalled();
  } finally {
    dir.mockRestore();
  }
});

describe.each(PROCESSORS)('A12.3 the %s processor', (_, Processor) => {
  test('A12.3 exports nothing after its shutdown, and counts what ends then', async () => {
    const exporter = new PromptExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan('before'));
    await processor.shutdown();
    processor.onEnd(endedSpan('after'));
    await processor.forceFlush();
    expect(exporter.names).toEqual(['before']);
    expect(exporter.calls.at(-1)).toBe('shutdown');
    expect(processor.stats()).toMatchObject({
      received: 2,
      exported: 1,
      dropped: { queue_full: 0, already_shutdown: 1 },
    });
  });
});

describe.each(BOTH)('A12.4 the processors of $name', ({ BatchSpanProcessor, SimpleSpanProcessor }) => {
  test('A12.4 shut the exporter down once, however often and at once they are shut down and flushed', async () => {
    for (const Processor of [BatchSpanProcessor, SimpleSpanProcessor]) {
      const exporter = new PromptExporter();
      const processor = new Processor({ exporter });
      processor.onEnd(endedSpan('only'));
      await Promise.all([
        processor.forceFlush(),
        processor.forceFlush(),
        processor.shutdown(),
        processor.forceFlush(),
        processor.shutdown(),
      ]);
      expect(exporter.names).toEqual(['only']);
      expect(exporter.calls.filter((call) => call === 'shutdown')).toHaveLength(1);
    }
  });
});

describe('A12.4 the exporters that come with the SDK', () => {
  test.each([
    ['in memory', () => new InMemorySpanExporter()],
    ['console', () => new ConsoleSpanExporter()],
  ])('A12.4 %s: takes calls in any order, at once', async (_, make) => {
    const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
    try {
      const exporter = make();
      const results: number[] = [];
      const done = (result: ExportResult): void => {
        results.push(result.code);
      };
      exporter.export(endedSpans(2), done);
      exporter.export(endedSpans(1), done);
      await Promise.all([
        exporter.forceFlush(),
        exporter.shutdown(),
        exporter.forceFlush(),
        exporter.shutdown(),
      ]);
      exporter.export(endedSpans(1), done);
      expect(results).toEqual([0, 0, 1]);
    } finally {
      dir.mockRestore();
    }
  });
});

describe.each(BOTH)('A12.6 the in-memory exporter of $name', ({ InMemorySpanExporter }) => {
  test('A12.6 keeps finished spans in order until it is reset', async () => {
    const exporter = new InMemorySpanExporter();
    const [a, b, c] = [endedSpan('a'), endedSpan('b'), endedSpan('c')];
    exporter.export([a, b], () => {});
    exporter.export([c], () => {});
    expect(exporter.getFinishedSpans()).toEqual([a, b, c]);
    exporter.reset();
    expect(exporter.getFinishedSpans()).toEqual([]);
    exporter.export([b], () => {});
    expect(exporter.getFinishedSpans()).toEqual([b]);
  });

  test('A12.6 answers success', async () => {
    const exporter = new InMemorySpanExporter();
    const results: ExportResult[] = [];
    exporter.export([endedSpan()], (result) => results.push(result));
    await vi.advanceTimersByTimeAsync(1);
    expect(results).toEqual([{ code: 0 }]);
  });
});

test('A12.6 the in-memory exporter takes more spans at once than a call takes arguments', () => {
  const exporter = new InMemorySpanExporter();
  exporter.export(Array(200_000).fill(endedSpan()), () => {});
  expect(exporter.getFinishedSpans()).toHaveLength(200_000);
});

test('A12.6 the in-memory exporter behind the simple processor has every span as soon as it ended', () => {
  const exporter = new InMemorySpanExporter();
  const processor = new SimpleSpanProcessor({ exporter });
  for (const span of endedSpans(3)) processor.onEnd(span);
  expect(exporter.getFinishedSpans()).toHaveLength(3);
});

test('A12.6 the console exporter prints what that of OTel JS prints', () => {
  const span: ReadableSpan = {
    ...endedSpan('printed', { resource: resourceFromAttributes({ 'service.name': 'shop' }) }),
    parentSpanContext: { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), traceFlags: 1, isRemote: true },
    events: [{ name: 'event', time: [1_700_000_000, 2000], attributes: { deep: { er: [1, 2] } } }],
    links: [{ context: { traceId: 'd'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 0 } }],
    status: { code: 2, message: 'broken' },
    startTime: [1_700_000_000, 123_456_789],
    duration: [1, 999_000_000],
  };
  const printed = BOTH.map(({ ConsoleSpanExporter }) => {
    const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
    try {
      const results: ExportResult[] = [];
      new ConsoleSpanExporter().export([span, span], (result) => results.push(result));
      expect(results).toEqual([{ code: 0 }]);
      expect(dir).toHaveBeenCalledTimes(2);
      return dir.mock.calls.map(([item, options]) => ({ item, keys: Object.keys(item), options }));
    } finally {
      dir.mockRestore();
    }
  });
  expect(printed[0]).toEqual(printed[1]);
  expect(printed[0][0].item).toMatchObject({ name: 'printed', timestamp: 1_700_000_000_123_456.8 });
});

test('A12.6 J4 the console exporter prints the other spans when one cannot be printed', () => {
  const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
  try {
    const hostile = {
      ...endedSpan('hostile'),
      spanContext: () => {
        throw new Error('no context');
      },
    };
    const results: ExportResult[] = [];
    new ConsoleSpanExporter().export([hostile, endedSpan('fine')], (result) => results.push(result));
    expect(dir.mock.calls.map(([item]) => item.name)).toEqual(['fine']);
    expect(results).toEqual([{ code: 1, error: new Error('no context') }]);
  } finally {
    dir.mockRestore();
  }
});

test('A12.7 an exporter of the user runs on the thread that it was given on', async () => {
  const threads: [boolean, number][] = [];
  const exporter = exporterOf((_, done) => {
    threads.push([isMainThread, threadId]);
    done(SUCCESS);
  });
  for (const Processor of [OFFLOOP.BatchSpanProcessor, OFFLOOP.SimpleSpanProcessor]) {
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan());
    await processor.shutdown();
  }
  await turns();
  expect(threads).toEqual([
    [isMainThread, threadId],
    [isMainThread, threadId],
  ]);
});
