// Record codec: what is encoded comes back, and the encoder writes the bytes that the layout's drawing says.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decodeResourceBlob, decodeScopeBlob } from '../../src/shared/codec/blob-decoder.js';
import { encodeResourceBlob, encodeScopeBlob } from '../../src/shared/codec/blobs.js';
import type { DecodedSpan } from '../../src/shared/codec/decoded-span.js';
import { RecordWriter } from '../../src/shared/codec/record-writer.js';
import { decodeSpan } from '../../src/shared/codec/span-decoder.js';
import { encodeSpan, spanBytesMax } from '../../src/shared/codec/span-encoder.js';
import { decodeUtf8 } from '../../src/shared/codec/utf8.js';
import { EncoderHarness, inSharedMemory, RECORD_OFFSET } from '../support/encoder-harness.js';
import {
  buildRecord,
  buildResourceBlob,
  buildScopeBlob,
  type RecordForm,
} from '../support/record-builder.js';
import {
  anyScope,
  anySpan,
  anyText,
  form,
  PROPERTY_RUNS,
  PROPERTY_TIMEOUT_MILLIS,
  resource,
} from '../support/span-arbitraries.js';
import { toFields, toSpanSource, utf8WriteFor } from '../support/span-sources.js';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MILLIS });

function encode(
  span: DecodedSpan,
  form: RecordForm,
): { words: Int32Array; bytes: Uint8Array; length: number } {
  const source = toSpanSource(span, form);
  const bytesMax = spanBytesMax(source);
  const memory = new SharedArrayBuffer(RECORD_OFFSET + bytesMax + 8);
  const bytes = new Uint8Array(memory).fill(0xa5);
  const words = new Int32Array(memory);
  const length = encodeSpan(new RecordWriter(words, bytes, utf8WriteFor(bytes)), RECORD_OFFSET, source);
  expect(length).toBeLessThanOrEqual(bytesMax);
  expect(Buffer.from(bytes.slice(RECORD_OFFSET + bytesMax)).equals(Buffer.alloc(8, 0xa5))).toBe(true);
  return { words, bytes, length };
}

describe('record codec', () => {
  test('a record built from the drawing decodes to its span, names and values inline or interned', () => {
    fc.assert(
      fc.property(anySpan, form, (span, options) => {
        const harness = new EncoderHarness();
        const { words, bytes } = inSharedMemory(buildRecord(span, harness.form(options)));
        expect(decodeSpan(words, bytes, RECORD_OFFSET, harness.dictionary)).toEqual(span);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('an encoded span decodes to itself', () => {
    fc.assert(
      fc.property(anySpan, form, (span, options) => {
        const harness = new EncoderHarness();
        const { words, bytes, length } = encode(span, harness.form({ ...options, values: false }));
        expect(words[RECORD_OFFSET >> 2]).toBe(length);
        expect(decodeSpan(words, bytes, RECORD_OFFSET, harness.dictionary)).toEqual(
          withIntegralNumbers(span),
        );
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('the encoder writes the very bytes of the drawing', () => {
    fc.assert(
      fc.property(anySpan, form, (span, options) => {
        const harness = new EncoderHarness();
        const form = harness.form({ ...options, values: false, wideIntegers: false });
        const { bytes, length } = encode(span, form);
        const built = buildRecord(withIntegralNumbers(span), form);
        expect(Buffer.from(bytes.slice(RECORD_OFFSET, RECORD_OFFSET + length)).equals(built)).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('scopes and resources come back from their blobs, and both writers agree', () => {
    fc.assert(
      fc.property(anyScope, resource, (scope, resource) => {
        expect(decodeScopeBlob(buildScopeBlob(scope))).toEqual(scope);
        expect(decodeResourceBlob(buildResourceBlob(resource))).toEqual(resource);
        const integral = withIntegralNumbers({ attributes: scope.attributes });
        const blob = encodeScopeBlob({ ...scope, attributes: toFields(scope.attributes) }, utf8WriteFor);
        expect(Buffer.from(blob).equals(buildScopeBlob({ ...scope, ...integral }))).toBe(true);
        const resourceBlob = encodeResourceBlob(
          { ...resource, attributes: toFields(resource.attributes) },
          utf8WriteFor,
        );
        const expected = buildResourceBlob({
          ...resource,
          ...withIntegralNumbers({ attributes: resource.attributes }),
        });
        expect(Buffer.from(resourceBlob).equals(expected)).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('text with lone surrogates arrives with U+FFFD in their place, whichever way it is written', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), fc.boolean(), (texts, interned) => {
        const harness = new EncoderHarness();
        const span = plainSpan(texts);
        const { words, bytes } = encode(
          span,
          harness.form({ names: interned, values: false, wideIntegers: false }),
        );
        const decoded = decodeSpan(words, bytes, RECORD_OFFSET, harness.dictionary);
        const well = plainSpan(texts.map((text) => text.toWellFormed()));
        expect(decoded).toEqual(well);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  test('any bytes decode as UTF-8 to what TextDecoder makes of valid ones, and never to a lone surrogate', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          anyText.map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          const text = decodeUtf8(bytes, 0, bytes.length);
          expect(text.isWellFormed()).toBe(true);
          let expected: string | undefined;
          try {
            expected = decoder.decode(bytes);
          } catch {
            expect(text).toContain('\ufffd');
          }
          if (expected !== undefined) expect(text).toBe(expected);
        },
      ),
      { numRuns: PROPERTY_RUNS * 4 },
    );
  });
});

/** A JavaScript number has no type: the encoder takes an integral one inside int64 for an integer. */
function withIntegralNumbers<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withIntegralNumbers) as T;
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const tagged = value as { type?: unknown; value?: unknown };
  if (tagged.type === 'double' && Number.isInteger(tagged.value)) {
    const value = BigInt(tagged.value as number);
    if (BigInt.asIntN(64, value) === value) return { type: 'int', value } as T;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withIntegralNumbers(part)]),
  ) as T;
}

function plainSpan(texts: readonly string[]): DecodedSpan {
  return {
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: '0123456789abcdef',
    parentSpanId: undefined,
    parentIsRemote: false,
    traceFlags: 1,
    traceState: texts[0],
    kind: 1,
    name: texts[0],
    scopeId: 1,
    start: { clock: 'monotonic', millis: 1 },
    end: { clock: 'monotonic', millis: 2 },
    statusCode: 2,
    statusMessage: texts[0],
    attributes: texts.map((text) => ({ key: text, value: { type: 'string', value: text } })),
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  };
}
