// The JSON encoder: what OTLP/JSON says about each field, and the same content as the protobuf of the same records.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { DecodedScope } from '../../src/shared/codec/decoded-span.js';
import { JsonEncoder, jsonResource } from '../../src/worker/encode/json-encoder.js';
import { encodeResource } from '../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../src/worker/encode/transcoder.js';
import { EncoderHarness, expectedSpan } from '../support/encoder-harness.js';
import { decodeJsonRequest, decodeProtobufRequest, sortAttributes } from '../support/otlp-decoder.js';
import { buildResourceBlob } from '../support/record-builder.js';
import {
  anyScope,
  anySpan,
  form,
  PROPERTY_RUNS,
  PROPERTY_TIMEOUT_MILLIS,
  resource,
} from '../support/span-arbitraries.js';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MILLIS });

const BYTES_MAX = 64 * 1024 * 1024;

const batch = fc.record({
  resource,
  scopes: fc.array(anyScope, { minLength: 1, maxLength: 3 }),
  spans: fc.array(fc.record({ span: anySpan, form, scope: fc.nat({ max: 2 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
});

describe('JSON encoder', () => {
  test('JSON and protobuf of the same records say the same', () => {
    fc.assert(
      fc.property(batch, ({ resource, scopes, spans }) => {
        const harness = new EncoderHarness();
        const ids = scopes.map((scope) => harness.scopeId(scope));
        const blob = buildResourceBlob(resource);
        const json = new JsonEncoder(jsonResource(blob)!);
        const protobuf = new Transcoder(encodeResource(blob)!, BYTES_MAX);
        for (const { span, form, scope } of spans) {
          const record = { ...span, scopeId: ids[scope % ids.length] };
          expect(harness.add(json, record, harness.form(form))).toBe(true);
          expect(harness.add(protobuf, record, harness.form(form))).toBe(true);
        }
        expect(json.count).toBe(spans.length);
        const estimate = json.bytes;
        const body = json.finish();
        expect(estimate).toBeGreaterThan(body.length * 0.8 - 200);
        expect(estimate).toBeLessThan(body.length * 2 + 1000);
        expect(sortAttributes(decodeJsonRequest(body))).toEqual(
          sortAttributes(decodeProtobufRequest(protobuf.finish())),
        );
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('scopes that differ in nothing but their attributes stay apart', () => {
    const harness = new EncoderHarness();
    const json = new JsonEncoder(jsonResource(buildResourceBlob({ schemaUrl: '', attributes: [] }))!);
    const scopes = ['a', 'b'].map(
      (value): DecodedScope => ({
        name: 'scope',
        version: '1',
        schemaUrl: '',
        attributes: [{ key: 'k', value: { type: 'string', value } }],
      }),
    );
    const [span] = fc.sample(anySpan, { numRuns: 1, seed: 1 });
    for (const scope of scopes) harness.add(json, { ...span, scopeId: harness.scopeId(scope) });
    const [request] = decodeJsonRequest(json.finish());
    const found = request.scopes.map(({ name, attributes, spans }) => ({ name, attributes, spans }));
    const expected = ['a', 'b'].map((value) => ({
      name: 'scope',
      attributes: [{ key: 'k', value: { string: value } }],
      spans: [expectedSpan(span)],
    }));
    expect(sortAttributes(found)).toEqual(sortAttributes(expected));
  });
});
