import { type Context, context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetLevels, setLevel } from '../../../../src/main/levels/levels.js';
import { callbackErrorCount } from '../../../../src/main/lifecycle/callback-errors.js';
import { createTestTelemetry, type TestTelemetry } from '../../../../src/main/testing.js';
import { traced } from '../../../../src/main/traced/traced.js';
import { currentSpan, record } from '../../../../src/main/traced/with-span.js';

let telemetry: TestTelemetry;
beforeAll(() => {
  telemetry = createTestTelemetry().register();
});
beforeEach(() => {
  telemetry.reset();
});
afterEach(() => {
  forgetLevels();
});
afterAll(() => telemetry.shutdown());

const activeName = (): string | undefined => (currentSpan() as { name?: string } | undefined)?.name;
const inner = (name: string): void => trace.getTracer('test').startSpan(name).end();

/** Spans still open are a failure of the test too. */
function tree(): string {
  expect(telemetry.openSpans).toEqual([]);
  return telemetry.treeText({ attributes: true });
}

describe('a synchronous function', () => {
  test('has a span with its name around the call, in which the span is active', () => {
    const add = traced(function add(a: number, b: number) {
      inner('inside');
      return a + b;
    });
    expect(add(1, 2)).toBe(3);
    inner('after');
    expect(tree()).toBe('add\n└─ inside\nafter');
  });

  test('keeps this, name, length, properties and prototype', () => {
    function original(this: { n: number }, a: number, _b = 1): number {
      return this.n + a;
    }
    original.extra = 'x';
    const fn = traced('other', original);
    expect(fn.call({ n: 1 }, 2)).toBe(3);
    expect({ name: fn.name, length: fn.length, extra: fn.extra }).toEqual({
      name: 'original',
      length: 1,
      extra: 'x',
    });
    expect(fn.prototype).toBe(original.prototype);
    expect(tree()).toBe('other');
  });

  test('is called with exactly the arguments that came', () => {
    const count = traced('count', function (..._args: unknown[]) {
      // biome-ignore lint/complexity/noArguments: what arrives is the question
      return arguments.length;
    });
    expect([count(), count(undefined), count(1, 2, 3)]).toEqual([0, 1, 3]);
  });

  test('that throws has an exception event and the status, and what it threw arrives untouched', () => {
    const error = new TypeError('broken');
    const fn = traced('fails', () => {
      throw error;
    });
    expect(catching(fn)).toBe(error);
    const span = telemetry.spanNamed('fails');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
    expect(span.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'broken' } },
    ]);
  });

  test.each([
    ['text', 'text'],
    [5, '5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ no: 'error' }, 'an object was thrown that is no Error'],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('trap');
          },
        },
      ),
      'something was thrown that cannot be read',
    ],
  ])('may throw anything: case %#', (thrown, message) => {
    const fn = traced('fails', () => {
      throw thrown;
    });
    expect(catching(fn) === thrown).toBe(true);
    const span = telemetry.spanNamed('fails');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span.events).toHaveLength(1);
  });

  test('may end its span itself', () => {
    traced('ended', () => currentSpan()?.end())();
    expect(tree()).toBe('ended');
  });
});

