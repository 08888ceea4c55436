import { describe, expect, test } from 'vitest';
import {
  copyWords,
  ProtobufWriter,
  varintBytes,
  writeVarint,
} from '../../../../src/worker/encode/protobuf-writer.js';

const written = (writer: ProtobufWriter) => Buffer.from(writer.bytes.subarray(0, writer.pos)).toString('hex');

describe('protobuf writer', () => {
  test('grows to its cap and refuses one byte more', () => {
    const fits = (bytesMax: number) => {
      const writer = new ProtobufWriter(64, bytesMax);
      writer.reserve(40);
      writer.pos = 40;
      return writer.reserve(1000);
    };
    // 8 bytes behind the content are for words that overshoot.
    expect(fits(1048)).toBe(true);
    expect(fits(1047)).toBe(false);
  });

  test('keeps what was written when it grows, and gives memory back after an exceptional batch', () => {
    const writer = new ProtobufWriter(64, 1 << 20);
    for (let i = 0; i < 10_000; i++) {
      writer.reserve(5);
      writer.varint(i);
    }
    const expected = new Uint8Array(30_000);
    let end = 0;
    for (let i = 0; i < 10_000; i++) end = writeVarint(expected, end, i);
    expect(written(writer)).toBe(Buffer.from(expected.subarray(0, end)).toString('hex'));
    const grown = writer.bytes.length;
    writer.reset(grown);
    expect([writer.pos, writer.bytes.length]).toEqual([0, grown]);
    writer.reset(grown - 1);
    expect(writer.bytes.length).toBe(64);
    expect(writer.reserve(5000)).toBe(true);
    writer.pos = 5000;
  });

  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2 ** 28 - 1, 'ffffff7f'],
    [2 ** 28, '8080808001'],
    [2 ** 32 - 1, 'ffffffff0f'],
    [-1, 'ffffffff0f'],
  ])('writes %i as the varint %s', (value, expected) => {
    const writer = new ProtobufWriter(64, 64);
    writer.varint(value);
    expect(written(writer)).toBe(expected);
    expect(varintBytes(value)).toBe(expected.length / 2);
  });

  test.each([
    0n,
    1n,
    127n,
    128n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 35n,
    2n ** 63n - 1n,
    -1n,
    -(2n ** 63n),
    -129n,
  ])('writes %i as a 64-bit varint', (value) => {
    const writer = new ProtobufWriter(64, 64);
    writer.varint64(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
    let rest = BigInt.asUintN(64, value);
    const expected: number[] = [];
    for (; rest > 127n; rest >>= 7n) expected.push(Number(rest & 127n) | 128);
    expected.push(Number(rest));
    expect(written(writer)).toBe(Buffer.from(expected).toString('hex'));
  });

  test.each([
    [127, 1],
    [128, 1],
    [127, 2],
    [128, 2],
    [0, 2],
    [16_383, 1],
    [16_384, 2],
    [16_383, 5],
    [2 ** 21, 1],
  ])('ends a message of %i bytes whose length was guessed to take %i', (length, guess) => {
    const writer = new ProtobufWriter(64, 1 << 22);
    writer.reserve(guess + length);
    writer.pos = guess;
    for (let i = 0; i < length; i++) writer.bytes[writer.pos++] = i % 251;
    expect(writer.endMessage(0, guess)).toBe(true);
    const expected = new Uint8Array(varintBytes(length) + length);
    const start = writeVarint(expected, 0, length);
    for (let i = 0; i < length; i++) expected[start + i] = i % 251;
    expect(Buffer.from(writer.bytes.subarray(0, writer.pos)).equals(expected)).toBe(true);
  });

  test('copies words to any position without touching what lies before', () => {
    const words = Int32Array.from([0x04030201, 0x08070605]);
    for (let pos = 1; pos < 9; pos++) {
      for (let length = 0; length <= 8; length++) {
        const bytes = new Uint8Array(24).fill(0xee);
        copyWords(new DataView(bytes.buffer), pos, words, 0, length);
        const expected = [1, 2, 3, 4, 5, 6, 7, 8].slice(0, length);
        expect([...bytes.subarray(0, pos)].every((byte) => byte === 0xee)).toBe(true);
        expect([...bytes.subarray(pos, pos + length)]).toEqual(expected);
        expect([...bytes.subarray(pos + length + 3)].every((byte) => byte === 0xee)).toBe(true);
      }
    }
  });
});
