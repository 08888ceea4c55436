// One thread fills string arenas while another reads every entry as soon as it is counted; the built code.

import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createArena } from '../../src/shared/arena/arena-memory.js';
import { ARENA_ENTRIES_MAX } from '../../src/shared/limits.js';

const ROUNDS = 20;

test('every entry is whole and right at the moment it is counted, until the arena is full', async () => {
  // Half of them run out of bytes first, half out of entries.
  const arenas = Array.from({ length: ROUNDS }, (_, round) =>
    createArena(round % 2 === 0 ? 2 ** 18 : 2 ** 21),
  );
  const common = { arenas, meeting: new SharedArrayBuffer(8) };
  const [written, read] = await Promise.all([
    report<number[]>({ ...common, role: 'writer' }),
    report<{ read: number; looks: number }[]>({ ...common, role: 'reader' }),
  ]);
  expect(read.map((round) => round.read)).toEqual(written);
  for (const [round, entries] of written.entries()) {
    if (round % 2 === 0) expect(entries).toBeLessThan(ARENA_ENTRIES_MAX);
    else expect(entries).toBe(ARENA_ENTRIES_MAX);
  }
  // It was read while it was filled, not only afterwards.
  expect(read.reduce((looks, round) => looks + round.looks, 0)).toBeGreaterThan(2 * ROUNDS);
});

function report<Report>(workerData: { role: string }): Promise<Report> {
  const worker = new Worker(new URL('./arena-stress-worker.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`${workerData.role} ended early with code ${code}`)));
  });
}
