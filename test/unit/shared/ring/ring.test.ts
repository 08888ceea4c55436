import { describe, expect, test } from 'vitest';
import { RecordType } from '../../../../src/shared/codec/record-layout.js';
import { InvariantError } from '../../../../src/shared/errors.js';
import {
  RING_HEAD_WORD,
  RING_READ_WORD,
  RING_TAIL_WORD,
  WAKE_NEVER_DISTANCE,
} from '../../../../src/shared/ring/layout.js';
import { RingReader } from '../../../../src/shared/ring/reader.js';
import { distanceBytes, formatRing, ringControlWords } from '../../../../src/shared/ring/ring-memory.js';
import { RingWriter } from '../../../../src/shared/ring/writer.js';

interface Ring {
  readonly memory: SharedArrayBuffer;
  readonly control: Int32Array;
  readonly writer: RingWriter;
  readonly reader: RingReader;
}

function makeRing(capacity: number, start = 0): Ring {
  const memory = formatRing(capacity, start);
  const control = ringControlWords(memory);
  return { memory, control, writer: new RingWriter(memory), reader: new RingReader(memory) };
}

/** Writes a record whose every word behind the head is `tag`; false = the ring was full. */
function write(writer: RingWriter, bytes: number, tag: number, reservedBytes = 0): boolean {
  const offset = writer.claim(bytes, reservedBytes);
  if (offset < 0) return false;
  const index = offset / 4;
  writer.words[index] = bytes;
  writer.words[index + 1] = RecordType.Span | (tag << 8);
  writer.words.fill(tag, index + 2, index + bytes / 4);
  writer.publish(bytes);
  return true;
}

/** Tags of all unread records, each checked in full. */
function readAll(reader: RingReader): number[] {
  const tags: number[] = [];
  const recordsMax = reader.capacity / 8;
  for (let offset = reader.peek(); offset >= 0; offset = reader.peek()) {
    expect(tags.length).toBeLessThan(recordsMax);
    const index = offset / 4;
    const tag = reader.words[index + 1] >>> 8;
    expect(reader.words[index]).toBe(reader.recordBytes);
    for (const word of reader.words.subarray(index + 2, index + reader.recordBytes / 4))
      expect(word).toBe(tag);
    tags.push(tag);
    reader.advance();
  }
  return tags;
}

// Positions wrap at 2^32; as int32 they change sign at 2^31. Both happen a few records after these starts.
const starts = [0, 2 ** 31 - 64, 2 ** 31 - 8, 2 ** 32 - 64, 2 ** 32 - 8];

