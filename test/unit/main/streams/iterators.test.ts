import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { forgetLevels, setLevel } from '../../../../src/main/levels/levels.js';
import { tracedStream } from '../../../../src/main/streams/traced-stream.js';
import { createTestTelemetry } from '../../../../src/main/testing/test-telemetry.js';

const telemetry = createTestTelemetry();
beforeAll(() => void telemetry.register());
afterAll(() => telemetry.shutdown());
afterEach(() => {
  telemetry.reset();
  forgetLevels();
});

const tracer = () => trace.getTracer('test');
const activeName = () => (trace.getSpan(context.active()) as { name?: string } | undefined)?.name;

async function* numbers(seen: (string | undefined)[] = []): AsyncGenerator<number, string, unknown> {
  for (let i = 1; i <= 3; i++) {
    await null;
    seen.push(activeName());
    tracer().startSpan(`made ${i}`).end();
    yield i;
  }
  return 'all';
}

function tree(): unknown {
  return telemetry.tree({ attributes: true }).map((node) => {
    const { 'offloop.stream.first_item_millis': first, ...attributes } = node.attributes ?? {};
    const items = Number(attributes['offloop.stream.items'] ?? 0);
    if (items > 0) expect(first).toBeGreaterThanOrEqual(0);
    else expect(first).toBeUndefined();
    return { ...node, attributes, children: node.children.map(({ name }) => name) };
  });
}

const end = (kind: string, how: string, items: number) => ({
  'offloop.stream.kind': kind,
  'offloop.stream.end': how,
  'offloop.stream.items': items,
});

describe('an async generator', () => {
  test('has one span for its life, the parent of what it makes, and not the context of its consumer', async () => {
    const [inside, outside]: (string | undefined)[][] = [[], []];
    await tracer().startActiveSpan('request', async (request) => {
      for await (const _ of tracedStream(numbers(inside))) {
        outside.push(activeName());
        tracer().startSpan('used').end();
      }
      request.end();
    });
    expect(inside).toEqual(Array(3).fill('stream async iterator'));
    expect(outside).toEqual(Array(3).fill('request'));
    expect(telemetry.tree({ attributes: ['offloop.stream.items', 'offloop.stream.end'] })).toEqual([
      {
        name: 'request',
        attributes: {},
        children: [
          {
            name: 'stream async iterator',
            attributes: { 'offloop.stream.items': 3, 'offloop.stream.end': 'completed' },
            children: ['made 1', 'made 2', 'made 3'].map((name) => ({ name, attributes: {}, children: [] })),
          },
          ...Array(3).fill({ name: 'used', attributes: {}, children: [] }),
        ],
      },
    ]);
  });

  test('gives what it returns, and its span has ended by then', async () => {
    const stream = tracedStream(numbers());
    for (let i = 1; i <= 3; i++) expect(await stream.next()).toEqual({ done: false, value: i });
    expect(telemetry.openSpans).toHaveLength(1);
    expect(await stream.next()).toEqual({ done: true, value: 'all' });
    expect(telemetry.openSpans).toHaveLength(0);
  });

  test('that is left early runs its finally, and is marked', async () => {
    let cleaned: string | undefined;
    async function* endless() {
      try {
        for (;;) yield 'chunk';
      } finally {
        cleaned = activeName();
      }
    }
    for await (const _ of tracedStream(endless())) break;
    expect(cleaned).toBe('stream async iterator');
    expect(tree()).toEqual([
      {
        name: 'stream async iterator',
        attributes: { ...end('async_iterator', 'returned', 1), 'offloop.stream.bytes': 5 },
        children: [],
      },
    ]);
  });

  test('that throws hands on its very error, which its span tells', async () => {
    const error = new TypeError('no more');
    async function* failing() {
      yield { an: 'object' };
      throw error;
    }
    const stream = tracedStream(failing());
    await stream.next();
    await expect(stream.next()).rejects.toBe(error);
    expect(tree()).toEqual([
      {
        name: 'stream async iterator',
        error: 'no more',
        attributes: end('async_iterator', 'error', 1),
        children: [],
      },
    ]);
    expect(telemetry.spans[0]?.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no more' } },
    ]);
  });

  test.each([[undefined], [null], [0], ['text'], [Object.create(null)]])(
    'that throws %s hands on that',
    async (thrown) => {
      // biome-ignore lint/correctness/useYield: it only throws.
      async function* failing() {
        throw thrown;
      }
      const caught = await tracedStream(failing())
        .next()
        .then(
          () => 'nothing',
          (error: unknown) => ({ error }),
        );
      expect(caught).toEqual({ error: thrown });
      expect(telemetry.spans).toMatchObject([
        { status: { code: 2 }, attributes: end('async_iterator', 'error', 0) },
      ]);
    },
  );

  test('takes what is sent and thrown into it', async () => {
    const got: unknown[] = [];
    async function* echo(): AsyncGenerator<string, void, string> {
      for (;;) {
        try {
          got.push(yield 'ready');
        } catch (error) {
          got.push(error);
          return;
        }
      }
    }
    const stream = tracedStream(echo());
    await stream.next();
    await stream.next('sent');
    expect(await stream.throw('thrown')).toEqual({ done: true, value: undefined });
    expect(got).toEqual(['sent', 'thrown']);
    expect(telemetry.spans).toMatchObject([{ attributes: end('async_iterator', 'returned', 2) }]);
  });

  test('answers overlapping calls in order', async () => {
    const stream = tracedStream(numbers());
    const results = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    expect(results.map(({ value }) => value)).toEqual([1, 2, 3, 'all']);
    expect(telemetry.spanNamed('stream async iterator').attributes).toMatchObject(
      end('async_iterator', 'completed', 3),
    );
  });

  test('an unhandled rejection stays unhandled', async () => {
    const unhandled = new Promise((resolve) => {
      const listeners = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      process.once('unhandledRejection', (reason) => {
        for (const listener of listeners) process.on('unhandledRejection', listener);
        resolve(reason);
      });
    });
    const error = new Error('nobody looks');
    // biome-ignore lint/correctness/useYield: it only throws.
    async function* failing() {
      throw error;
    }
    void tracedStream(failing()).next();
    expect(await unhandled).toBe(error);
  });
});

