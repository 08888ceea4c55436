// Two real threads on one ring, with the built code: every word of every record is checked, in order.
// OFFLOOP_STRESS_SECONDS makes it go on, with a new seed each round; OFFLOOP_STRESS_SEED repeats a run.

import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { LANE_BYTES } from '../../src/shared/ring/lane-layout.js';
import { formatRing } from '../../src/shared/ring/ring-memory.js';

const stressMillis = 1000 * Number(process.env.OFFLOOP_STRESS_SECONDS ?? 0);
const firstSeed = Number(process.env.OFFLOOP_STRESS_SEED ?? randomInt(2 ** 31));

interface ReaderReport {
  readonly read: number;
  readonly bytes: number;
  readonly sleeps: number;
  readonly successors: number;
  readonly readAgain: number;
}

interface WriterReport {
  readonly full: number;
  readonly abandoned: number;
  readonly bells: number;
}

// Positions pass 2^31 or 2^32 on the way.
const rings = [
  { capacity: 128, start: 2 ** 32 - 4096, records: 100_000 },
  { capacity: 4096, start: 2 ** 31 - 2 ** 16, records: 500_000 },
  { capacity: 65_536, start: 2 ** 32 - 2 ** 20, records: 800_000 },
  { capacity: 4 * 2 ** 20, start: 2 ** 32 - 2 ** 26, records: 800_000 },
];

test.each(rings)(
  'a ring of $capacity bytes carries $records records between two threads, each word right, each wake-up heard',
  async ({ capacity, start, records }) => {
    const endMillis = performance.now() + stressMillis / rings.length;
    let seed = firstSeed;
    do {
      const { reader, writer } = await stress(capacity, start, records, seed);
      console.log(`ring of ${capacity}, seed ${seed}:`, JSON.stringify({ ...reader, ...writer }));
      expect(reader.read).toBe(records);
      expect(reader.bytes).toBeGreaterThan(records * 8);
      // The run was one: the threads met, and the rarer paths were taken.
      expect(reader.sleeps + writer.full).toBeGreaterThan(0);
      expect(writer.abandoned).toBeGreaterThan(records / 1000);
      expect(reader.successors).toBeGreaterThan(0);
      seed = (seed + 1) % 2 ** 31;
    } while (performance.now() < endMillis);
  },
  stressMillis + 60_000,
);

async function stress(
  capacity: number,
  start: number,
  records: number,
  seed: number,
): Promise<{ reader: ReaderReport; writer: WriterReport }> {
  const common = {
    ring: formatRing(capacity, start),
    lane: new SharedArrayBuffer(LANE_BYTES),
    barrier: new SharedArrayBuffer(4),
    seed,
    records,
    recordBytesMax: Math.min(capacity / 8, 4096),
  };
  const [reader, writer] = await Promise.all([
    report<ReaderReport>({ ...common, role: 'reader' }),
    report<WriterReport>({ ...common, role: 'writer' }),
  ]);
  return { reader, writer };
}

function report<Report>(workerData: { role: string; seed: number }): Promise<Report> {
  const worker = new Worker(new URL('./ring-stress-worker.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error) => {
      error.message = `${workerData.role}, seed ${workerData.seed}: ${error.message}`;
      reject(error);
    });
    worker.once('exit', (code) => reject(new Error(`${workerData.role} ended early with code ${code}`)));
  });
}