describe.each(starts)('a ring that starts at position %d', (start) => {
  test('gives records back in order and whole while positions and buffer wrap', () => {
    const { writer, reader } = makeRing(256, start);
    let tag = 0;
    let expected = 0;
    for (let round = 0; round < 80; round++) {
      // More attempts than fit: a ring that is never full must fail here, not hang.
      for (let attempt = 0; attempt < 40 && write(writer, 8 + 8 * (tag % 4), tag); attempt++) tag++;
      expect(writer.usedBytes()).toBeLessThanOrEqual(256);
      expect(writer.usedBytes()).toBeGreaterThan(256 - 64);
      const wanted = Array.from({ length: tag - expected }, (_, index) => expected + index);
      expect(readAll(reader)).toEqual(wanted);
      expected = tag;
      expect(reader.release(reader.readPosition)).toBe(true);
      expect(writer.usedBytes()).toBe(0);
    }
    expect(reader.corrupt).toBe(false);
    expect(tag).toBeGreaterThan(800);
  });

  test('is exactly full after capacity bytes, refuses one record more and takes it after a release', () => {
    const { writer, reader } = makeRing(128, start);
    for (let tag = 1; tag <= 16; tag++) expect(write(writer, 8, tag)).toBe(true);
    expect(writer.usedBytes()).toBe(128);
    expect(writer.claim(8, 0)).toBe(-1);
    expect(reader.peek()).toBeGreaterThanOrEqual(0);
    reader.advance();
    expect(writer.claim(8, 0)).toBe(-1);
    expect(reader.release(reader.readPosition)).toBe(true);
    expect(write(writer, 8, 17)).toBe(true);
    expect(writer.claim(8, 0)).toBe(-1);
    expect(readAll(reader)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });

  test('a successor reads again what was read and not released', () => {
    const { memory, control, writer, reader } = makeRing(256, start);
    for (let tag = 1; tag <= 5; tag++) write(writer, 16, tag);
    reader.peek();
    reader.advance();
    const first = reader.readPosition;
    expect(readAll(reader)).toEqual([2, 3, 4, 5]);
    reader.release(first);
    const successor = new RingReader(memory);
    expect(control[RING_READ_WORD]).toBe(control[RING_HEAD_WORD]);
    expect(readAll(successor)).toEqual([2, 3, 4, 5]);
  });

  test('the bell is due exactly once for an armed position, at the record that reaches it', () => {
    const { writer, reader } = makeRing(256, start);
    reader.arm(32);
    for (let tag = 0; tag < 3; tag++) {
      write(writer, 8, tag);
      expect(writer.wakeDue()).toBe(false);
      expect(reader.wakeReached()).toBe(false);
    }
    write(writer, 8, 2);
    expect(reader.wakeReached()).toBe(true);
    expect(writer.wakeDue()).toBe(true);
    expect(writer.wakeDue()).toBe(false);
    write(writer, 8, 3);
    expect(writer.wakeDue()).toBe(false);
    readAll(reader);
    reader.arm(0);
    expect(reader.wakeReached()).toBe(false);
    write(writer, 8, 4);
    expect(writer.wakeDue()).toBe(true);
    expect(writer.wakeDue()).toBe(false);
    readAll(reader);
    reader.arm(8);
    reader.disarm();
    write(writer, 8, 5);
    expect(writer.wakeDue()).toBe(false);
  });
});

describe('claim', () => {
  test('takes one eighth of the capacity and refuses a byte more', () => {
    const { writer } = makeRing(1024);
    expect(writer.recordBytesMax).toBe(128);
    expect(writer.claim(129, 0)).toBe(-1);
    expect(writer.claim(128, 0)).toBe(0);
  });

  test('refuses sizes below one byte', () => {
    const { writer } = makeRing(1024);
    expect(writer.claim(0, 0)).toBe(-1);
    expect(writer.claim(-8, 0)).toBe(-1);
    expect(writer.claim(1, 0)).toBe(0);
  });

  test('rounds up to whole words, so that the claimed bytes may all be published', () => {
    const { writer, reader } = makeRing(1024);
    const offset = writer.claim(9, 0);
    writer.words[offset / 4] = 16;
    writer.words[offset / 4 + 1] = RecordType.Span;
    writer.publish(16);
    expect(reader.peek()).toBe(0);
    expect(reader.recordBytes).toBe(16);
  });

  test('keeps the reserve free: the last record that leaves it is taken, the next one refused', () => {
    const { writer } = makeRing(128);
    for (let tag = 0; tag < 11; tag++) expect(write(writer, 8, tag, 40)).toBe(true);
    expect(writer.usedBytes()).toBe(88);
    expect(writer.claim(8, 40)).toBe(-1);
    for (let tag = 0; tag < 5; tag++) expect(write(writer, 8, tag, 0)).toBe(true);
    expect(writer.usedBytes()).toBe(128);
  });

  test('refuses everything for a reserve of the whole ring', () => {
    const { writer } = makeRing(128);
    expect(writer.claim(8, 128)).toBe(-1);
    expect(writer.claim(8, 120)).toBe(0);
  });

  test('is refused while another claim is open, which stays as it was', () => {
    const { writer, reader } = makeRing(128);
    const offset = writer.claim(8, 0);
    expect(writer.claimed).toBe(true);
    expect(writer.claim(8, 0)).toBe(-1);
    writer.words[offset / 4] = 8;
    writer.words[offset / 4 + 1] = RecordType.Span | (7 << 8);
    writer.publish(8);
    expect(writer.claimed).toBe(false);
    expect(readAll(reader)).toEqual([7]);
  });

  test('looks at HEAD only when the ring seems full', () => {
    const { control, writer, reader } = makeRing(128);
    for (let tag = 0; tag < 15; tag++) write(writer, 8, tag);
    readAll(reader);
    reader.release(reader.readPosition);
    // A broken HEAD that nobody loads does no harm; the claim after it has to load it and sees the ring as full.
    control[RING_HEAD_WORD] = distanceBytes(128, writer.tail);
    expect(write(writer, 8, 15)).toBe(true);
    expect(writer.claim(8, 0)).toBe(-1);
  });
});

describe('publish', () => {
  test('takes exactly what was claimed and refuses eight bytes more', () => {
    const { writer } = makeRing(256);
    writer.claim(24, 0);
    writer.publish(24);
    writer.claim(24, 0);
    expect(() => writer.publish(32)).toThrow(InvariantError);
    expect(writer.tail).toBe(24);
    expect(writer.claimed).toBe(false);
  });

  test.each([0, -8, 4, 12])('refuses %d bytes, and leaves nothing behind', (bytes) => {
    const { control, writer } = makeRing(256);
    writer.claim(24, 0);
    expect(() => writer.publish(bytes)).toThrow(InvariantError);
    expect(control[RING_TAIL_WORD]).toBe(0);
    expect(write(writer, 8, 1)).toBe(true);
  });

  test('without a claim is refused', () => {
    const { writer } = makeRing(256);
    expect(() => writer.publish(8)).toThrow(InvariantError);
  });

  test('of less than was claimed lets the next record follow at once', () => {
    const { writer, reader } = makeRing(1024);
    const offset = writer.claim(128, 0);
    writer.words[offset / 4] = 16;
    writer.words[offset / 4 + 1] = RecordType.Span;
    writer.publish(16);
    expect(writer.claim(8, 0)).toBe(16);
    writer.abandon();
    expect(readAll(reader)).toHaveLength(1);
  });
});

describe('padding', () => {
  test('of eight bytes, the smallest there is, is skipped and released with the record behind it', () => {
    const { writer, reader } = makeRing(256, 248);
    expect(write(writer, 16, 1)).toBe(true);
    expect(writer.usedBytes()).toBe(24);
    expect(reader.peek()).toBe(0);
    expect(reader.recordBytes).toBe(16);
    reader.advance();
    expect(reader.unreleasedBytes()).toBe(24);
    expect(reader.release(reader.readPosition)).toBe(true);
    expect(writer.usedBytes()).toBe(0);
  });

  test('is not written when the record fits the end exactly', () => {
    const { writer } = makeRing(256, 240);
    expect(writer.claim(16, 0)).toBe(240);
    writer.abandon();
    expect(writer.claim(24, 0)).toBe(0);
  });

  test('counts against the capacity: with it the record fits exactly or is refused', () => {
    // 232..256 is the end; 24 bytes of padding and the record need 56 bytes.
    const { writer, reader } = makeRing(256, 232 - 200);
    for (let tag = 0; tag < 25; tag++) write(writer, 8, tag);
    expect(writer.usedBytes()).toBe(200);
    expect(writer.claim(32, 0)).toBe(0);
    writer.abandon();
    expect(writer.claim(32, 8)).toBe(-1);
    expect(writer.claim(24, 8)).toBe(232);
    writer.abandon();
    expect(write(writer, 32, 25)).toBe(true);
    expect(writer.usedBytes()).toBe(256);
    expect(readAll(reader)).toHaveLength(26);
  });
});

test('an abandoned claim leaves no trace, its padding included', () => {
  const { control, writer, reader } = makeRing(256, 240);
  expect(writer.claim(32, 0)).toBe(0);
  writer.abandon();
  expect(control[RING_TAIL_WORD]).toBe(240);
  expect(writer.usedBytes()).toBe(0);
  expect(reader.peek()).toBe(-1);
  expect(write(writer, 16, 1)).toBe(true);
  expect(reader.peek()).toBe(240);
  expect(readAll(reader)).toEqual([1]);
});

test('a second writer on the same ring goes on behind what was published', () => {
  const { memory, writer, reader } = makeRing(256);
  write(writer, 16, 1);
  write(new RingWriter(memory), 16, 2);
  expect(readAll(reader)).toEqual([1, 2]);
});

describe('the reader', () => {
  test('peeks the same record until it advances', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 8, 2);
    expect(reader.peek()).toBe(0);
    expect(reader.peek()).toBe(0);
    reader.advance();
    expect(reader.peek()).toBe(16);
    expect(reader.recordBytes).toBe(8);
  });

  test('advancing without a peeked record moves nothing', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    reader.advance();
    expect(reader.readPosition).toBe(0);
    reader.peek();
    reader.advance();
    reader.advance();
    expect(reader.readPosition).toBe(16);
  });

  test('releases up to READ and refuses eight bytes beyond it, or behind HEAD', () => {
    const { control, writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 16, 2);
    reader.peek();
    reader.advance();
    expect(reader.release(24)).toBe(false);
    expect(reader.release(16)).toBe(true);
    expect(reader.release(8)).toBe(false);
    expect(reader.release(16)).toBe(true);
    expect(control[RING_HEAD_WORD]).toBe(16);
    expect(reader.unreleasedBytes()).toBe(0);
  });

  test('tells fresh positions while its own copy of TAIL is old', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    reader.peek();
    write(writer, 16, 2);
    expect(reader.tail()).toBe(32);
    reader.advance();
    expect(reader.hasUnread()).toBe(true);
    expect(readAll(reader)).toEqual([2]);
    expect(reader.hasUnread()).toBe(false);
  });

  test('a position past 2^30 bytes of never re-arming rings once, not for each record', () => {
    const { memory, control } = makeRing(256);
    const far = WAKE_NEVER_DISTANCE - 8;
    control[RING_TAIL_WORD] = far;
    control[RING_HEAD_WORD] = far;
    const writer = new RingWriter(memory);
    const rung = [1, 2, 3].map((tag) => write(writer, 8, tag) && writer.wakeDue());
    expect(rung).toEqual([true, false, false]);
  });
});

