// The long run: 64 threads at once, 10,000 spans each, half of them terminated at random, round after round. OFFLOOP_SOAK_ROUNDS
// makes it longer.

import { expect, test } from 'vitest';
import { soak } from '../process/soak-run.js';

const rounds = Math.max(1, Number(process.env.OFFLOOP_SOAK_ROUNDS ?? 4));
const timeoutMillis = rounds * 150_000;
const THREADS = 64;
const SPANS = 10_000;
/** What 10,000 spans write into the ring of a thread, which is larger. */
const WRITTEN_BYTES = 2 * 1024 * 1024;

test(
  '64 threads at once, terminated at random: every thread is accounted for, no string of another, no place or ring left',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const start = { threadRingBytes: 2 * WRITTEN_BYTES };
    const { memory, ends } = await soak({
      threads: THREADS,
      spans: SPANS,
      seed,
      rounds,
      timeoutMillis,
      start,
    });
    console.log(
      `seed ${seed}, resident MB after each round: ${memory.map((bytes) => bytes >> 20).join(', ')}`,
    );
    expect(ends.filter(({ isKilled }) => isKilled).length).toBeGreaterThan(10);
    // Resident memory is shown and not judged: the allocator keeps heaps of ended threads, 400 MB more or less from round to round,
    // with and without telemetry. soak() counts the shared memory that main holds; test/pipeline/producers.test.ts has the worker's.
  },
  timeoutMillis,
);
