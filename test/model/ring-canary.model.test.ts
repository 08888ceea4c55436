// A checker that finds nothing may be blind. Each test here seeds one bug and must see it caught, by name.

import { expect, test, vi } from 'vitest';
import { RING_HEAD_WORD, RING_READ_WORD, RING_TAIL_WORD } from '../../src/shared/ring/layout.js';
import type { Access } from './access.js';
import { READER, WRITER } from './memory.js';
import { ModelViolation } from './replay.js';
import { exploreScenario, type Scenario } from './scenario.js';

vi.mock('../../src/shared/atomics.js', async (importActual) => {
  const { modelledAtomics } = await import('./modelled-atomics.js');
  return modelledAtomics(await importActual());
});

const starts = [0, 2 ** 31 - 16, 2 ** 32 - 8];

const plain: Scenario = { capacity: 128, start: 0, filled: [], writes: [16, 8], polls: 3 };
const nearlyFull: Scenario = {
  capacity: 64,
  start: 0,
  filled: [8, 8, 8, 8, 8, 8, 8],
  writes: [8, 8, 8],
  polls: 2,
  batchRecords: 2,
  batchesInFlight: 1,
};
const killed: Scenario = { ...plain, filled: [16], batchRecords: 2, batchesInFlight: 1, kill: true };
const asleep: Scenario = { ...plain, polls: 0, sleepBytes: 1 };

/** Holds without the bug, fails with it. */
function caught(sound: Scenario, bug: Partial<Scenario>): string {
  expect(exploreScenario(sound).schedules).toBeGreaterThan(100n);
  try {
    exploreScenario({ ...sound, ...bug });
  } catch (error) {
    if (error instanceof ModelViolation) return error.message;
    throw error;
  }
  return 'not caught';
}

/** The writer's look at HEAD is answered with another word: its cached copy runs ahead instead of behind. */
function headIs(word: number): (thread: number, access: Access) => Access {
  return (thread, access) =>
    thread === WRITER && access.kind === 'load' && access.address === RING_HEAD_WORD
      ? { kind: 'load', address: word }
      : access;
}

function publishPlainly(thread: number, access: Access): Access {
  return thread === WRITER && access.kind === 'store' && access.address === RING_TAIL_WORD
    ? { ...access, kind: 'write' }
    : access;
}

test.each(starts)('publishing before the record is written is seen as a race from position %d', (start) => {
  expect(caught({ ...plain, start }, { bug: 'publish before write' })).toMatch(/^race: read data/);
});

test.each(starts)(
  'publishing before the record is written gives torn or corrupt records from position %d',
  (start) => {
    const sound = { ...plain, start, findRaces: false, delayWrites: false };
    expect(caught(sound, { bug: 'publish before write' })).toMatch(/torn|corrupt|read: /);
  },
);

test('a TAIL stored plainly is caught where writes become visible late and in any order', () => {
  const sound = { ...plain, findRaces: false };
  expect(caught(sound, { fault: publishPlainly })).toMatch(/torn|corrupt|read: /);
});

test('a TAIL stored plainly looks right on strong hardware, and is still seen as a race', () => {
  const sound = { ...plain, delayWrites: false };
  expect(caught({ ...sound, findRaces: false }, { fault: publishPlainly })).toBe('not caught');
  expect(caught(sound, { fault: publishPlainly })).toMatch(/^race: read data/);
});

test.each(starts)(
  'a reader that releases before the acknowledgement loses records when killed, from %d',
  (start) => {
    expect(caught({ ...killed, start }, { bug: 'release before acknowledge' })).toMatch(/^lost: /);
  },
);

test('a writer whose copy of HEAD runs ahead of it overwrites records that are being read', () => {
  expect(caught(nearlyFull, { fault: headIs(RING_TAIL_WORD) })).toMatch(/corrupt|^race: write data/);
  const strong = { ...nearlyFull, findRaces: false, delayWrites: false };
  expect(caught(strong, { fault: headIs(RING_TAIL_WORD) })).toMatch(/read: |corrupt|refused/);
});

test('a writer that takes READ for HEAD overwrites what a successor still needs', () => {
  const sound = { ...nearlyFull, kill: true };
  expect(caught(sound, { fault: headIs(RING_READ_WORD) })).toMatch(/lost|read by the successor|corrupt|race/);
});

test('a reader whose copy of TAIL runs ahead of it reads what is not published', () => {
  const fault = (thread: number, access: Access): Access =>
    thread === READER && access.kind === 'load' && access.address === RING_TAIL_WORD
      ? { ...access, aheadBytes: 8 }
      : access;
  expect(caught(plain, { fault })).toMatch(/corrupt|^race: read data/);
});

test.each(starts)('a reader that looks before it arms sleeps for ever, from position %d', (start) => {
  expect(caught({ ...asleep, start }, { bug: 'arm after look' })).toMatch(
    /^the reader sleeps for ever: wait BELL/,
  );
});

test('a report names the schedule that leads to the failure', () => {
  const report = caught(asleep, { bug: 'arm after look' });
  expect(report).toContain('reader load TAIL');
  expect(report).toContain('writer load WAKE');
  expect(report.indexOf('writer load WAKE')).toBeLessThan(report.indexOf('reader store WAKE'));
});
