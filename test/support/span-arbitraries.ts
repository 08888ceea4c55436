// fast-check arbitraries for spans with everything that a record can hold.

import fc from 'fast-check';
import type {
  DecodedAttribute,
  DecodedEvent,
  DecodedLink,
  DecodedScope,
  DecodedSpan,
  DecodedTime,
  DecodedValue,
} from '../../src/shared/codec/decoded-span.js';

/** Runs of each property: `FC_RUNS=10000 npx vitest run test/property` for a long one. */
export const PROPERTY_RUNS = Number(process.env.FC_RUNS ?? 150);
/** A failing property is shrunk within it, too. */
export const PROPERTY_TIMEOUT_MILLIS = 60_000 + PROPERTY_RUNS * 200;

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 24 });
const unicode = fc.string({ unit: 'binary', maxLength: 24 });
/** Long enough for every way of copying and for lengths of two and three bytes. */
const long = fc
  .tuple(ascii, fc.integer({ min: 90, max: 400 }))
  .map(([text, count]) => `${text}x`.repeat(count).slice(0, count * 5));
export const wellFormedText = fc.oneof(
  { weight: 5, arbitrary: ascii },
  { weight: 3, arbitrary: unicode },
  { weight: 1, arbitrary: long },
);
/** Any sequence of UTF-16 units. */
export const anyText = fc.oneof(
  wellFormedText,
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    maxLength: 40,
  }),
  fc.constantFrom('\ud800', 'a\udfffb', '\ud800i12', '\ud800d1', '","intValue":"1'),
);

const key = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'http.route',
      'k',
      'a.rather.long.attribute.key',
      '__proto__',
      'constructor',
      '0',
      '17',
      '',
    ),
  },
  { weight: 3, arbitrary: wellFormedText },
);

const int64 = fc.oneof(
  fc.integer({ min: -3, max: 300 }).map(BigInt),
  fc.integer().map(BigInt),
  fc.maxSafeInteger().map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 127n, 128n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 31n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, -17, 2 ** 53, 2 ** 63, 1e300, Number.NaN, Infinity, -Infinity, 5e-324),
);

/** What otlp-transformer tells apart: it takes integral doubles for integers, and knows no bigint. */
const oracleInt = fc.oneof(fc.integer(), fc.maxSafeInteger()).map(BigInt);
const oracleDouble = fc
  .double()
  .map((value) => (Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 0.5 : value));

function valueWith(ints: fc.Arbitrary<bigint>, doubles: fc.Arbitrary<number>): fc.Arbitrary<DecodedValue> {
  const { value } = fc.letrec<{ value: DecodedValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: wellFormedText.map((value): DecodedValue => ({ type: 'string', value })) },
      { weight: 2, arbitrary: fc.boolean().map((value): DecodedValue => ({ type: 'bool', value })) },
      { weight: 4, arbitrary: ints.map((value): DecodedValue => ({ type: 'int', value })) },
      { weight: 3, arbitrary: doubles.map((value): DecodedValue => ({ type: 'double', value })) },
      {
        weight: 1,
        arbitrary: fc
          .uint8Array({ maxLength: 200 })
          .map((value): DecodedValue => ({ type: 'bytes', value: new Uint8Array(value) })),
      },
      { weight: 1, arbitrary: fc.constant<DecodedValue>({ type: 'empty' }) },
      {
        weight: 1,
        arbitrary: fc
          .array(tie('value'), { maxLength: 5 })
          .map((items): DecodedValue => ({ type: 'array', items })),
      },
      {
        weight: 1,
        arbitrary: fc
          .uniqueArray(fc.record({ key, value: tie('value') }), {
            maxLength: 4,
            selector: (entry) => entry.key,
          })
          .map((entries): DecodedValue => ({ type: 'map', entries })),
      },
    ),
  }));
  return value;
}

function attributesOf(value: fc.Arbitrary<DecodedValue>): fc.Arbitrary<DecodedAttribute[]> {
  return fc.uniqueArray(fc.record({ key, value }, { noNullPrototype: true }), {
    maxLength: 7,
    selector: (attribute) => attribute.key,
  });
}

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const count = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, 127, 128, 2 ** 32 - 1));

/** Times of today and around, in both clocks. The anchor of the tests is at ANCHOR_UNIX_MILLIS. */
export const ANCHOR_UNIX_MILLIS = 1_790_000_000_123.25;
const time: fc.Arbitrary<DecodedTime> = fc.oneof(
  fc.double({ min: 0, max: 5e9, noNaN: true }).map((millis): DecodedTime => ({ clock: 'monotonic', millis })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((nanos): DecodedTime => ({ clock: 'unix', nanos })),
  fc
    .bigInt({ min: 1_790_000_000n * 10n ** 9n, max: 1_790_000_900n * 10n ** 9n })
    .map((nanos): DecodedTime => ({ clock: 'unix', nanos })),
);

function spanOf(attributes: fc.Arbitrary<DecodedAttribute[]>): fc.Arbitrary<DecodedSpan> {
  const event: fc.Arbitrary<DecodedEvent> = fc.record({
    name: wellFormedText,
    time,
    attributes,
    droppedAttributes: count,
  });
  const link: fc.Arbitrary<DecodedLink> = fc.record({
    traceId: hex(16),
    spanId: hex(8),
    traceState: fc.oneof(fc.constant(''), ascii),
    traceFlags: fc.integer({ min: 0, max: 255 }),
    isRemote: fc.boolean(),
    attributes,
    droppedAttributes: count,
  });
  return fc.record(
    {
      traceId: hex(16),
      spanId: hex(8),
      parentSpanId: fc.option(hex(8), { nil: undefined }),
      parentIsRemote: fc.boolean(),
      traceFlags: fc.integer({ min: 0, max: 255 }),
      traceState: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, wellFormedText),
      kind: fc.integer({ min: 0, max: 5 }),
      name: wellFormedText,
      scopeId: fc.constant(0),
      start: time,
      end: time,
      statusCode: fc.integer({ min: 0, max: 2 }),
      statusMessage: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, wellFormedText),
      attributes,
      events: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(event, { maxLength: 3 })),
      links: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(link, { maxLength: 3 })),
      droppedAttributes: count,
      droppedEvents: count,
      droppedLinks: count,
    },
    { noNullPrototype: true },
  );
}

const attributes = attributesOf(valueWith(int64, double));
export const anySpan = spanOf(attributes);
export const oracleSpan = spanOf(attributesOf(valueWith(oracleInt, oracleDouble)));

export const anyScope: fc.Arbitrary<DecodedScope> = fc.record({
  name: wellFormedText,
  version: fc.oneof(fc.constant(''), fc.constant('1.2.3'), wellFormedText),
  schemaUrl: fc.oneof(fc.constant(''), fc.constant('https://opentelemetry.io/schemas/1.37.0')),
  attributes,
});

export const resource = fc.record({
  schemaUrl: fc.oneof(fc.constant(''), wellFormedText),
  attributes,
});

/** Whether names and keys are interned, values are, integers are written wide, and the dictionary is warm. */
export const form = fc.record({
  names: fc.boolean(),
  values: fc.boolean(),
  wideIntegers: fc.boolean(),
  warm: fc.boolean(),
});
