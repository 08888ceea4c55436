// tracedAll: spans and their parents, order, the bound, both modes, abort from outside, iterables that fail or never answer,
// wrong options.

import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { tracedAll } from '../../../../src/main/concurrent/traced-all.js';
import { forgetLevels, setLevel } from '../../../../src/main/levels/levels.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing/test-telemetry.js';
import { OptionError } from '../../../../src/shared/errors.js';
import { CONCURRENT_ITEMS_MAX } from '../../../../src/shared/limits.js';

let telemetry: TestTelemetry;
beforeEach(() => {
  telemetry = createTestTelemetry().register();
});
afterEach(async () => {
  forgetLevels();
  await telemetry.shutdown();
});

const KEYS = [
  'offloop.concurrency',
  'offloop.items',
  'offloop.items.failed',
  'offloop.item.index',
  'offloop.aborted',
];

/** A function whose calls are settled by hand. */
function gated() {
  const calls: {
    item: string;
    signal: AbortSignal;
    resolve(value: string): void;
    reject(error: unknown): void;
  }[] = [];
  const fn = (item: string, _index: number, signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => calls.push({ item, signal, resolve, reject }));
  return { calls, fn };
}

/** All that is ready has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('spans', () => {
  test('one for the whole, one for each item below it, and what items do below theirs', async () => {
    const tracer = trace.getTracer('app');
    await tracer.startActiveSpan('request', async (request) => {
      const results = await tracedAll(
        ['a', 'b', 'c'],
        { name: 'load', concurrency: 2, attributes: { shop: 1 } },
        async (item) => {
          await turn();
          tracer.startSpan(`inner ${item}`).end();
          return item.toUpperCase();
        },
      );
      expect(results).toEqual(['A', 'B', 'C']);
      expect(trace.getActiveSpan()).toBe(request);
      tracer.startSpan('after').end();
      request.end();
    });
    expect(telemetry.tree({ attributes: [...KEYS, 'shop'] })).toEqual([
      {
        name: 'request',
        attributes: {},
        children: [
          {
            name: 'load',
            attributes: { shop: 1, 'offloop.concurrency': 2, 'offloop.items': 3, 'offloop.items.failed': 0 },
            children: ['a', 'b', 'c'].map((item, index) => ({
              name: 'load item',
              attributes: { 'offloop.item.index': index },
              children: [{ name: `inner ${item}`, attributes: {}, children: [] }],
            })),
          },
          { name: 'after', attributes: {}, children: [] },
        ],
      },
    ]);
    expect(telemetry.openSpans).toEqual([]);
    expect(telemetry.spanNamed('load').instrumentationScope.name).toBe('offloop');
  });

  test('a hundred at once do not mix their items', async () => {
    const tracer = trace.getTracer('app');
    const one = (id: number): Promise<unknown> =>
      tracer.startActiveSpan(`request ${id}`, async (span) => {
        await tracedAll([0, 1, 2], { name: `load ${id}`, concurrency: 2 }, async (item) => {
          await turn();
          tracer.startSpan(`inner ${id}.${item}`).end();
        });
        span.end();
      });
    await Promise.all(Array.from({ length: 100 }, (_, id) => one(id)));
    const inner = (id: number) => (item: number) => ({
      name: `load ${id} item`,
      children: [{ name: `inner ${id}.${item}`, children: [] }],
    });
    expect(telemetry.tree()).toEqual(
      Array.from({ length: 100 }, (_, id) => ({
        name: `request ${id}`,
        children: [{ name: `load ${id}`, children: [0, 1, 2].map(inner(id)) }],
      })),
    );
  });

  test('a level that is disabled makes none of them, and the work is done all the same', async () => {
    setLevel('info,batch=off');
    const work = (level: 'info' | 'debug', target: string): Promise<unknown> =>
      tracedAll([1, 2], { name: `${level} ${target}`, itemName: 'item', level, target }, (item) => item * 2);
    expect(await work('info', 'batch')).toEqual([2, 4]);
    expect(await work('debug', 'x')).toEqual([2, 4]);
    expect(await work('info', 'x')).toEqual([2, 4]);
    expect(telemetry.spanNamed('info x').instrumentationScope.name).toBe('x');
    expect(telemetry.tree()).toEqual([
      {
        name: 'info x',
        children: [
          { name: 'item', children: [] },
          { name: 'item', children: [] },
        ],
      },
    ]);
  });

  test('without telemetry it calls through', async () => {
    telemetry.unregister();
    expect(await tracedAll(new Set([1, 2]), { name: 'n' }, (item) => item + 1)).toEqual([2, 3]);
    expect(telemetry.spans).toEqual([]);
  });
});

describe('order and bound', () => {
  test('results are in the order of the items, whichever is done first; a next one begins when one is done', async () => {
    const { calls, fn } = gated();
    const all = tracedAll(['a', 'b', 'c', 'd'], { name: 'n', concurrency: 2 }, fn);
    expect(calls.map(({ item }) => item)).toEqual(['a', 'b']);
    calls[1].resolve('B');
    await turn();
    expect(calls.map(({ item }) => item)).toEqual(['a', 'b', 'c']);
    calls[2].resolve('C');
    await turn();
    calls[3].resolve('D');
    await turn();
    calls[0].resolve('A');
    expect(await all).toEqual(['A', 'B', 'C', 'D']);
  });

  test('no more than the given number are in work, of any iterable, with any outcome', async () => {
    const plan = fc.record({
      turns: fc.array(fc.nat(3), { maxLength: 30 }),
      failing: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
      concurrency: fc.integer({ min: 1, max: 8 }),
      isAsync: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ turns, failing, concurrency, isAsync }) => {
        telemetry.reset();
        let running = 0;
        let most = 0;
        async function* stream() {
          for (const item of turns) {
            await turn();
            yield item;
          }
        }
        const outcomes = await tracedAll(
          isAsync ? stream() : turns,
          { name: 'n', concurrency, mode: 'all-settled' },
          async (item, index) => {
            most = Math.max(most, ++running);
            for (let i = 0; i <= item; i++) await turn();
            running--;
            if (failing[index]) throw new Error(`no ${index}`);
            return index;
          },
        );
        expect(running).toBe(0);
        expect(most).toBeLessThanOrEqual(concurrency);
        if (!isAsync) expect(most).toBe(Math.min(concurrency, turns.length));
        expect(
          outcomes.map((outcome) =>
            outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message,
          ),
        ).toEqual(turns.map((_, index) => (failing[index] ? `no ${index}` : index)));
        expect(telemetry.openSpans).toEqual([]);
        expect(telemetry.tree()).toEqual([
          {
            name: 'n',
            children: turns.map((_, index) =>
              failing[index]
                ? { name: 'n item', error: `no ${index}`, children: [] }
                : { name: 'n item', children: [] },
            ),
          },
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('an endless iterable is read as there is room, and closed when the work ends', async () => {
    let taken = 0;
    let isClosed = false;
    function* endless() {
      try {
        while (true) yield taken++;
      } finally {
        isClosed = true;
      }
    }
    const stop = new Error('stop');
    const all = tracedAll(endless(), { name: 'n', concurrency: 3 }, async (item) => {
      await turn();
      if (item === 10) throw stop;
    });
    await expect(all).rejects.toBe(stop);
    expect(isClosed).toBe(true);
    expect(taken).toBeLessThanOrEqual(14);
  });
});

describe('the first failure', () => {
  test('stops new items, aborts the others, waits for them and is thrown untouched', async () => {
    const { calls, fn } = gated();
    const all = tracedAll(['a', 'b', 'c', 'd'], { name: 'n', concurrency: 3 }, fn);
    let isOver = false;
    const outcome = all.then(
      () => 'fulfilled',
      (error) => {
        isOver = true;
        return error;
      },
    );
    const failure = new TypeError('broken');
    calls[1].reject(failure);
    await turn();
    expect(calls.map(({ item, signal }) => [item, signal.aborted, signal.reason])).toEqual([
      ['a', true, failure],
      ['b', true, failure],
      ['c', true, failure],
    ]);
    expect(isOver).toBe(false);
    calls[0].resolve('A');
    calls[2].reject(new Error('aborted'));
    expect(await outcome).toBe(failure);
    expect(calls).toHaveLength(3);
    expect(telemetry.tree({ attributes: KEYS })).toEqual([
      {
        name: 'n',
        error: 'broken',
        attributes: { 'offloop.concurrency': 3, 'offloop.items': 3, 'offloop.items.failed': 2 },
        children: [
          { name: 'n item', attributes: { 'offloop.item.index': 0 }, children: [] },
          { name: 'n item', error: 'broken', attributes: { 'offloop.item.index': 1 }, children: [] },
          {
            name: 'n item',
            error: 'aborted',
            attributes: { 'offloop.item.index': 2, 'offloop.aborted': true },
            children: [],
          },
        ],
      },
    ]);
    expect(telemetry.spansNamed('n item').map(({ events }) => events.map(({ name }) => name))).toEqual([
      [],
      ['exception'],
      ['exception'],
    ]);
    expect(telemetry.spanNamed('n').events).toEqual([]);
  });

  test.each([
    ['undefined', undefined],
    ['text', 'no'],
    ['an object whose text throws', { toString: null, valueOf: null }],
  ])('is thrown as it is: %s; the spans end', async (_, failure) => {
    const outcome = await tracedAll([1], { name: 'n' }, () => {
      throw failure;
    }).then(
      () => 'fulfilled',
      (error) => ({ error }),
    );
    expect(outcome).toEqual({ error: failure });
    expect(telemetry.spans.map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
    ]);
  });

  test('does not end the work in mode all-settled, and leaves the whole without an error', async () => {
    const outcomes = await tracedAll(
      [1, 2, 3],
      { name: 'n', concurrency: 1, mode: 'all-settled' },
      (item, _, signal) => {
        if (item === 1) throw 'one';
        return signal.aborted;
      },
    );
    expect(outcomes).toEqual([
      { status: 'rejected', reason: 'one' },
      { status: 'fulfilled', value: false },
      { status: 'fulfilled', value: false },
    ]);
    expect(telemetry.spanNamed('n').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.spanNamed('n').attributes['offloop.items.failed']).toBe(1);
  });
});

describe('the signal from outside', () => {
  test.each(['first-failure', 'all-settled'] as const)(
    'ends the work with its reason in mode %s',
    async (mode) => {
      const { calls, fn } = gated();
      const controller = new AbortController();
      const options = { name: 'n', concurrency: 2, signal: controller.signal, mode };
      const all = tracedAll(['a', 'b', 'c'], options as { name: string }, fn).catch((error) => ({ error }));
      const reason = new Error('client went away');
      controller.abort(reason);
      expect(calls.map(({ signal }) => signal.reason)).toEqual([reason, reason]);
      for (const call of calls) call.resolve('late');
      expect(await all).toEqual({ error: reason });
      expect(calls).toHaveLength(2);
      const whole = telemetry.spanNamed('n');
      expect(whole.status).toEqual({ code: SpanStatusCode.ERROR, message: 'client went away' });
      expect(whole.events.map(({ name }) => name)).toEqual(['exception']);
      expect(telemetry.openSpans).toEqual([]);
    },
  );

  test('that is aborted already begins nothing and asks for no item', async () => {
    const signal = AbortSignal.abort('gone');
    const items = { [Symbol.iterator]: () => expect.unreachable() };
    await expect(tracedAll(items, { name: 'n', signal }, () => expect.unreachable())).rejects.toBe('gone');
    expect(telemetry.tree()).toEqual([{ name: 'n', error: 'gone', children: [] }]);
  });

  test('ends the wait for an iterable that never answers', async () => {
    const controller = new AbortController();
    let isClosed = false;
    const items: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          isClosed = true;
          return new Promise(() => {});
        },
      }),
    };
    const all = tracedAll(items, { name: 'n', signal: controller.signal }, () => 1).catch((error) => error);
    await turn();
    controller.abort('enough');
    expect(await all).toBe('enough');
    expect(isClosed).toBe(true);
  });

  test('aborted by the iterable itself, which then never answers, ends the work', async () => {
    const controller = new AbortController();
    const next = (): Promise<never> => {
      controller.abort('itself');
      return new Promise(() => {});
    };
    const items = { [Symbol.asyncIterator]: () => ({ next }) };
    const all = tracedAll(items, { name: 'n', signal: controller.signal }, () => 1).catch((error) => error);
    expect(await all).toBe('itself');
  });

  test('aborted by the iterable while it gives an item: the item is not begun, and the iterable closed', async () => {
    const controller = new AbortController();
    let isClosed = false;
    function* items() {
      try {
        yield 1;
        controller.abort('itself');
        yield 2;
      } finally {
        isClosed = true;
      }
    }
    const begun: number[] = [];
    const all = tracedAll(items(), { name: 'n', signal: controller.signal }, (item) => begun.push(item));
    await expect(all).rejects.toBe('itself');
    expect([begun, isClosed]).toEqual([[1], true]);
  });

  test('keeps no listener of a work that is over', async () => {
    const { signal } = new AbortController();
    const added: unknown[] = [];
    const removed: unknown[] = [];
    signal.addEventListener = (_type: string, listener: unknown) => void added.push(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => void removed.push(listener);
    await tracedAll([1], { name: 'n', signal }, (item) => item);
    expect(added).toHaveLength(1);
    expect(removed).toEqual(added);
  });
});

describe('iterables', () => {
  test('that fail end the work with their error, after the items in work', async () => {
    const failure = new Error('source');
    async function* items() {
      yield 1;
      throw failure;
    }
    const { calls, fn } = gated();
    const all = tracedAll(items(), { name: 'n' }, (item, index, signal) =>
      fn(String(item), index, signal),
    ).catch((error) => error);
    await turn();
    expect(calls[0].signal.reason).toBe(failure);
    calls[0].resolve('1');
    expect(await all).toBe(failure);
    expect(telemetry.tree()).toEqual([
      { name: 'n', error: 'source', children: [{ name: 'n item', children: [] }] },
    ]);
  });

  test('run in the context of the whole', async () => {
    async function* items() {
      yield trace.getActiveSpan();
      await turn();
      yield trace.getActiveSpan();
    }
    const active = await tracedAll(items(), { name: 'n' }, (span) => span?.spanContext().spanId);
    const { spanId } = telemetry.spanNamed('n').spanContext();
    expect(active).toEqual([spanId, spanId]);
  });

  test('without items give an empty array and one span', async () => {
    expect(await tracedAll([], { name: 'n' }, () => 1)).toEqual([]);
    expect(telemetry.tree()).toEqual([{ name: 'n', children: [] }]);
  });
});

describe('wrong arguments', () => {
  const fn = (): number => 1;
  test.each([
    ['items', () => tracedAll(5 as never, { name: 'n' }, fn)],
    ['items', () => tracedAll(null as never, { name: 'n' }, fn)],
    ['options', () => tracedAll([], undefined as never, fn)],
    ['name', () => tracedAll([], {} as never, fn)],
    ['name', () => tracedAll([], { name: '' }, fn)],
    ['itemName', () => tracedAll([], { name: 'n', itemName: 5 as never }, fn)],
    ['fn', () => tracedAll([], { name: 'n' }, 'fn' as never)],
    ['concurrency', () => tracedAll([], { name: 'n', concurrency: 0 }, fn)],
    ['concurrency', () => tracedAll([], { name: 'n', concurrency: CONCURRENT_ITEMS_MAX + 1 }, fn)],
    ['concurrency', () => tracedAll([], { name: 'n', concurrency: 1.5 }, fn)],
    ['mode', () => tracedAll([], { name: 'n', mode: 'any' as never }, fn)],
    ['signal', () => tracedAll([], { name: 'n', signal: {} as never }, fn)],
    ['level', () => tracedAll([], { name: 'n', level: 'off' as never }, fn)],
    ['target', () => tracedAll([], { name: 'n', target: 5 as never }, fn)],
  ])('a wrong %s rejects with what is accepted', async (option, call) => {
    const error = await call().catch((caught) => caught);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ option: `tracedAll.${option}`, remedy: expect.stringMatching(/./) });
    expect(telemetry.spans).toEqual([]);
  });

  test('the greatest concurrency is accepted', async () => {
    expect(await tracedAll([1], { name: 'n', concurrency: CONCURRENT_ITEMS_MAX }, fn)).toEqual([1]);
  });
});

test('types follow the mode, the items and the function', () => {
  const never = (): boolean => false;
  if (never()) {
    expectTypeOf(tracedAll([1], { name: 'n' }, (item) => String(item))).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(tracedAll([1], { name: 'n', mode: 'all-settled' }, async (item) => item)).toEqualTypeOf<
      Promise<PromiseSettledResult<number>[]>
    >();
  }
  expect(context.active()).toBe(ROOT_CONTEXT);
});