describe('an asynchronous function', () => {
  test('has a span to the end of its promise, active in everything awaited', async () => {
    const step = traced('step', async (n: number) => {
      await turn();
      inner(`in ${n}`);
      return n;
    });
    const both = traced('both', async () => {
      const results = await Promise.all([step(1), step(2)]);
      expect(activeName()).toBe('both');
      return results;
    });
    const promise = both();
    expect(telemetry.spans).toEqual([]);
    expect(activeName()).toBeUndefined();
    expect(await promise).toEqual([1, 2]);
    expect(tree()).toBe('both\n├─ step\n│  └─ in 1\n└─ step\n   └─ in 2');
  });

  test('told by its promise, though it is declared without async', async () => {
    const fn = traced('handed on', () => turn().then(() => inner('late')));
    await fn();
    expect(tree()).toBe('handed on\n└─ late');
  });

  test('that rejects has the error, which arrives untouched', async () => {
    const error = new Error('later');
    const fn = traced('rejects', async () => {
      await turn();
      throw error;
    });
    await expect(fn()).rejects.toBe(error);
    expect(tree()).toBe('rejects ERROR: later');
  });

  test('leaves a rejection that nobody handles unhandled, once', async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const arrived = new Promise<void>((resolve) => {
      process.on('unhandledRejection', (error) => {
        seen.push(error);
        resolve();
      });
    });
    const error = new Error('nobody');
    traced('rejects', async () => {
      throw error;
    })();
    await arrived;
    await turn();
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
    expect(seen).toEqual([error]);
  });

  test('keeps what is hung on its promise', async () => {
    const fn = traced('with methods', () => Object.assign(turn(), { kill: () => 'killed' }));
    const promise = fn();
    expect(promise.kill()).toBe('killed');
    await promise;
    expect(tree()).toBe('with methods');
  });

  test('that returns a lazy thenable runs it once, when it is awaited, with the span active', async () => {
    let runs = 0;
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: the thenable is the subject
      then(onFulfilled: (rows: number) => unknown, onRejected?: (error: unknown) => unknown): unknown {
        runs++;
        inner('runs');
        return Promise.resolve(7).then(onFulfilled, onRejected);
      }
    }
    const query = traced('query', () => new Query(), { result: (rows) => ({ rows }) })();
    expect({ runs, isQuery: query instanceof Query }).toEqual({ runs: 0, isQuery: true });
    expect(await query).toBe(7);
    expect(runs).toBe(1);
    expect(tree()).toBe('query {"rows":7}\n└─ runs');
  });
});

describe('options', () => {
  test('kind, target, static attributes and result are the span’s', async () => {
    const options = {
      name: 'charge',
      kind: SpanKind.CLIENT,
      target: 'shop.pay',
      attributes: { a: 1 },
      result: (receipt: { id: string }) => ({ 'receipt.id': receipt.id }),
    };
    await traced(async () => ({ id: 'r1' }), options)();
    const span = telemetry.spanNamed('charge');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.instrumentationScope.name).toBe('shop.pay');
    expect(span.attributes).toEqual({ a: 1, 'receipt.id': 'r1' });
  });

  test('fields get arguments and this; what they leave empty, record fills in later', async () => {
    const load = traced(
      'load',
      async function (this: { region: string }, id: number) {
        await turn();
        record({ rows: id * 2, other: undefined });
        return id;
      },
      {
        fields(args) {
          return { id: args[0], region: this.region, rows: undefined };
        },
      },
    );
    await load.call({ region: 'eu' }, 4);
    expect(tree()).toBe('load {"id":4,"region":"eu","rows":8}');
  });

  test('nothing of the arguments is recorded by default; record names arguments and paths', () => {
    const fn = (id: number, user: { name: string; tags: string[] }, when: Date, ...rest: number[]) =>
      [id, user, when, rest].length;
    const args = [1, { name: 'ann', tags: ['a'] }, new Date(0), 5, 6] as const;
    const call = (f: typeof fn) => f(args[0], { ...args[1], tags: ['a'] }, args[2], args[3], args[4]);
    call(traced('plain', fn));
    call(
      traced('recorded', fn, {
        record: ['id', 'user.name', 'user.tags', 'user.none', 'user', 'when', 'rest', 'rest.1', '1.name'],
      }),
    );
    expect(telemetry.attributesOf('plain')).toEqual({});
    expect(telemetry.attributesOf('recorded')).toEqual({
      id: 1,
      'user.name': 'ann',
      'user.tags': ['a'],
      when: '1970-01-01T00:00:00.000Z',
      rest: [5, 6],
      'rest.1': 6,
      '1.name': 'ann',
    });
  });

  test('root begins a new trace; links are the span’s, also those made from arguments', () => {
    const linked = trace.getTracer('test').startSpan('linked');
    const link = { context: linked.spanContext() };
    linked.end();
    traced('outer', () => {
      traced('alone', () => inner('below'), { root: true, links: [link] })();
      traced('from arguments', (_link: typeof link) => {}, { links: ([given]) => [given] })(link);
    })();
    expect(tree()).toBe('linked\nouter\n└─ from arguments\nalone\n└─ below');
    for (const name of ['alone', 'from arguments']) {
      expect(telemetry.spanNamed(name).links).toMatchObject([link]);
    }
  });

  test('parent may be a span, the ids of one, a context, or made from the arguments', () => {
    const parent = trace.getTracer('test').startSpan('parent');
    const key = Symbol('baggage');
    const withBaggage = trace.setSpan(context.active().setValue(key, 'kept'), parent);
    traced('span', () => {}, { parent })();
    traced('ids', () => {}, { parent: parent.spanContext() })();
    traced('context', () => expect(context.active().getValue(key)).toBe('kept'), { parent: withBaggage })();
    traced('argument', (_job: { context: Context }) => {}, { parent: ([job]) => job.context })({
      context: withBaggage,
    });
    traced('none', (_job: undefined) => {}, { parent: ([job]) => job })(undefined);
    parent.end();
    expect(tree()).toBe('parent\n├─ span\n├─ ids\n├─ context\n└─ argument\nnone');
  });

  test.each([
    ['record', 1, SpanStatusCode.ERROR],
    ['status', 0, SpanStatusCode.ERROR],
    ['ignore', 0, SpanStatusCode.UNSET],
  ] as const)('errors: %s', (mode, events, code) => {
    const fail = (): never => {
      throw new Error('no');
    };
    for (const errors of [mode, () => mode]) {
      telemetry.reset();
      expect(catching(traced('fails', fail, { errors }))).toBeInstanceOf(Error);
      const span = telemetry.spanNamed('fails');
      expect({ events: span.events.length, code: span.status.code }).toEqual({ events, code });
    }
  });

  test('callbacks that throw are counted, and the call goes on', () => {
    const before = callbackErrorCount();
    const boom = (): never => {
      throw new Error('callback');
    };
    const options = { fields: boom, result: boom, links: boom, parent: boom };
    expect(traced('goes on', () => 1, options)()).toBe(1);
    expect(callbackErrorCount() - before).toBe(4);
    const failing = traced('fails', () => boom(), { errors: boom });
    expect(catching(failing)).toMatchObject({ message: 'callback' });
    expect(callbackErrorCount() - before).toBe(5);
    const getter = {
      get name(): string {
        return boom();
      },
    };
    traced('getter', (_user: { name: string }) => {}, { record: ['_user.name'] })(getter);
    expect(callbackErrorCount() - before).toBe(6);
    expect(tree()).toBe('goes on\nfails ERROR: callback\ngetter');
  });
});

