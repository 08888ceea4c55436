import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedOtlpError } from '../../src/cli/receiver/otlp-error.js';
import { readTraceRequestJson } from '../../src/cli/receiver/otlp-json-reader.js';
import { readTraceRequest, VALUE_DEPTH_MAX } from '../../src/cli/receiver/otlp-reader.js';
import type { ReceivedSpan, ReceivedValue } from '../../src/cli/trace/received-span.js';
import { plainSpan, receivedSpan, toReadableSpan } from './span-fixtures.js';

function protobuf(spans: readonly ReceivedSpan[]): Uint8Array {
  return ProtobufTraceSerializer.serializeRequest(spans.map(toReadableSpan)) as Uint8Array;
}

function json(spans: readonly ReceivedSpan[]): string {
  return Buffer.from(
    JsonTraceSerializer.serializeRequest(spans.map(toReadableSpan)) as Uint8Array,
  ).toString();
}

/** A span without a parent has no remote parent either, and the serializer keeps spans of one scope together. */
function asSent(span: ReceivedSpan): ReceivedSpan {
  return span.parentSpanId === '' ? { ...span, flags: span.flags & ~0x200 } : span;
}

const byId = (a: ReceivedSpan, b: ReceivedSpan) => (a.spanId < b.spanId ? -1 : 1);

describe('protobuf', () => {
  test('reads back every field of random spans as the official serializer wrote them', () => {
    const spans = fc.uniqueArray(receivedSpan.map(asSent), { maxLength: 3, selector: (span) => span.spanId });
    fc.assert(
      fc.property(spans, (sent) => {
        expect(readTraceRequest(protobuf(sent)).sort(byId)).toEqual([...sent].sort(byId));
      }),
    );
  });

  test('reads the doubles that are no finite numbers', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5, 5e-324];
    const attributes = values.map((value, index) => ({
      key: `d${index}`,
      value: { kind: 'double' as const, value },
    }));
    expect(readTraceRequest(protobuf([plainSpan('a', { attributes })]))[0]?.attributes).toEqual(attributes);
  });

  test('reads the greatest and the smallest integer of 64 bits', () => {
    const int = (...varint: number[]) => Buffer.from([0x18, ...varint]);
    const ones = Array<number>(8).fill(0xff);
    expect(firstValue(int(0x80, ...ones.map(() => 0x80), 0x01))).toEqual({
      kind: 'int',
      value: -(2n ** 63n),
    });
    expect(firstValue(int(...ones, 0x7f))).toEqual({ kind: 'int', value: 2n ** 63n - 1n });
    expect(() => firstValue(int(0xff, ...ones, 0xff, 0x01))).toThrow(/longer than ten bytes/);
  });

  test('steps over fields that it does not know', () => {
    const unknown = [0x98, 0x06, 0x01, 0xa2, 0x06, 0x02, 0x01, 0x02, 0xad, 0x06, 1, 2, 3, 4];
    const body = Uint8Array.from([...unknown, ...protobuf([plainSpan('a')]), ...unknown]);
    expect(readTraceRequest(body)).toEqual([plainSpan('a')]);
  });

  test('answers a body cut off at any byte with fewer spans or a MalformedOtlpError', () => {
    fc.assert(
      fc.property(receivedSpan, fc.nat(), (span, cut) => {
        const whole = protobuf([span]);
        const body = whole.subarray(0, cut % whole.length);
        expect(outcome(() => readTraceRequest(body))).toBe(body.length === 0 ? 'read' : 'malformed');
      }),
    );
  });

  test('answers random bytes with spans or a MalformedOtlpError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        expect(['read', 'malformed']).toContain(outcome(() => readTraceRequest(body)));
      }),
    );
  });

  test('refuses a string that is not UTF-8', () => {
    expect(() => readTraceRequest(spanRequest(field(5, Buffer.from([0xff]))))).toThrow(/not valid UTF-8/);
  });

  test(`reads values nested ${VALUE_DEPTH_MAX} deep and refuses one level more`, () => {
    expect(firstValue(nested(VALUE_DEPTH_MAX)).kind).toBe('array');
    expect(() => firstValue(nested(VALUE_DEPTH_MAX + 1))).toThrow(MalformedOtlpError);
    expect(() => firstValue(nested(5_000))).toThrow(MalformedOtlpError);
  });
});

describe('JSON', () => {
  test('reads back every field of random spans as the official serializer wrote them', () => {
    fc.assert(
      fc.property(receivedSpan.map(asSent), (sent) => {
        expect(readTraceRequestJson(json([sent]))).toEqual([sent]);
      }),
    );
  });

  test('takes a null for an absent value, as writers that meet a NaN write it', () => {
    const attributes = [{ key: 'd', value: { doubleValue: null } }];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ attributes }] }] }] });
    expect(readTraceRequestJson(body)[0]?.attributes).toEqual([{ key: 'd', value: { kind: 'empty' } }]);
  });

  test.each([
    ['no JSON', '{"resourceSpans":['],
    ['an array', '[]'],
    ['null', 'null'],
    ['spans that are no array', spanBody({ length: 1 })],
    ['a span that is no object', spanBody([7])],
    ['an id that is not hex', spanBody([{ traceId: 'xyz' }])],
    ['a name that is a number', spanBody([{ name: 7 }])],
    ['a time with a fraction', spanBody([{ startTimeUnixNano: 1.5 }])],
    ['a negative time', spanBody([{ startTimeUnixNano: '-1' }])],
    ['an integer past 64 bits', spanBody([{ attributes: [{ key: 'i', value: { intValue: 2 ** 63 } }] }])],
    ['a double that is text', spanBody([{ attributes: [{ key: 'd', value: { doubleValue: '1' } }] }])],
  ])('refuses %s', (_, body) => {
    expect(() => readTraceRequestJson(body)).toThrow(MalformedOtlpError);
  });

  test(`reads values nested ${VALUE_DEPTH_MAX} deep and refuses one level more`, () => {
    const nest = (depth: number): object =>
      depth === 0 ? {} : { arrayValue: { values: [nest(depth - 1)] } };
    const body = (depth: number) => spanBody([{ attributes: [{ key: 'k', value: nest(depth) }] }]);
    expect(readTraceRequestJson(body(VALUE_DEPTH_MAX))).toHaveLength(1);
    expect(() => readTraceRequestJson(body(VALUE_DEPTH_MAX + 1))).toThrow(/nested deeper/);
  });
});

/** One length-delimited field. */
function field(number: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), content]);
}

function spanRequest(span: Uint8Array): Buffer {
  return field(1, field(2, field(2, span)));
}

function firstValue(anyValue: Uint8Array): ReceivedValue {
  const attribute = Buffer.concat([field(1, Buffer.from('k')), field(2, anyValue)]);
  const [span] = readTraceRequest(spanRequest(field(9, attribute)));
  return (span as ReceivedSpan).attributes[0]?.value as ReceivedValue;
}

/** That many arrays inside one another. */
function nested(depth: number): Buffer {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) value = field(5, field(1, value));
  return value;
}

function spanBody(spans: unknown): string {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

function outcome(read: () => unknown): 'read' | 'malformed' | unknown {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof MalformedOtlpError ? 'malformed' : error;
  }
}
