import { afterAll, describe, expect, test, vi } from 'vitest';
import { exploreScenario, type Scenario } from './scenario.js';

vi.mock('../../src/shared/atomics.js', async (importActual) => {
  const { modelledAtomics } = await import('./modelled-atomics.js');
  return modelledAtomics(await importActual());
});

// The buffer's start; then 16 and 8 bytes before its end, where positions change sign and where they wrap.
const starts = [0, 2 ** 31 - 16, 2 ** 32 - 8];

// Third: ends that some schedule must come to. A scenario that never came to what it is there for proves nothing.
const scenarios: [string, Omit<Scenario, 'start'>, string[]][] = [
  [
    'records of two sizes, polled',
    { capacity: 128, filled: [], writes: [16, 8, 16], polls: 3 },
    ['dropped 0'],
  ],
  [
    'a full ring that takes a record only after a release',
    { capacity: 64, filled: [8, 8, 8, 8, 8, 8, 8], writes: [8, 8, 8], polls: 2 },
    ['dropped 0', 'dropped 1', 'dropped 2'],
  ],
  [
    'a nearly full ring, padding, batches acknowledged later than read',
    {
      capacity: 128,
      filled: [16, 16, 16, 16, 16, 16],
      writes: [16, 16, 8],
      polls: 4,
      batchRecords: 2,
      batchesInFlight: 1,
    },
    ['dropped 0', 'dropped 1'],
  ],
  [
    'claims that are abandoned between records',
    { capacity: 128, filled: [], writes: [-16, 8, -8, 16], polls: 3 },
    ['dropped 0'],
  ],
  [
    'a reader killed anywhere and its successor',
    {
      capacity: 128,
      filled: [16],
      writes: [8, 16],
      polls: 2,
      batchRecords: 2,
      batchesInFlight: 1,
      kill: true,
    },
    ['dropped 0', 'dropped 0, published 2, re-read 3', 'dropped 0, published 2, re-read 1'],
  ],
  [
    'a reader killed anywhere while the ring is full',
    { capacity: 64, filled: [8, 8, 8, 8, 8, 8, 8], writes: [8, 8], polls: 2, batchRecords: 2, kill: true },
    ['dropped 0', 'dropped 1', 'dropped 1, published 1, re-read 8', 'dropped 0, published 2, re-read 7'],
  ],
  [
    'a reader that sleeps until the next record',
    { capacity: 128, filled: [], writes: [8, 16, 8], sleepBytes: 1 },
    ['dropped 0'],
  ],
  [
    'a reader that sleeps until a watermark',
    { capacity: 128, filled: [8], writes: [16, 8, 16], sleepBytes: 24 },
    ['dropped 0'],
  ],
  [
    'a sleeping reader killed anywhere, its wake-up left armed',
    { capacity: 128, filled: [], writes: [8, 16], sleepBytes: 16, kill: true },
    ['dropped 0', 'dropped 0, published 2, re-read 2', 'dropped 0, published 2, re-read 1'],
  ],
];

let states = 0;
let schedules = 0n;

describe.each(scenarios)('%s', (_, scenario, ends) => {
  test.each(starts)('holds in every schedule from position %d', (start) => {
    const result = exploreScenario({ ...scenario, start });
    states += result.states;
    schedules += result.schedules;
    expect(result.schedules).toBeGreaterThan(100n);
    expect([...result.ends]).toEqual(expect.arrayContaining(ends));
  });
});

afterAll(() => {
  console.log(`ring model: ${schedules} schedules, merged in ${states} states`);
});
