import { describe, expect, test } from 'vitest';
import { BODY_HEADROOM_BYTES, BodyPool } from '../../../../src/worker/encode/body-pool.js';

const KIB = 1024;

describe('body pool', () => {
  test('hands out the memory of a body that was given back, and only then', () => {
    const pool = new BodyPool();
    const first = pool.take(100 * KIB);
    const second = pool.take(100 * KIB);
    expect(second.buffer).not.toBe(first.buffer);
    pool.give(first);
    expect(pool.take(90 * KIB).buffer).toBe(first.buffer);
    expect(pool.take(90 * KIB).buffer).not.toBe(first.buffer);
  });

  test('gives exactly what was asked for, with room in front of it', () => {
    const pool = new BodyPool();
    const body = pool.take(10);
    expect(body.length).toBe(10);
    expect(body.byteOffset).toBe(BODY_HEADROOM_BYTES);
    expect(pool.headroomBytes(body)).toBe(BODY_HEADROOM_BYTES);
  });

  test('fills its memory to the last byte, and takes other memory for one byte more', () => {
    const pool = new BodyPool();
    const body = pool.take(64 * KIB - BODY_HEADROOM_BYTES);
    expect(body.buffer.byteLength).toBe(64 * KIB);
    pool.give(body);
    const larger = pool.take(64 * KIB - BODY_HEADROOM_BYTES + 1);
    expect(larger.buffer).not.toBe(body.buffer);
    expect(pool.take(64 * KIB - BODY_HEADROOM_BYTES).buffer).toBe(body.buffer);
  });

  test("leaves other people's memory alone", () => {
    const pool = new BodyPool();
    const foreign = new Uint8Array(200 * KIB);
    expect(pool.headroomBytes(foreign)).toBe(0);
    pool.give(foreign);
    expect(pool.take(100 * KIB).buffer).not.toBe(foreign.buffer);
  });

  test('keeps five buffers at most, and lets the smallest one go', () => {
    const pool = new BodyPool();
    const bodies = [1, 2, 3, 4, 5, 6].map((factor) => pool.take(factor * 64 * KIB - BODY_HEADROOM_BYTES));
    for (const body of bodies) pool.give(body);
    const again = bodies.map(() => pool.take(1).buffer);
    expect(new Set(bodies.slice(1).map((body) => body.buffer))).toEqual(new Set(again.slice(0, 5)));
    expect(again[5]).not.toBe(bodies[0].buffer);
  });

  test('keeps 8 MiB at most', () => {
    const pool = new BodyPool();
    const large = pool.take(8 * KIB * KIB - BODY_HEADROOM_BYTES);
    const small = pool.take(1);
    pool.give(large);
    pool.give(small);
    expect(pool.take(1).buffer).toBe(large.buffer);
    expect(pool.take(1).buffer).not.toBe(small.buffer);
    const tooLarge = pool.take(8 * KIB * KIB);
    pool.give(tooLarge);
    expect(pool.take(1).buffer).not.toBe(tooLarge.buffer);
  });
});
