import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing.js';
import { traced } from '../../../../src/main/traced/traced.js';
import { currentSpan } from '../../../../src/main/traced/with-span.js';

let telemetry: TestTelemetry;
beforeAll(() => {
  telemetry = createTestTelemetry().register();
});
beforeEach(() => {
  telemetry.reset();
});
afterAll(() => telemetry.shutdown());

const inner = (name: string): void => trace.getTracer('test').startSpan(name).end();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function tree(): string {
  expect(telemetry.openSpans).toEqual([]);
  return telemetry.treeText({ attributes: true });
}

describe('a generator', () => {
  const numbers = traced(function* numbers(count: number): Generator<number, string, string | undefined> {
    try {
      for (let i = 0; i < count; i++) inner(`got ${yield i}`);
      inner('last');
      return 'done';
    } finally {
      inner('finally');
    }
  });

  test('has a span from its first next() to its end, active in each resume and not in between', () => {
    const generator = numbers(2);
    expect({ spans: telemetry.spans, open: telemetry.openSpans }).toEqual({ spans: [], open: [] });
    expect(generator.next('ignored')).toEqual({ done: false, value: 0 });
    inner('between');
    expect(telemetry.openSpans.map(({ name }) => name)).toEqual(['numbers']);
    expect(currentSpan()).toBeUndefined();
    expect(generator.next('a')).toEqual({ done: false, value: 1 });
    expect(generator.next('b')).toEqual({ done: true, value: 'done' });
    expect(generator.next('c')).toEqual({ done: true, value: undefined });
    expect(tree()).toBe('numbers\n├─ got a\n├─ got b\n├─ last\n└─ finally\nbetween');
  });

  test('is the child of what was active at the call, whoever iterates it', () => {
    const generator = traced('caller', () => numbers(0))();
    traced('other', () => [...generator])();
    expect(tree()).toMatch(/^caller\n└─ numbers\n {3}├─ last\n {3}└─ finally\nother$/);
  });

  test('ends on an early return, and on a break', () => {
    const generator = numbers(3);
    generator.next('');
    expect(generator.return('early')).toEqual({ done: true, value: 'early' });
    for (const _ of numbers(3)) break;
    expect(tree()).toBe('numbers\n└─ finally\nnumbers\n└─ finally');
  });

  test('goes on if its finally yields', () => {
    const generator = traced('stubborn', function* () {
      try {
        yield 1;
      } finally {
        yield 2;
      }
    })();
    generator.next();
    expect(generator.return()).toEqual({ done: false, value: 2 });
    expect(telemetry.openSpans).toHaveLength(1);
    generator.next();
    expect(tree()).toBe('stubborn');
  });

  test('has no span if it was never asked, returned or thrown into before', () => {
    numbers(1);
    expect(numbers(1).return('x')).toEqual({ done: true, value: 'x' });
    const error = new Error('early');
    const generator = numbers(1);
    expect(() => generator.throw(error)).toThrow(error);
    expect(generator.next('')).toEqual({ done: true, value: undefined });
    expect(tree()).toBe('');
  });

  test('that throws has the error; what is thrown into it and caught goes on', () => {
    const generator = traced('careful', function* () {
      try {
        yield 1;
      } catch (error) {
        yield (error as Error).message;
      }
      throw new Error('at last');
    })();
    generator.next();
    expect(generator.throw(new Error('in'))).toEqual({ done: false, value: 'in' });
    expect(() => generator.next()).toThrow('at last');
    expect(tree()).toBe('careful ERROR: at last');
  });

  test('resumed from inside of itself throws as ever, and its span goes on', () => {
    const generator: Generator<number> = traced('running', function* (): Generator<number> {
      expect(() => generator.next()).toThrow('already running');
      yield 1;
    })();
    generator.next();
    expect(telemetry.openSpans).toHaveLength(1);
    generator.next();
    expect(tree()).toBe('running');
  });

  test('stays a generator: instanceof, iterator helpers, yield*, Symbol.iterator', () => {
    const generator = numbers(2);
    expect(generator instanceof numbers).toBe(true);
    expect(generator[Symbol.iterator]()).toBe(generator);
    const outer = function* () {
      return yield* numbers(1);
    };
    expect([...outer()]).toEqual([0]);
    const { map } = generator as unknown as { map(f: (n: number) => number): Iterable<number> };
    expect([...map.call(generator, (n: number) => n + 1)]).toEqual([1, 2]);
    expect(telemetry.spansNamed('numbers')).toHaveLength(2);
    expect(telemetry.openSpans).toEqual([]);
  });

  test('has fields, links and result; fields are asked for with the first next()', () => {
    const asked: string[] = [];
    const generator = traced(
      'described',
      function* (_n: number) {
        asked.push('body');
        yield 1;
        return 'r';
      },
      {
        record: ['_n'],
        fields: ([n]) => {
          asked.push('fields');
          return { double: n * 2 };
        },
        result: (value) => ({ value }),
      },
    )(4);
    expect(asked).toEqual([]);
    expect([...generator]).toEqual([1]);
    expect(asked).toEqual(['fields', 'body']);
    expect(tree()).toBe('described {"_n":4,"double":8,"value":"r"}');
  });

  test('told by what the call returns: one that a plain function hands on lives on from the call', () => {
    const handed = traced(
      'handed on',
      (n: number) => {
        inner('before');
        return numbers(n);
      },
      { result: (value) => ({ value }) },
    );
    const generator = handed(1);
    expect(telemetry.openSpans.map(({ name }) => name)).toEqual(['handed on']);
    expect([...generator]).toEqual([0]);
    expect(tree()).toBe(
      'handed on {"value":"done"}\n├─ before\n└─ numbers\n   ├─ got undefined\n   ├─ last\n   └─ finally',
    );
  });
});