describe('a call that is disabled', () => {
  test('by level computes nothing and goes straight through; at run time it is on again', () => {
    const asked: string[] = [];
    const fn = traced('quiet', (n: number) => n + 1, {
      level: 'debug',
      target: 'shop.cart',
      fields: () => {
        asked.push('fields');
        return {};
      },
      result: () => {
        asked.push('result');
        return {};
      },
      parent: () => {
        asked.push('parent');
        return undefined;
      },
    });
    expect(fn(1)).toBe(2);
    expect({ asked, spans: telemetry.spans.length }).toEqual({ asked: [], spans: 0 });
    setLevel('info,shop=debug');
    expect(fn(1)).toBe(2);
    expect(asked).toEqual(['parent', 'fields', 'result']);
    setLevel('off');
    expect(fn(1)).toBe(2);
    expect(tree()).toBe('quiet');
  });

  test('because the span does not record computes neither fields nor results', async () => {
    await telemetry.shutdown();
    let asked = 0;
    const ask = () => {
      asked++;
      return {};
    };
    const fn = traced('unrecorded', async () => activeName(), { fields: ask, result: ask });
    try {
      // No telemetry at all: as before start().
      expect(await fn()).toBeUndefined();
      const unsampled = createTestTelemetry({
        sampler: { shouldSample: () => ({ decision: 0 }) },
      }).register();
      expect(await fn()).toBeUndefined();
      expect(unsampled.spans).toEqual([]);
      await unsampled.shutdown();
      expect(asked).toBe(0);
    } finally {
      telemetry = createTestTelemetry().register();
    }
    await fn();
    expect(asked).toBe(2);
    expect(tree()).toBe('unrecorded');
  });
});

