import { describe, expect, test } from 'vitest';
import { createArena } from '../../../../src/shared/arena/arena-memory.js';
import {
  ARENA_COUNT_WORD,
  ARENA_INDEX_OFFSET,
  ARENA_MAGIC_WORD,
} from '../../../../src/shared/arena/layout.js';
import { ArenaReader } from '../../../../src/shared/arena/reader.js';
import { ArenaWriter } from '../../../../src/shared/arena/writer.js';
import { OptionError } from '../../../../src/shared/errors.js';
import {
  ARENA_BYTES_MAX,
  ARENA_BYTES_MIN,
  ARENA_ENTRIES_MAX,
  INTERNED_STRING_BYTES_MAX,
} from '../../../../src/shared/limits.js';

function makeArena(dataBytes = ARENA_BYTES_MIN, entriesMax?: number) {
  const memory = createArena(dataBytes, entriesMax);
  return { memory, writer: new ArenaWriter(memory), reader: new ArenaReader(memory) };
}

function text(reader: ArenaReader, id: number): string | undefined {
  const bytes = reader.entry(id);
  return bytes && Buffer.from(bytes).toString('utf8');
}

test('a string gets one id, and the reader finds its UTF-8 under it', () => {
  const { writer, reader } = makeArena();
  const texts = ['http.request.method', '', 'a', 'ab', 'abc', 'abcd', 'naïve', '日本', '🙂', '\ufeffmark'];
  const ids = texts.map((one) => writer.intern(one));
  expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(texts.map((one) => writer.intern(one))).toEqual(ids);
  expect(ids.map((id) => text(reader, id))).toEqual(texts);
  expect(reader.count).toBe(10);
  expect(writer.count).toBe(10);
});

test('a lone surrogate becomes U+FFFD, as encoders do it, and has the id of its replacement', () => {
  const { writer, reader } = makeArena();
  const id = writer.intern('a\ud800b');
  expect(text(reader, id)).toBe('a\ufffdb');
  expect(writer.intern('a\ud800b')).toBe(id);
  expect(writer.intern('a\ufffdb')).toBe(id);
  expect(reader.count).toBe(1);
});

test('a string of the longest length is taken and one byte more is not, counted in UTF-8', () => {
  const { writer, reader } = makeArena();
  expect(writer.intern('x'.repeat(INTERNED_STRING_BYTES_MAX))).toBe(1);
  expect(writer.intern('x'.repeat(INTERNED_STRING_BYTES_MAX + 1))).toBe(0);
  expect(writer.intern('é'.repeat(INTERNED_STRING_BYTES_MAX / 2))).toBe(2);
  expect(writer.intern(`${'é'.repeat(INTERNED_STRING_BYTES_MAX / 2)}x`)).toBe(0);
  expect(reader.entry(1)).toHaveLength(INTERNED_STRING_BYTES_MAX);
  expect(reader.entry(2)).toHaveLength(INTERNED_STRING_BYTES_MAX);
  expect(reader.count).toBe(2);
});

test('the last entry is taken and the next refused; known strings keep their ids', () => {
  const { writer, reader } = makeArena(ARENA_BYTES_MIN, 3);
  expect([writer.intern('a'), writer.append(new Uint8Array([1])), writer.intern('c')]).toEqual([1, 2, 3]);
  expect(writer.intern('d')).toBe(0);
  expect(writer.append(new Uint8Array(0))).toBe(0);
  expect(writer.intern('a')).toBe(1);
  expect(writer.intern('c')).toBe(3);
  expect(reader.count).toBe(3);
  expect(text(reader, 3)).toBe('c');
});

test('a blob that fills the data area exactly is taken, one byte more is not', () => {
  const exact = makeArena();
  expect(exact.writer.append(new Uint8Array(ARENA_BYTES_MIN - 4).fill(7))).toBe(1);
  expect(exact.reader.entry(1)).toEqual(new Uint8Array(ARENA_BYTES_MIN - 4).fill(7));
  expect(exact.writer.append(new Uint8Array(0))).toBe(0);
  expect(exact.writer.intern('')).toBe(0);

  const over = makeArena();
  expect(over.writer.append(new Uint8Array(ARENA_BYTES_MIN - 3))).toBe(0);
  expect(over.writer.count).toBe(0);
  expect(over.writer.append(new Uint8Array(ARENA_BYTES_MIN - 8))).toBe(1);
  expect(over.writer.intern('')).toBe(2);
  expect(over.reader.entry(2)).toHaveLength(0);
});