test('READ follows each record and each piece of padding, for statistics', () => {
  const { control, writer, reader } = makeRing(256, 248);
  write(writer, 16, 1);
  write(writer, 8, 2);
  expect(control[RING_READ_WORD]).toBe(248);
  reader.peek();
  expect(control[RING_READ_WORD]).toBe(256);
  reader.advance();
  expect(control[RING_READ_WORD]).toBe(272);
  expect(control[RING_HEAD_WORD]).toBe(248);
});

describe('a broken record', () => {
  test('that was peeked while it was whole is not advanced over', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 8, 2);
    expect(reader.peek()).toBe(0);
    writer.words[0] = 3;
    expect(reader.peek()).toBe(-1);
    reader.advance();
    expect(reader.readPosition).toBe(0);
  });

  test('that was peeked is not advanced over after it was skipped', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    reader.peek();
    expect(reader.skipToTail()).toBe(16);
    reader.advance();
    expect(reader.readPosition).toBe(16);
  });

  test('TAIL that went back behind READ is corrupt', () => {
    const { control, writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 16, 2);
    readAll(reader);
    control[RING_TAIL_WORD] = 16;
    expect(reader.hasUnread()).toBe(false);
    expect(reader.corrupt).toBe(true);
  });

  // Two records of 16 bytes are published: 32 is the longest length that could be true, 40 the first that is not.
  test.each([0, 4, -8, 7, 12, 40, 264, 2 ** 31 - 8])('with a length of %d is corrupt, not read', (length) => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 16, 2);
    writer.words[0] = length;
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(true);
    expect(reader.peek()).toBe(-1);
    expect(reader.readPosition).toBe(0);
    expect(reader.skipToTail()).toBe(32);
    expect(reader.corrupt).toBe(false);
    expect(reader.release(reader.readPosition)).toBe(true);
    write(writer, 16, 3);
    expect(readAll(reader)).toEqual([3]);
  });

  test('whose length is all that is published is still taken for one', () => {
    const { writer, reader } = makeRing(256);
    write(writer, 16, 1);
    write(writer, 16, 2);
    writer.words[0] = 32;
    expect(reader.peek()).toBe(0);
    expect(reader.recordBytes).toBe(32);
  });

  test('that reaches over the end of the buffer is corrupt', () => {
    const { writer, reader } = makeRing(256, 240);
    write(writer, 16, 1);
    write(writer, 16, 2);
    writer.words[240 / 4] = 24;
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(true);
  });

  test('of padding in the middle of the buffer, or with nothing behind it, is corrupt', () => {
    const middle = makeRing(256);
    write(middle.writer, 16, 1);
    write(middle.writer, 16, 2);
    middle.writer.words[1] = RecordType.Padding;
    expect(middle.reader.peek()).toBe(-1);
    expect(middle.reader.corrupt).toBe(true);

    const last = makeRing(256, 240);
    write(last.writer, 16, 1);
    last.writer.words[240 / 4 + 1] = RecordType.Padding;
    expect(last.reader.peek()).toBe(-1);
    expect(last.reader.corrupt).toBe(true);
  });

  test('behind padding is corrupt, and the padding is not given up twice', () => {
    const { writer, reader } = makeRing(256, 240);
    write(writer, 32, 1);
    writer.words[0] = 3;
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(true);
    expect(reader.skipToTail()).toBe(32);
    expect(reader.readPosition).toBe(288);
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(false);
  });

  test.each([-8, 4, 264, 2 ** 30])('TAIL of %d is corrupt until a publish mends it', (tail) => {
    const { control, writer, reader } = makeRing(256);
    control[RING_TAIL_WORD] = tail;
    expect(reader.peek()).toBe(-1);
    expect(reader.corrupt).toBe(true);
    expect(reader.skipToTail()).toBe(0);
    expect(reader.corrupt).toBe(true);
    expect(reader.readPosition).toBe(0);
    write(writer, 16, 1);
    expect(reader.skipToTail()).toBe(16);
    expect(reader.corrupt).toBe(false);
    write(writer, 16, 2);
    expect(readAll(reader)).toEqual([2]);
  });
});
