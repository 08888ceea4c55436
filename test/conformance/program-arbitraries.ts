// Programs at random: right calls more often than not, and every kind of wrong one.

import fc from 'fast-check';
import type { ContextRef, Program, ProgramTracer, RemoteParent, Start, Step } from './program.js';
import { SAMPLER_NAMES } from './program.js';
import { ORIGIN_UNIX_MILLIS } from './test-clock.js';

/** No lone surrogates (both encoders write U+FFFD for them) and no U+FFFD: see `whole-characters`. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((value) => value.isWellFormed() && !value.includes('\ufffd')),
  },
  fc.constantFrom('', 'ASCII', 'ümläut', '𝒳𝒴𝒵', 'a𝒳', 'x'.repeat(3000)),
);
const key = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      'c',
      'd',
      'http.route',
      '0',
      '17',
      '__proto__',
      'constructor',
      'toString',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).filter((value) => !value.includes('\u0002')) },
);

class Opaque {
  readonly a = 1;
}

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    1.5,
    2 ** 31,
    -(2 ** 31),
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    1e300,
    Number.NaN,
    Infinity,
    -Infinity,
  ),
);
const bytes = fc.uint8Array({ maxLength: 20 });
const formless = fc.constantFrom(Symbol('s'), () => {}, new Date(0), new Map(), new Opaque(), /x/, 2n ** 64n);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: text },
    { weight: 4, arbitrary: number },
    { weight: 2, arbitrary: fc.boolean() },
    { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: bytes.map((data) => Buffer.from(data)) },
    { weight: 1, arbitrary: bytes.map((data) => data.slice().buffer) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map(BigInt) },
    { weight: 1, arbitrary: formless },
    { weight: 2, arbitrary: fc.array(fc.oneof(text, number), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 2, arbitrary: mapOf(tie('value')) },
  ),
})).value;
const attributes = mapOf(value);
const simpleAttributes = mapOf(fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 })));

/** Own properties whatever the key, also `__proto__`. */
function mapOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .uniqueArray(fc.tuple(key, values), { maxLength: 5, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries));
}

const offsetMillis = fc.integer({ min: -2000, max: 20_000 });
const time: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(undefined, null) },
  { weight: 2, arbitrary: offsetMillis.map((millis) => new Date(ORIGIN_UNIX_MILLIS + millis)) },
  { weight: 2, arbitrary: offsetMillis.map((millis) => ORIGIN_UNIX_MILLIS + millis + 0.25) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 80_000 }).map((quarters) => quarters / 4) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.integer({ min: -2, max: 20 }).map((seconds) => ORIGIN_UNIX_MILLIS / 1000 + seconds),
      fc.integer({ min: -1, max: 2_000_000_000 }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      Number.NaN,
      -1,
      Infinity,
      'text',
      {},
      [1],
      [-1, 0],
      [Number.NaN, 0],
      new Date(Number.NaN),
      new Date(-1),
      [0, 0],
      1e15,
    ),
  },
);

const hex = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''));
const traceState = fc.option(fc.constantFrom('a=1', 'a=1,b=2', 'ot=th:8;rv:0123456789abcd', 'k@v=x'), {
  nil: undefined,
});
const link: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        context: fc.record({
          traceId: fc.oneof({ weight: 5, arbitrary: hex(32) }, fc.constantFrom('0'.repeat(32), 'no id', '')),
          spanId: fc.oneof({ weight: 5, arbitrary: hex(16) }, fc.constant('0'.repeat(16))),
          traceFlags: fc.integer({ min: 0, max: 255 }),
          isRemote: fc.constantFrom(true, false, undefined),
        }),
        attributes,
        droppedAttributesCount: fc.constantFrom(0, 3, -1),
      },
      { requiredKeys: ['context'] },
    ),
  },
  fc.constantFrom<unknown>(null, undefined, {}, 'link', { context: null }),
);
const name = fc.oneof({ weight: 20, arbitrary: text }, fc.constantFrom<unknown>(undefined, null, 7, {}));

const options = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(undefined, {}) },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        kind: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 4 }) },
          fc.constantFrom<unknown>(5, -1, 'x', null),
        ),
        attributes: fc.oneof({ weight: 9, arbitrary: attributes }, fc.constantFrom<unknown>(null, 'x', 5)),
        links: fc.oneof(
          { weight: 9, arbitrary: fc.array(link, { maxLength: 4 }) },
          fc.constantFrom<unknown>(null, 'x', {}),
        ),
        startTime: time,
        root: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
);

const index = fc.nat({ max: 40 });
const contextRef: fc.Arbitrary<ContextRef> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ContextRef>({ of: 'active' }) },
  { weight: 2, arbitrary: fc.constant<ContextRef>({ of: 'root' }) },
  { weight: 4, arbitrary: index.map((at): ContextRef => ({ of: 'span', index: at })) },
  { weight: 2, arbitrary: index.map((at): ContextRef => ({ of: 'remote', index: at })) },
  { weight: 1, arbitrary: index.map((at): ContextRef => ({ of: 'suppressed', index: at })) },
);
const start: fc.Arbitrary<Start> = fc.record({ tracer: index, name, options, context: contextRef });

