// The long run: 64 threads at once, 10,000 spans each, half of them terminated at random, round after round. OFFLOOP_SOAK_ROUNDS
// makes it longer.

import { expect, test } from 'vitest';
import { soak } from '../process/soak-run.js';

const rounds = Math.max(3, Number(process.env.OFFLOOP_SOAK_ROUNDS ?? 4));
const timeoutMillis = rounds * 150_000;
const THREADS = 64;
const SPANS = 10_000;
/** What 10,000 spans write into the ring of a thread, which is larger. */
const WRITTEN_BYTES = 2 * 1024 * 1024;

test(
  '64 threads at once, terminated at random: every thread is accounted for, no string of another, no ring kept',
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
    // The allocator keeps heaps of 64 threads, and some more in each round, with and without telemetry (measured: 40 MB).
    // Rings that were kept would add 128 MB a round.
    const kept = (memory.at(-1) ?? 0) - (memory[1] ?? 0);
    expect(kept, `seed ${seed}`).toBeLessThan(((rounds - 2) * THREADS * WRITTEN_BYTES) / 2);
  },
  timeoutMillis,
);
