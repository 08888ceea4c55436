// Threads of the application, at length: every way in which one begins and ends, and many of them for minutes. Not part of
// `npm test`, which has the short form (test/process/threads.test.ts).

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    // Each file runs processes with many threads: one at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