describe('at definition a typed error refuses', () => {
  const fn = (id: number, { user: { name: alias } = { name: '' } }: { user?: { name: string } }) => [
    id,
    alias,
  ];
  test.each<[string, unknown[], string]>([
    ['what is no function', [undefined], 'ERR_OFFLOOP_TRACED_FN'],
    ['what is no function, named', ['name', {}], 'ERR_OFFLOOP_TRACED_FN'],
    ['a class', [class A {}], 'ERR_OFFLOOP_TRACED_FN'],
    ['a function without a name', [() => {}], 'ERR_OFFLOOP_TRACED_NAME'],
    ['an empty name', ['', fn], 'ERR_OFFLOOP_TRACED_NAME'],
    ['two names', ['a', fn, { name: 'b' }], 'ERR_OFFLOOP_TRACED_NAME'],
    ['unknown options', [fn, { feilds: () => {} }], 'ERR_OFFLOOP_TRACED_OPTION'],
    ['options that are no object', [fn, 'x'], 'ERR_OFFLOOP_TRACED_OPTIONS'],
    ['a kind that is none', [fn, { kind: 5 }], 'ERR_OFFLOOP_TRACED_KIND'],
    ['a level that is none', [fn, { level: 'off' }], 'ERR_OFFLOOP_TRACED_LEVEL'],
    ['a target that is none', [fn, { target: 1 }], 'ERR_OFFLOOP_TRACED_TARGET'],
    ['fields that are no function', [fn, { fields: {} }], 'ERR_OFFLOOP_TRACED_FIELDS'],
    ['a result that is no function', [fn, { result: true }], 'ERR_OFFLOOP_TRACED_RESULT'],
    ['errors of another word', [fn, { errors: 'throw' }], 'ERR_OFFLOOP_TRACED_ERRORS'],
    ['links that are no array', [fn, { links: {} }], 'ERR_OFFLOOP_TRACED_LINKS'],
    ['a parent that is none', [fn, { parent: {} }], 'ERR_OFFLOOP_TRACED_PARENT'],
    ['root with a parent', [fn, { root: true, parent: () => {} }], 'ERR_OFFLOOP_TRACED_ROOT'],
    ['an argument that the function has not', [fn, { record: ['ID'] }], 'ERR_OFFLOOP_TRACED_RECORD'],
    ['a path with a hole', [fn, { record: ['id..a'] }], 'ERR_OFFLOOP_TRACED_RECORD'],
  ])('%s', (_what, args, code) => {
    const error = catching(() => (traced as (...given: unknown[]) => unknown)(...args));
    expect(error).toMatchObject({ name: 'OptionError', code });
    expect((error as { remedy: string }).remedy).not.toBe('');
  });

  test('and takes kinds 0 to 4, and the names of a destructured argument', () => {
    for (const kind of [0, 4]) expect(traced(fn, { kind })).toBeTypeOf('function');
    traced(fn, { record: ['alias', 'id'] })(1, { user: { name: 'ann' } });
    expect(tree()).toBe('fn {"alias":"ann","id":1}');
  });
});

test('a function traced before telemetry, and between two, records into the one that is registered', async () => {
  const names: string[] = [];
  await telemetry.shutdown();
  const fn = traced('early', () => names.push('called'));
  fn();
  for (const _ of [1, 2]) {
    telemetry = createTestTelemetry().register();
    fn();
    expect(tree()).toBe('early');
    if (_ === 1) await telemetry.shutdown();
  }
  expect(names).toHaveLength(3);
});

test('a traced function follows the tracer provider that is registered at the moment', () => {
  const asked: string[] = [];
  const fn = traced('follows', () => {}, { target: 'shop' });
  try {
    for (const name of ['first', 'second']) {
      const tracer = { startSpan: () => {}, startActiveSpan: () => asked.push(name) };
      trace.disable();
      trace.setGlobalTracerProvider({
        getTracer(scope) {
          asked.push(scope);
          return tracer as unknown as Tracer;
        },
      });
      fn();
      fn();
    }
  } finally {
    trace.disable();
  }
  expect(asked).toEqual(['shop', 'first', 'first', 'shop', 'second', 'second']);
});

test('the span is started with the arguments that a tracer of another SDK expects', () => {
  const calls: unknown[][] = [];
  const tracer = { startSpan: () => {}, startActiveSpan: (...args: unknown[]) => calls.push(args) };
  trace.disable();
  trace.setGlobalTracerProvider({ getTracer: () => tracer as unknown as Tracer });
  try {
    traced('plain', () => {})();
    traced('with options', () => {}, { kind: 1 })();
    traced('with parent', () => {}, { parent: context.active() })();
  } finally {
    trace.disable();
  }
  const shapes = calls.map((args) => args.map((arg) => typeof arg));
  expect(shapes).toEqual([
    ['string', 'function'],
    ['string', 'object', 'function'],
    ['string', 'object', 'object', 'function'],
  ]);
});

function catching(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
