import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { walkFields } from '../../../../src/worker/transport/protobuf-fields.js';

function fieldsOf(bytes: Uint8Array) {
  const fields: [number, number | number[]][] = [];
  const wellFormed = walkFields(bytes, (field, varint, slice) => {
    fields.push([field, slice ? [...slice] : varint]);
  });
  return { wellFormed, fields };
}

test('reads what protobufjs writes: signed 64-bit integers, bytes, and skips fixed widths', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 536_870_911 }),
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 300 }),
      (field, number, bytes) => {
        const writer = protobuf.Writer.create();
        writer.uint32(((field << 3) | 0) >>> 0).int64(number);
        writer.uint32(((field << 3) | 1) >>> 0).fixed64(number);
        writer.uint32(((field << 3) | 5) >>> 0).fixed32(7);
        writer.uint32(((field << 3) | 2) >>> 0).bytes(bytes);
        expect(fieldsOf(writer.finish())).toEqual({
          wellFormed: true,
          fields: [
            [field, number],
            [field, [...bytes]],
          ],
        });
      },
    ),
  );
});

test.each([
  ['a varint that does not end', [0x08, 0x80]],
  ['a varint of eleven bytes', [0x08, ...new Array(10).fill(0x80), 0x01]],
  ['a length beyond the end', [0x0a, 0x02, 0x00]],
  ['a length of 2^63', [0x0a, ...new Array(9).fill(0x80), 0x01]],
  ['a fixed64 cut off', [0x09, 0, 0, 0]],
  ['a fixed32 cut off', [0x0d, 0]],
  ['a group', [0x0b, 0x0c]],
  ['wire type 7', [0x0f]],
  ['field 0', [0x00, 0x00]],
])('refuses %s', (_name, bytes) => {
  expect(fieldsOf(Uint8Array.from(bytes))).toEqual({ wellFormed: false, fields: [] });
});

test('walks 4096 fields and refuses one more', () => {
  const message = (count: number) =>
    Uint8Array.from({ length: count * 2 }, (_, index) => (index % 2 ? 1 : 8));
  expect(fieldsOf(message(4096))).toMatchObject({ wellFormed: true });
  expect(fieldsOf(message(4096)).fields).toHaveLength(4096);
  expect(fieldsOf(message(4097)).wellFormed).toBe(false);
});