describe('what is iterable', () => {
  test('a generator: the helpers of iterators work, and the return value is kept', () => {
    function* letters(): Generator<string, number, unknown> {
      tracer().startSpan('made').end();
      yield 'a';
      yield 'é';
      return 2;
    }
    // Not in the types of this library version, but in every Node that is supported.
    const helpers = tracedStream(letters()) as unknown as {
      map(change: (letter: string) => string): { toArray(): string[] };
    };
    expect(helpers.map((letter) => letter.toUpperCase()).toArray()).toEqual(['A', 'É']);
    expect(tree()).toEqual([
      {
        name: 'stream iterator',
        attributes: { ...end('iterator', 'completed', 2), 'offloop.stream.bytes': 3 },
        children: ['made'],
      },
    ]);
    const stream = tracedStream(letters());
    stream.next();
    stream.next();
    expect(stream.next()).toEqual({ done: true, value: 2 });
  });

  test('a generator that is left early, and one that throws', () => {
    function* endless() {
      for (;;) yield 1;
    }
    for (const _ of tracedStream(endless())) break;
    const error = new Error('stop');
    // biome-ignore lint/correctness/useYield: it only throws.
    function* failing() {
      throw error;
    }
    expect(() => tracedStream(failing()).next()).toThrow(error);
    expect(telemetry.spans.map(({ attributes }) => attributes)).toMatchObject([
      end('iterator', 'returned', 1),
      end('iterator', 'error', 0),
    ]);
  });

  test('an iterable that is no iterator has a span for each iteration, and none before', () => {
    const set = tracedStream(new Set([1, 2]));
    expect(telemetry.openSpans).toEqual([]);
    expect([[...set], [...set]]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(telemetry.spans).toHaveLength(2);
  });

  test('an async iterable is iterated where its consumer is', async () => {
    const stream = tracedStream({ [Symbol.asyncIterator]: () => numbers() });
    await tracer().startActiveSpan('request', async (request) => {
      for await (const _ of stream);
      request.end();
    });
    expect(telemetry.childrenOf('request').map(({ name }) => name)).toEqual(['stream async iterator']);
  });

  test('an iterator without return and throw can go on after an early end, as without a span', () => {
    const stream = tracedStream([1, 2, 3].values());
    for (const _ of stream) break;
    expect('throw' in stream).toBe(false);
    expect([...stream]).toEqual([2, 3]);
    expect(telemetry.spans).toMatchObject([{ attributes: end('iterator', 'returned', 1) }]);
  });

  test('a cursor, whose next gives rows and whose iterator is another object', async () => {
    let iterations = 0;
    const cursor = {
      next: async () => 'a row',
      async *[Symbol.asyncIterator]() {
        iterations++;
        yield* ['a', 'b'];
      },
    };
    const stream = tracedStream(cursor as AsyncIterable<string>);
    for (let i = 1; i <= 2; i++) {
      const rows: string[] = [];
      for await (const row of stream) rows.push(row);
      expect(rows).toEqual(['a', 'b']);
      expect(iterations).toBe(i);
    }
    expect(telemetry.spans).toMatchObject(
      Array(2).fill({ attributes: end('async_iterator', 'completed', 2) }),
    );
  });

  test('an iterator of the application, which gives itself', async () => {
    let left = 2;
    const stream = tracedStream({
      async next() {
        return { done: left-- === 0, value: 'x' };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    } as AsyncIterableIterator<string>);
    expect(telemetry.openSpans).toHaveLength(1);
    expect(stream[Symbol.asyncIterator]()).toBe(stream);
    for await (const _ of stream);
    expect(telemetry.spans).toMatchObject([{ attributes: end('async_iterator', 'completed', 2) }]);
  });

  test('an iterator that throws instead of rejecting', () => {
    const error = new Error('at once');
    const fail = (): never => {
      throw error;
    };
    const stream = tracedStream({ [Symbol.asyncIterator]: () => ({ next: fail, return: fail }) });
    for (const method of ['next', 'return'] as const) {
      const iterator = stream[Symbol.asyncIterator]() as { next(): unknown; return(): unknown };
      expect(() => iterator[method]()).toThrow(error);
    }
    expect(telemetry.openSpans).toEqual([]);
    expect(telemetry.spans).toMatchObject(Array(2).fill({ attributes: end('async_iterator', 'error', 0) }));
  });

  test('a bare async iterator', async () => {
    let i = 0;
    const stream = tracedStream({ next: async () => ({ done: i === 2, value: i++ }) });
    while (!(await stream.next()).done);
    expect(telemetry.spans).toMatchObject([{ attributes: end('async_iterator', 'completed', 2) }]);
  });
});

describe('options', () => {
  test('name, kind, attributes, parent and count', () => {
    const parent = tracer().startSpan('parent');
    const options = {
      name: 'rows',
      kind: SpanKind.CLIENT,
      attributes: { table: 'users' },
      parent: trace.setSpan(ROOT_CONTEXT, parent),
      count: 'bytes',
    } as const;
    for (const _ of tracedStream(
      ['ab', Buffer.from('c'), new Uint16Array(2), new ArrayBuffer(8), 7],
      options,
    ));
    parent.end();
    const [span] = telemetry.childrenOf('parent');
    expect(span).toMatchObject({ name: 'rows', kind: SpanKind.CLIENT, attributes: { table: 'users' } });
    expect(span?.attributes['offloop.stream.bytes']).toBe(2 + 1 + 4 + 8);
    expect(span?.attributes).not.toHaveProperty('offloop.stream.items');
  });

  test('a parent is also a span, or its ids; the target is the scope', () => {
    const parent = tracer().startSpan('parent');
    for (const given of [parent, parent.spanContext()]) {
      for (const _ of tracedStream([1], { parent: given, target: 'shop.rows' }));
    }
    parent.end();
    expect(telemetry.childrenOf('parent').map((span) => span.instrumentationScope.name)).toEqual(
      Array(2).fill('shop.rows'),
    );
    for (const _ of tracedStream([1], { name: 'plain' }));
    expect(telemetry.spanNamed('plain').instrumentationScope.name).toBe('offloop');
  });

  test('only items are counted if only they are asked for', () => {
    for (const _ of tracedStream(['ab'], { count: 'items' }));
    expect(tree()).toEqual([
      { name: 'stream iterator', attributes: end('iterator', 'completed', 1), children: [] },
    ]);
  });

  test('a level which the directives do not want hands the stream back as it is', () => {
    setLevel('info,rows=debug');
    const generator = numbers();
    expect(tracedStream(generator, { level: 'debug' })).toBe(generator);
    expect(tracedStream(generator, { level: 'debug', target: 'rows' })).not.toBe(generator);
  });

  test.each([
    ['NAME', { name: '' }],
    ['KIND', { kind: 5 }],
    ['ATTRIBUTES', { attributes: 1 }],
    ['PARENT', { parent: {} }],
    ['LEVEL', { level: 'loud' }],
    ['TARGET', { target: 1 }],
    ['COUNT', { count: 'chunks' }],
    ['OPTIONS', 'name'],
    ['OPTION', { colour: 'red' }],
  ])('a wrong %s is refused at the call', (name, options) => {
    expect(() => tracedStream([], options as never)).toThrow(
      expect.objectContaining({ name: 'OptionError', code: `ERR_OFFLOOP_TRACED_STREAM_${name}` }),
    );
  });

  test.each([
    [undefined, 'Give the stream itself.'],
    [null, 'Give the stream itself.'],
    ['text', 'needs no span'],
    [Buffer.from('text'), 'needs no span'],
    [{}, 'Give the stream itself.'],
    [numbers, 'Call the function'],
    [Promise.resolve([]), 'Await the promise'],
    [new WritableStream(), 'piped into it'],
  ])('%s is no stream', (value, remedy) => {
    expect(() => tracedStream(value as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_OFFLOOP_TRACED_STREAM_STREAM',
        remedy: expect.stringContaining(remedy),
      }),
    );
  });
});
