// The long conformance run: thousands of random programs on offloop and on the official SDK; minutes. `npm test` runs a
// hundred of them.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    pool: 'forks',
    env: { CONFORMANCE_RUNS: process.env.CONFORMANCE_RUNS ?? '6000' },
    testTimeout: 600_000,
  },
});
