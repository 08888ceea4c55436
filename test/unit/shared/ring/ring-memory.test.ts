import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../../src/shared/errors.js';
import { RING_BYTES_MAX, RING_BYTES_MIN } from '../../../../src/shared/limits.js';
import {
  RING_CAPACITY_WORD,
  RING_DATA_OFFSET,
  RING_MAGIC_WORD,
  RING_VERSION_WORD,
} from '../../../../src/shared/ring/layout.js';
import { RingReader } from '../../../../src/shared/ring/reader.js';
import {
  checkedCapacityBytes,
  createRing,
  distanceBytes,
  formatRing,
  ringControlWords,
} from '../../../../src/shared/ring/ring-memory.js';
import { RingWriter } from '../../../../src/shared/ring/writer.js';

describe('createRing', () => {
  test('accepts the smallest and the largest ring and refuses the next powers of two beyond them', () => {
    expect(checkedCapacityBytes(createRing(RING_BYTES_MIN))).toBe(RING_BYTES_MIN);
    expect(createRing(RING_BYTES_MAX).byteLength).toBe(RING_DATA_OFFSET + RING_BYTES_MAX);
    expect(() => createRing(RING_BYTES_MIN / 2)).toThrow(OptionError);
    expect(() => createRing(RING_BYTES_MAX * 2)).toThrow(OptionError);
  });

  test.each([0, -65536, Number.NaN, 65536.5, 65537, 3 * 65536])('refuses a capacity of %s bytes', (bytes) => {
    expect(() => createRing(bytes)).toThrow(/power of two from 65536 to 268435456/);
  });

  test('makes an empty ring', () => {
    const memory = createRing(RING_BYTES_MIN);
    const reader = new RingReader(memory);
    expect(new RingWriter(memory).usedBytes()).toBe(0);
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(false);
  });
});

test('formatRing takes the smallest ring with one aligned record of 8 bytes and refuses half of it', () => {
  expect(new RingWriter(formatRing(64, 0)).recordBytesMax).toBe(8);
  expect(() => formatRing(32, 0)).toThrow(RangeError);
});

test('formatRing refuses a start position between records', () => {
  expect(new RingWriter(formatRing(64, 8)).tail).toBe(8);
  expect(() => formatRing(64, 4)).toThrow(RangeError);
});

test.each([
  ['magic', RING_MAGIC_WORD, 0],
  ['version', RING_VERSION_WORD, 2],
  ['capacity', RING_CAPACITY_WORD, 128],
  ['capacity', RING_CAPACITY_WORD, -64],
])('writer and reader refuse memory with a wrong %s', (_, word, value) => {
  const memory = formatRing(64, 0);
  ringControlWords(memory)[word] = value;
  expect(() => new RingWriter(memory)).toThrow(TypeError);
  expect(() => new RingReader(memory)).toThrow(TypeError);
});

test('memory without a data area is refused', () => {
  expect(() => new RingReader(new SharedArrayBuffer(RING_DATA_OFFSET))).toThrow(/too small/);
  expect(() => new RingReader(new SharedArrayBuffer(0))).toThrow(/too small/);
});

test('distance is signed and goes across both wraps', () => {
  expect(distanceBytes(2 ** 31 - 8, (2 ** 31 + 8) | 0)).toBe(16);
  expect(distanceBytes((2 ** 31 + 8) | 0, 2 ** 31 - 8)).toBe(-16);
  expect(distanceBytes(-8, 8)).toBe(16);
  expect(distanceBytes(2 ** 32 - 8, 8)).toBe(16);
});