const error = fc.oneof(
  text.map((message) => Object.assign(new Error(message), { stack: 'Error: at x' })),
  text,
  fc.record(
    {
      name: fc.oneof(text, fc.constantFrom<unknown>(7, {})),
      message: fc.oneof(text, fc.constantFrom<unknown>(7, {})),
      stack: fc.oneof(text, fc.constantFrom<unknown>(7, {})),
      code: fc.oneof(text, fc.constantFrom<unknown>(0, 7, true, false, {}, null)),
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom<unknown>(null, undefined, 5, true, ''),
);
const status = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }, { requiredKeys: ['code'] }),
  },
  fc.constantFrom<unknown>(null, undefined, {}, { code: 3 }, { code: 2, message: 5 }, { code: '2' }),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const calls: Readonly<Record<string, fc.Arbitrary<readonly unknown[]>>> = {
  setAttribute: fc.tuple(
    fc.oneof({ weight: 12, arbitrary: key }, fc.constantFrom<unknown>(undefined, null, 5)),
    value,
  ),
  setAttributes: fc.tuple(
    fc.oneof({ weight: 9, arbitrary: attributes }, fc.constantFrom<unknown>(null, undefined, 5)),
  ),
  addEvent: fc.oneof(
    fc.tuple(name),
    fc.tuple(name, simpleAttributes, time),
    fc.tuple(name, attributes, time),
    fc.tuple(name, time, time),
  ),
  addLink: fc.tuple(link),
  addLinks: fc.tuple(
    fc.oneof({ weight: 9, arbitrary: fc.array(link, { maxLength: 3 }) }, fc.constantFrom<unknown>(null, {})),
  ),
  setStatus: fc.tuple(status),
  updateName: fc.tuple(name),
  recordException: fc.tuple(error, time, optional(attributes)),
  isRecording: fc.constant([]),
  end: fc.tuple(time),
};

/** Ends are rarer than what comes before them. */
const anyCall = fc.oneof(
  ...Object.entries(calls).map(([method, args]) => ({
    weight: method === 'end' ? 1 : 3,
    arbitrary: callOf(method, args),
  })),
);

/** Not by recursion with a depth: past it, fast-check would make nothing but the first kind of step. */
function stepOf(level: number): fc.Arbitrary<Step> {
  const flat: fc.WeightedArbitrary<Step>[] = [
    { weight: 8, arbitrary: fc.record({ do: fc.constant('start' as const), start }) },
    {
      weight: 20,
      arbitrary: anyCall,
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), millis: fc.integer({ min: 0, max: 3000 }) }),
    },
  ];
  if (level === 0) return fc.oneof(...flat);
  const body = fc.array(stepOf(level - 1), { maxLength: 6 });
  return fc.oneof(
    ...flat,
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('active' as const),
        form: fc.constantFrom(2 as const, 3 as const, 4 as const),
        start,
        ends: fc.boolean(),
        body,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('with' as const), context: contextRef, body }),
    },
  );
}

function callOf(method: string, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('call' as const), span: index, method: fc.constant(method), args });
}

const steps = fc.array(stepOf(2), { minLength: 1, maxLength: 60, size: 'max' });

const limit = (max: number) => fc.integer({ min: 0, max });
const limits = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      attributeCountLimit: limit(5),
      attributeValueLengthLimit: limit(8),
      attributeDepthLimit: fc.integer({ min: 1, max: 4 }),
      eventCountLimit: limit(3),
      linkCountLimit: limit(3),
      attributePerEventCountLimit: limit(4),
      attributePerLinkCountLimit: limit(4),
    },
    { requiredKeys: [] },
  ),
);

const tracer: fc.Arbitrary<ProgramTracer> = fc.record({
  name: text,
  version: fc.constantFrom(undefined, '', '1.2.3'),
  schemaUrl: fc.constantFrom(undefined, '', 'https://opentelemetry.io/schemas/1.37.0'),
  attributes: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({ a: fc.constantFrom('x', 'y'), b: fc.integer(), c: fc.boolean() }),
  ),
});

/** A trace id of its own each; now and then one that is no parent. */
const remote: fc.Arbitrary<RemoteParent> = fc.record({
  traceId: fc.oneof({ weight: 8, arbitrary: hex(32) }, fc.constant('0'.repeat(32))),
  spanId: hex(16),
  traceFlags: fc.integer({ min: 0, max: 255 }),
  traceState,
  isRemote: fc.constantFrom(true, false, undefined),
});

/** Every span that a program leaves open is ended at its end, or nothing of it would be compared. */
export const anyProgram: fc.Arbitrary<Program> = fc
  .record({
    limits,
    sampler: fc.record({
      name: fc.oneof(
        { weight: 4, arbitrary: fc.constant('parentbased_always_on' as const) },
        fc.constantFrom(...SAMPLER_NAMES),
      ),
      ratio: fc.constantFrom(0, 0.25, 0.5, 1),
    }),
    randomFlag: fc.boolean(),
    tracers: fc.array(tracer, { minLength: 1, maxLength: 3 }),
    remotes: fc.uniqueArray(remote, { minLength: 1, maxLength: 3, selector: ({ traceId }) => traceId }),
    steps,
  })
  .map((program) => ({ ...program, steps: [...program.steps, ...endAll(program.steps)] }));

function endAll(all: readonly Step[]): Step[] {
  const count = startsOf(all);
  return Array.from({ length: count }, (_, span) => ({ do: 'call', span, method: 'end', args: [] }));
}

function startsOf(all: readonly Step[]): number {
  let count = 0;
  for (const step of all) {
    if (step.do === 'start' || step.do === 'active') count++;
    if (step.do === 'active' || step.do === 'with') count += startsOf(step.body);
  }
  return count;
}
