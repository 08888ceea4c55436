import { expect, test } from 'vitest';
import { LARGE_IN_FLIGHT_BYTES_MAX, PRODUCERS_MAX } from '../../../src/shared/limits.js';
import { MAIN_PRODUCER_ID, PoolWords } from '../../../src/shared/pool/pool-words.js';

test('256 threads find a place, each with an id of its own; the next one is refused, and counted', () => {
  const pool = new PoolWords();
  const ids = Array.from({ length: PRODUCERS_MAX }, () => pool.takePlace(7)?.producerId);
  expect(new Set([MAIN_PRODUCER_ID, undefined, ...ids]).size).toBe(PRODUCERS_MAX + 2);
  expect(pool.refused).toBe(0);
  expect(pool.takePlace(7)).toBeUndefined();
  expect(pool.refused).toBe(1);
});

test('a place that was left is taken again, under an id that nobody had', () => {
  const pool = new PoolWords();
  const ids = Array.from({ length: PRODUCERS_MAX }, () => pool.takePlace(7)?.producerId);
  pool.leavePlace(13);
  const place = pool.takePlace(8);
  expect(ids).not.toContain(place?.producerId);
  expect(place?.index).toBe(13);
  expect(pool.placesOf(8)).toEqual([13]);
  expect(pool.takePlace(7)).toBeUndefined();
});

test('all threads see the same words', () => {
  const pool = new PoolWords();
  const seen = new PoolWords(pool.memory);
  expect([pool, seen, pool].map((words) => words.takePlace(7)?.producerId)).toEqual([2, 3, 4]);
  expect(seen.placesOf(7)).toEqual([0, 1, 2]);
  expect(seen.isClosed).toBe(false);
  pool.close();
  expect([seen.isClosed, seen.hasEnded]).toEqual([true, false]);
  pool.end();
  pool.close();
  expect([seen.isClosed, seen.hasEnded]).toEqual([true, true]);
});

test('large records on their way to main fit up to the bound, and not a byte more', () => {
  const pool = new PoolWords();
  expect(pool.takeLargeBytes(LARGE_IN_FLIGHT_BYTES_MAX)).toBe(true);
  expect(pool.takeLargeBytes(1)).toBe(false);
  pool.leaveLargeBytes(8);
  expect(pool.takeLargeBytes(9)).toBe(false);
  expect(pool.takeLargeBytes(8)).toBe(true);
});
