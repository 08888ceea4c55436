// What the worker remembers of dropped records.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOSS_RANGES_MAX, LossLog } from '../../../src/worker/loss-log.js';

function logOf(...ranges: [number, number][]): LossLog {
  const log = new LossLog();
  for (const [first, last] of ranges) log.add(first, last);
  return log;
}

describe('a range from position 100 up to the record at 160', () => {
  const log = logOf([100, 160]);

  test.each([
    ['just before it', 0, 100, false],
    ['its first record', 0, 101, true],
    ['its last record', 160, 200, true],
    ['just behind its last record', 161, 300, false],
    ['all of it and more', 0, 1000, true],
    ['something inside', 120, 121, true],
    ['nothing, inside of it', 120, 120, false],
  ])('and the question for %s', (_case, from, to, expected) => {
    expect(log.hasAny(from, to)).toBe(expected);
  });
});

test('positions wrap', () => {
  const near = 2 ** 31 - 64;
  const log = logOf([near | 0, (near + 128) | 0]);
  expect(log.hasAny((near + 64) | 0, (near + 200) | 0)).toBe(true);
  expect(log.hasAny((near + 136) | 0, (near + 200) | 0)).toBe(false);
});

test('what lies further back than the largest ring is forgotten, and does not come back when positions wrap', () => {
  const log = logOf([0, 64]);
  expect(log.hasAny(2 ** 28 + 65, 2 ** 28 + 200)).toBe(false);
  expect(log.hasAny(0, 100)).toBe(false);
});

test('too many ranges: none is forgotten, the oldest two become one', () => {
  const log = new LossLog();
  for (let i = 0; i < LOSS_RANGES_MAX; i++) log.add(i * 100, i * 100 + 10);
  expect(log.hasAny(50, 60)).toBe(false);
  log.add(LOSS_RANGES_MAX * 100, LOSS_RANGES_MAX * 100 + 10);
  expect(log.hasAny(50, 60)).toBe(true);
  expect(log.hasAny(150, 160)).toBe(false);
  expect(log.hasAny(0, 1)).toBe(true);
});

test('a lost record is always found', () => {
  const loss = fc.record({ gap: fc.nat({ max: 5000 }), bytes: fc.nat({ max: 5000 }) });
  fc.assert(
    fc.property(
      fc.array(loss, { minLength: 1, maxLength: 600 }),
      fc.nat({ max: 2 ** 31 - 1 }),
      (losses, start) => {
        const log = new LossLog();
        const all: [number, number][] = [];
        let position = start;
        for (const { gap, bytes } of losses) {
          const first = position + gap;
          position = first + bytes + 8;
          log.add(first | 0, (first + bytes) | 0);
          all.push([first, first + bytes]);
        }
        for (const [first, last] of all) {
          expect(log.hasAny(first | 0, (first + 1) | 0)).toBe(true);
          expect(log.hasAny(last | 0, (last + 8) | 0)).toBe(true);
        }
        expect(log.hasAny(position | 0, (position + 1000) | 0)).toBe(false);
      },
    ),
  );
});
