// The long run: 64 threads at once, 10,000 spans each, half of them terminated at random, round after round. OFFLOOP_SOAK_ROUNDS
// makes it longer.

import { expect, test } from 'vitest';
import { soak } from '../process/soak-run.js';

const rounds = Number(process.env.OFFLOOP_SOAK_ROUNDS ?? 3);
const timeoutMillis = rounds * 150_000;

test(
  '64 threads at once, terminated at random: every thread is accounted for, no string of another, no memory kept',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { memory, ends } = await soak({ threads: 64, spans: 10_000, seed, rounds, timeoutMillis });
    console.log(
      `seed ${seed}, resident MB after each round: ${memory.map((bytes) => bytes >> 20).join(', ')}`,
    );
    expect(ends.filter(({ isKilled }) => isKilled).length).toBeGreaterThan(10);
    // The first round pays for the heaps of 64 threads, which the allocator keeps; later ones add nothing.
    const [first = 0, ...later] = memory;
    for (const bytes of later) expect(bytes, `seed ${seed}`).toBeLessThan(first * 1.15);
  },
  timeoutMillis,
);
