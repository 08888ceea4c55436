// What user code must be able to pass into any API call without harm. Each entry makes its value anew. Large ones are a
// tenth of what the tests of single calls use: these go into every call there is.

const everyTrap = [
  'apply',
  'construct',
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'isExtensible',
  'ownKeys',
  'preventExtensions',
  'set',
  'setPrototypeOf',
];

class Hostile extends Error {}

function throwingHandler(): ProxyHandler<never> {
  const handler: Record<string, () => never> = {};
  for (const trap of everyTrap) {
    handler[trap] = () => {
      throw new Hostile(trap);
    };
  }
  return handler as ProxyHandler<never>;
}

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function throwingGetters(names: readonly string[]): object {
  const object = {};
  for (const name of names) {
    Object.defineProperty(object, name, {
      enumerable: true,
      get() {
        throw new Hostile(name);
      },
    });
  }
  return object;
}

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'core';
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
}

function cyclic(): object {
  const object: Record<string, unknown> = { list: [] };
  object.self = object;
  (object.list as unknown[]).push(object, object.list);
  return object;
}

class Instance {
  readonly field = 1;
  get getter(): never {
    throw new Hostile('getter');
  }
}

/** Everything that the API reads by name. */
const READ_NAMES = [
  'attributes',
  'code',
  'context',
  'droppedAttributesCount',
  'getTime',
  'getValue',
  'kind',
  'length',
  'links',
  'message',
  'name',
  'root',
  'schemaUrl',
  'spanContext',
  'spanId',
  'stack',
  'startTime',
  'traceFlags',
  'traceId',
  'traceState',
];

export const HOSTILE_VALUES: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a symbol', () => Symbol('hostile')],
  ['true', () => true],
  ['0', () => 0],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['a negative number', () => -1e300],
  ['a bigint beyond int64', () => 2n ** 64n],
  ['a small bigint', () => -5n],
  ['an empty string', () => ''],
  ['lone surrogates', () => '\ud800 middle \udfff\ud800'],
  ['control characters', () => '\u0000\r\n\u007f'],
  ['a string of 2 MB', () => 'x'.repeat(2_000_000)],
  ['a string of 2 MB that is no ASCII', () => 'ä'.repeat(1_000_000)],
  [
    'a function',
    () => () => {
      throw new Hostile('called');
    },
  ],
  ['an object whose getters throw', () => throwingGetters(READ_NAMES)],
  [
    'an object with one throwing getter among others',
    () => ({
      before: 1,
      get broken() {
        throw new Hostile('broken');
      },
      after: 2,
    }),
  ],
  ['a proxy whose traps throw', () => new Proxy({}, throwingHandler())],
  ['a function proxy whose traps throw', () => new Proxy(() => {}, throwingHandler())],
  ['an array proxy whose traps throw', () => new Proxy([] as never, throwingHandler())],
  ['a revoked proxy', () => revoked({})],
  ['a revoked array proxy', () => revoked([])],
  ['a revoked function proxy', () => revoked(() => {})],
  [
    'a proxy that is its own prototype',
    () => {
      const proxy: object = new Proxy({}, { getPrototypeOf: () => proxy });
      return proxy;
    },
  ],
  [
    'an array proxy of endless length',
    () =>
      new Proxy([], { get: (target, key) => (key === 'length' ? 2 ** 53 - 1 : Reflect.get(target, key)) }),
  ],
  [
    'an iterable without an end',
    () => ({
      *[Symbol.iterator]() {
        for (;;) yield {};
      },
    }),
  ],
  ['a cyclic object', cyclic],
  ['20,000 nested arrays', () => deep(20_000, (inner) => [inner])],
  ['20,000 nested objects', () => deep(20_000, (inner) => ({ inner }))],
  ['an array of 10^5 items', () => new Array(100_000).fill('item')],
  ['10^5 attributes', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]))],
  [
    '10^3 large arrays',
    () => {
      const large = new Array(100_000).fill(1);
      return Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, large]));
    },
  ],
  ['the same 2 MB of bytes a thousand times', () => new Array(1000).fill(Buffer.alloc(2_000_000))],
  [
    'a map of undefined a thousand times',
    () => {
      const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, undefined]));
      return new Array(1000).fill(wide);
    },
  ],
  [
    'a sparse array',
    () => {
      const sparse: unknown[] = [];
      sparse[4_000_000_000] = 1;
      return sparse;
    },
  ],
  ['an instance of a class', () => new Instance()],
  ['a date that is none', () => new Date(Number.NaN)],
  ['a map', () => new Map([['a', 1]])],
  ['a set', () => new Set([1])],
  ['a promise', () => Promise.resolve(1)],
  ['a regular expression', () => /x/g],
  ['an error', () => new Hostile('value')],
  ['a typed array', () => new Float64Array(8)],
  ['bytes in shared memory', () => new Uint8Array(new SharedArrayBuffer(64))],
  ['shared memory', () => new SharedArrayBuffer(64)],
  ['a view of other things', () => new DataView(new ArrayBuffer(8))],
  [
    'a detached buffer',
    () => {
      const view = new Uint8Array(8);
      structuredClone(view.buffer, { transfer: [view.buffer] });
      return view;
    },
  ],
  ['the global object', () => globalThis],
  ['an object without prototype', () => Object.assign(Object.create(null), { a: 1 })],
  ['an own property named __proto__', () => JSON.parse('{"__proto__":{"a":1},"b":2}')],
  ['a frozen object', () => Object.freeze({ a: 1 })],
];