test('equal blobs get ids of their own', () => {
  const { writer, reader } = makeArena();
  const blob = new Uint8Array([1, 2, 3]);
  expect([writer.append(blob), writer.append(blob)]).toEqual([1, 2]);
  blob[0] = 9;
  expect(reader.entry(2)).toEqual(new Uint8Array([1, 2, 3]));
});

test('a reader that comes later, after a worker died, finds every entry', () => {
  const { memory, writer } = makeArena();
  for (let n = 1; n <= 500; n++) expect(writer.intern(`name ${n}`)).toBe(n);
  const successor = new ArenaReader(memory);
  for (let n = 1; n <= 500; n++) expect(text(successor, n)).toBe(`name ${n}`);
});

test('a second writer goes on behind the entries of the first', () => {
  const { memory, writer, reader } = makeArena();
  writer.intern('one');
  expect(new ArenaWriter(memory).intern('two')).toBe(2);
  expect([text(reader, 1), text(reader, 2)]).toEqual(['one', 'two']);
});

test('ids that were not given out have no entry', () => {
  const { writer, reader } = makeArena();
  writer.intern('a');
  for (const id of [0, -1, 2, 1.5, Number.NaN, 2 ** 31, ARENA_ENTRIES_MAX + 1])
    expect(reader.entry(id)).toBe(undefined);
  expect(text(reader, 1)).toBe('a');
});

describe('a broken arena', () => {
  const index = ARENA_INDEX_OFFSET / 4 + 1;

  test.each([-4, 2, ARENA_BYTES_MIN, 2 ** 31 - 4])('with an index of %d gives no entry', (offset) => {
    const { memory, writer, reader } = makeArena();
    writer.intern('a');
    new Int32Array(memory)[index] = offset;
    expect(reader.entry(1)).toBe(undefined);
  });

  test('gives an entry that ends with the data area and none that would pass it', () => {
    const { memory, writer, reader } = makeArena(ARENA_BYTES_MIN, 1);
    writer.append(new Uint8Array(8));
    const words = new Int32Array(memory);
    const entry = words.length - ARENA_BYTES_MIN / 4;
    words[entry] = ARENA_BYTES_MIN - 4;
    expect(reader.entry(1)).toHaveLength(ARENA_BYTES_MIN - 4);
    words[entry] = ARENA_BYTES_MIN - 3;
    expect(reader.entry(1)).toBe(undefined);
    words[entry] = -1;
    expect(reader.entry(1)).toBe(undefined);
  });

  test('with a count past its index gives no more than the index holds', () => {
    const { memory, writer, reader } = makeArena(ARENA_BYTES_MIN, 2);
    writer.intern('a');
    new Int32Array(memory)[ARENA_COUNT_WORD] = 1000;
    expect(reader.count).toBe(2);
    expect(reader.entry(3)).toBe(undefined);
  });

  test('or other memory is refused', () => {
    const { memory } = makeArena();
    new Int32Array(memory)[ARENA_MAGIC_WORD] = 0;
    expect(() => new ArenaWriter(memory)).toThrow(TypeError);
    expect(() => new ArenaReader(memory)).toThrow(TypeError);
    expect(() => new ArenaReader(new SharedArrayBuffer(ARENA_INDEX_OFFSET))).toThrow(/too small/);
  });
});

test('createArena takes the smallest and the largest size and refuses a byte less and a byte more', () => {
  expect(new ArenaReader(createArena(ARENA_BYTES_MIN)).count).toBe(0);
  expect(new ArenaReader(createArena(ARENA_BYTES_MAX)).count).toBe(0);
  expect(() => createArena(ARENA_BYTES_MIN - 1)).toThrow(OptionError);
  expect(() => createArena(ARENA_BYTES_MAX + 1)).toThrow(OptionError);
  expect(() => createArena(Number.NaN)).toThrow(OptionError);
});

test('createArena takes one entry and the most there may be, and refuses none and one more', () => {
  expect(new ArenaReader(createArena(ARENA_BYTES_MIN, 1)).count).toBe(0);
  expect(new ArenaReader(createArena(ARENA_BYTES_MIN, ARENA_ENTRIES_MAX)).count).toBe(0);
  expect(() => createArena(ARENA_BYTES_MIN, 0)).toThrow(RangeError);
  expect(() => createArena(ARENA_BYTES_MIN, ARENA_ENTRIES_MAX + 1)).toThrow(RangeError);
});
