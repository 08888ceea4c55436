// The transcoder against two judges: what OTLP says about each field (computed from the model), and the bytes of
// otlp-transformer for the same spans. Both sides are decoded by protobufjs from the official .proto files.

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { DecodedScope } from '../../src/shared/codec/decoded-span.js';
import { encodeResource } from '../../src/worker/encode/scope-message.js';
import { Transcoder } from '../../src/worker/encode/transcoder.js';
import { EncoderHarness, expectedAttribute, expectedSpan } from '../support/encoder-harness.js';
import { decodeProtobufRequest, reencodeProtobufRequest, sortAttributes } from '../support/otlp-decoder.js';
import { toReadableSpans } from '../support/readable-spans.js';
import { buildResourceBlob } from '../support/record-builder.js';
import {
  anyScope,
  anySpan,
  form,
  oracleSpan,
  PROPERTY_RUNS,
  PROPERTY_TIMEOUT_MILLIS,
  resource,
} from '../support/span-arbitraries.js';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MILLIS });

const BYTES_MAX = 64 * 1024 * 1024;

function batchOf(span: typeof anySpan) {
  return fc.record({
    resource,
    scopes: fc.array(anyScope, { minLength: 1, maxLength: 3 }),
    spans: fc.array(fc.record({ span, form, scope: fc.nat({ max: 2 }) }), { minLength: 1, maxLength: 6 }),
  });
}

type Batch = ReturnType<typeof batchOf> extends fc.Arbitrary<infer T> ? T : never;

function transcode(batch: Batch): Uint8Array {
  const harness = new EncoderHarness();
  const ids = batch.scopes.map((scope) => harness.scopeId(scope));
  const parts = encodeResource(buildResourceBlob(batch.resource));
  if (parts === undefined) throw new Error('the resource was refused');
  const transcoder = new Transcoder(parts, BYTES_MAX);
  for (const { span, form, scope } of batch.spans) {
    const added = harness.add(transcoder, { ...span, scopeId: ids[scope % ids.length] }, harness.form(form));
    expect(added).toBe(true);
  }
  expect(transcoder.count).toBe(batch.spans.length);
  const estimate = transcoder.bytes;
  const request = transcoder.finish();
  expect(transcoder.count).toBe(0);
  expect(estimate).toBeGreaterThanOrEqual(request.length - 8 * batch.scopes.length);
  expect(estimate).toBeLessThan(request.length + 16 * (batch.scopes.length + 1));
  return request;
}

/** Equal scopes are one group, whatever their ids; groups are in the order of their first span. */
function expectedRequest(batch: Batch) {
  const groups = new Map<string, { scope: DecodedScope; spans: ReturnType<typeof expectedSpan>[] }>();
  for (const { span, scope: index } of batch.spans) {
    const scope = batch.scopes[index % batch.scopes.length];
    const attributes = scope.attributes.map(expectedAttribute);
    const key = JSON.stringify([scope.name, scope.version, scope.schemaUrl, attributes], (_k, value) =>
      Object.is(value, -0) || (typeof value === 'number' && !Number.isFinite(value))
        ? `number ${value} ${Object.is(value, -0)}`
        : value,
    );
    const group = groups.get(key) ?? { scope, spans: [] };
    group.spans.push(expectedSpan(span));
    groups.set(key, group);
  }
  return [
    {
      attributes: batch.resource.attributes.map(expectedAttribute),
      schemaUrl: batch.resource.schemaUrl,
      scopes: [...groups.values()].map(({ scope, spans }) => ({
        name: scope.name,
        version: scope.version,
        attributes: scope.attributes.map(expectedAttribute),
        schemaUrl: scope.schemaUrl,
        spans,
      })),
    },
  ];
}

describe('transcoder', () => {
  test('every field of every span is what OTLP says, in the shortest encoding', () => {
    fc.assert(
      fc.property(batchOf(anySpan), (batch) => {
        const request = transcode(batch);
        expect(decodeProtobufRequest(request)).toEqual(expectedRequest(batch));
        // protobufjs writes ascending fields and shortest lengths: equal bytes mean that ours are the same.
        expect(Buffer.from(reencodeProtobufRequest(request)).equals(request)).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  // Differences that are meant, and kept out of the comparison by the model or the normal form:
  // - integers beyond 2^53: otlp-transformer knows no bigint and writes no value (oracleSpan has none);
  // - integral doubles such as 5.0: it takes them for integers (oracleSpan has none);
  // - it writes a status message for every span, we omit an empty one (equal in the normal form);
  // - an end before the start: it writes what it is given; it is given the start;
  // - the order of attributes: SDK objects put integer-like keys first (both sides are sorted).
  test('otlp-transformer says the same about the same spans, field by field', () => {
    fc.assert(
      fc.property(batchOf(oracleSpan), (generated) => {
        // Its scopes are told apart by identity: the model's must be distinct in content.
        const scopes = generated.scopes.map((scope, i) => ({
          ...scope,
          name: `${scope.name}${i}`,
          attributes: [],
        }));
        const batch = { ...generated, scopes, resource: { ...generated.resource, attributes: [] } };
        const ours = decodeProtobufRequest(transcode(batch));
        const spans = toReadableSpans(batch.spans, batch.scopes, batch.resource);
        const theirs = decodeProtobufRequest(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array);
        expect(sortAttributes(ours)).toEqual(sortAttributes(theirs));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
