import { describe, expect, test } from 'vitest';
import type { DecodedValue } from '../../../../src/shared/codec/decoded-span.js';
import { JsonEncoder, jsonResource } from '../../../../src/worker/encode/json-encoder.js';
import { EncoderHarness } from '../../../support/encoder-harness.js';
import { attribute, modelSpan, text } from '../../../support/model-spans.js';
import { buildResourceBlob } from '../../../support/record-builder.js';

const RESOURCE = buildResourceBlob({ schemaUrl: '', attributes: [] });

/** The request's text, with the values of one span's attributes. */
function jsonOf(values: readonly DecodedValue[]): string {
  const harness = new EncoderHarness();
  const encoder = new JsonEncoder(jsonResource(RESOURCE)!);
  const attributes = values.map((value, i) => attribute(`k${i}`, value));
  expect(harness.add(encoder, modelSpan({ attributes }))).toBe(true);
  return Buffer.from(encoder.finish()).toString('utf8');
}

const int = (value: bigint): DecodedValue => ({ type: 'int', value });
const double = (value: number): DecodedValue => ({ type: 'double', value });

describe('JSON encoder', () => {
  test.each([
    [int(0n), '{"intValue":"0"}'],
    [int(-5n), '{"intValue":"-5"}'],
    [int(2n ** 63n - 1n), '{"intValue":"9223372036854775807"}'],
    [int(-(2n ** 63n)), '{"intValue":"-9223372036854775808"}'],
    [double(0.5), '{"doubleValue":0.5}'],
    [double(5), '{"doubleValue":5}'],
    [double(-0), '{"doubleValue":-0}'],
    [double(1e300), '{"doubleValue":1e+300}'],
    [double(Number.NaN), '{"doubleValue":"NaN"}'],
    [double(Number.POSITIVE_INFINITY), '{"doubleValue":"Infinity"}'],
    [double(Number.NEGATIVE_INFINITY), '{"doubleValue":"-Infinity"}'],
    [text(''), '{"stringValue":""}'],
    [text('ü€😀"\\\u0000'), '{"stringValue":"ü€😀\\"\\\\\\u0000"}'],
    [{ type: 'bool', value: false }, '{"boolValue":false}'],
    [{ type: 'bytes', value: Uint8Array.of(0, 255) }, '{"bytesValue":"AP8="}'],
    [{ type: 'empty' }, '{}'],
    [
      { type: 'array', items: [int(1n), { type: 'empty' }] },
      '{"arrayValue":{"values":[{"intValue":"1"},{}]}}',
    ],
    [
      { type: 'map', entries: [attribute('__proto__', int(1n))] },
      '{"kvlistValue":{"values":[{"key":"__proto__","value":{"intValue":"1"}}]}}',
    ],
  ] as const)('writes %o as %s', (value, expected) => {
    expect(jsonOf([value as DecodedValue])).toContain(`{"key":"k0","value":${expected}}`);
  });

  test.each(['\\ud800i5', '"stringValue":"\\ud800i5"', '\\ud800d1', '"name":"\\ud800s0:x', '\ufffdi5'])(
    'takes no text of a user for a marked number: %s',
    (user) => {
      const span = JSON.parse(jsonOf([text(user)])).resourceSpans[0].scopeSpans[0].spans[0];
      expect(span.attributes).toEqual([{ key: 'k0', value: { stringValue: user } }]);
    },
  );

  test('writes ids as hex, times as decimal strings, enums as integers, and omits what is not there', () => {
    const harness = new EncoderHarness();
    const encoder = new JsonEncoder(jsonResource(RESOURCE)!);
    harness.add(encoder, modelSpan({ parentSpanId: undefined, parentIsRemote: false, statusCode: 2 }));
    const request = JSON.parse(Buffer.from(encoder.finish()).toString('utf8'));
    expect(request.resourceSpans[0].scopeSpans[0].scope).toEqual({ name: '' });
    const span = request.resourceSpans[0].scopeSpans[0].spans[0];
    expect(span).toEqual({
      traceId: '000102030405060708090a0b0c0d0e0f',
      spanId: 'a0a1a2a3a4a5a6a7',
      name: 'GET /users/:id',
      kind: 2,
      startTimeUnixNano: '1790000001123250000',
      endTimeUnixNano: '1790000001124750000',
      attributes: [],
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      status: { code: 2 },
      links: [],
      droppedLinksCount: 0,
      flags: 0x101,
    });
  });

  test('starts anew after finish', () => {
    const harness = new EncoderHarness();
    const encoder = new JsonEncoder(jsonResource(RESOURCE)!);
    const empty = encoder.bytes;
    harness.add(encoder, modelSpan({ name: 'first' }));
    expect(encoder.count).toBe(1);
    expect(encoder.bytes).toBeGreaterThan(empty);
    encoder.finish();
    expect([encoder.count, encoder.bytes]).toEqual([0, empty]);
    expect(JSON.parse(Buffer.from(encoder.finish()).toString('utf8'))).toEqual({ resourceSpans: [] });
  });

  test('refuses a damaged resource when it is made', () => {
    expect(jsonResource(RESOURCE.slice(0, 4))).toBeUndefined();
  });
});
