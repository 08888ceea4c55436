// The Collector suite: a real OpenTelemetry Collector, built once and cached; minutes, not part of `npm test`.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/collector/**/*.test.ts'],
    globalSetup: ['test/collector/global-setup.ts'],
    // Each file runs a Collector and an application beside the test: one at a time.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