describe('an async generator', () => {
  const rows = traced('rows', async function* (count: number, fail = false) {
    try {
      for (let i = 0; i < count; i++) {
        await turn();
        inner(`row ${i}`);
        yield i;
      }
      if (fail) throw new Error('rows');
    } finally {
      await turn();
      inner('closed');
    }
  });

  test('has a span from its first next() to its end, active also after its awaits', async () => {
    const seen: number[] = [];
    for await (const row of rows(2)) {
      seen.push(row);
      inner('consumer');
      await turn();
    }
    expect(seen).toEqual([0, 1]);
    expect(tree()).toBe('rows\n├─ row 0\n├─ row 1\n└─ closed\nconsumer\nconsumer');
  });

  test('ends on break and on an error', async () => {
    for await (const _ of rows(2)) break;
    const all = async () => {
      for await (const _ of rows(1, true));
    };
    await expect(all()).rejects.toThrow('rows');
    expect(tree()).toBe('rows\n├─ row 0\n└─ closed\nrows ERROR: rows\n├─ row 0\n└─ closed');
  });

  test('asked several times at once ends once', async () => {
    const generator = rows(1);
    expect(await Promise.all([generator.next(), generator.next(), generator.next()])).toEqual([
      { done: false, value: 0 },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(tree()).toBe('rows\n├─ row 0\n└─ closed');
  });

  test('returned before the first next() has no span', async () => {
    expect(await rows(1).return()).toEqual({ done: true, value: undefined });
    expect(tree()).toBe('');
  });
});

test('a generator that is left half-way ends, marked, when it is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const leave = traced('left', function* () {
    yield 1;
    yield 2;
  });
  (() => leave().next())();
  expect(telemetry.openSpans).toHaveLength(1);
  // Each turn of the loop gives finalizers their chance; a bound, so that a leak is a failure and no hang.
  for (let i = 0; i < 500 && telemetry.openSpans.length > 0; i++) {
    collect();
    await turn();
  }
  expect(tree()).toBe('left {"offloop.abandoned":true}');
});
