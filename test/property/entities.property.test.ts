// References to entities of any text: blob to protobuf and to JSON, read by independent decoders; and damaged blobs.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeResourceBlob } from '../../src/shared/codec/blob-decoder.js';
import { encodeResourceBlob } from '../../src/shared/codec/blobs.js';
import { entityRefsJson, withEntityRefs } from '../../src/worker/encode/entity-encoder.js';
import { encodeResource } from '../../src/worker/encode/scope-message.js';
import { decodeEntityRefs } from '../support/otlp-decoder.js';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const entityArbitrary = fc.record({
  schemaUrl: text,
  type: text,
  idKeys: fc.array(text, { maxLength: 5 }),
  descriptionKeys: fc.array(text, { maxLength: 5 }),
});
const resourceArbitrary = fc.record({
  schemaUrl: text,
  attributes: fc.array(fc.tuple(text, fc.oneof(text, fc.boolean())), { maxLength: 5 }),
  entities: fc.array(entityArbitrary, { maxLength: 6 }),
});

function blobOf(resource: typeof resourceArbitrary extends fc.Arbitrary<infer T> ? T : never): Uint8Array {
  return encodeResourceBlob(resource, (bytes) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return (value, at) => buffer.write(value, at, 'utf8');
  });
}

/** ResourceSpans with the encoded resource alone, in a request. */
function requestOf(head: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = head.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Uint8Array.from([0x0a, ...length, ...head]);
}

test('B8.9 references to entities survive the blob, protobuf and JSON', () => {
  fc.assert(
    fc.property(resourceArbitrary, (resource) => {
      const blob = blobOf(resource);
      const { entities } = resource;
      expect(decodeResourceBlob(blob)?.entities ?? []).toEqual(entities);
      const parts = encodeResource(blob);
      expect(decodeEntityRefs(requestOf(parts?.head as Uint8Array), 'protobuf')).toEqual([entities]);
      const request = Buffer.from('{"resourceSpans":[{"resource":{"attributes":[]}}]}');
      expect(decodeEntityRefs(withEntityRefs(request, entityRefsJson(entities)), 'json')).toEqual([entities]);
    }),
  );
});

test('a damaged resource blob is refused by both readers or by none, and neither throws', () => {
  fc.assert(
    fc.property(
      resourceArbitrary,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (resource, changes, cut) => {
        const blob = blobOf(resource).slice();
        for (const [at, byte] of changes) blob[at % blob.length] = byte;
        for (const damaged of [blob, blob.subarray(0, cut % (blob.length + 1))]) {
          expect(encodeResource(damaged) !== undefined).toBe(decodeResourceBlob(damaged) !== undefined);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
