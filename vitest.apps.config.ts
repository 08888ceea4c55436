// The suite of real applications: their packages, a PostgreSQL and a Redis are installed on first use; minutes, not part
// of `npm test`.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/apps/*.test.ts'],
    globalSetup: ['test/apps/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
