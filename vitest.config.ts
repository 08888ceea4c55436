// Two projects. "source" runs in process, straight from src. "built" starts threads and child processes, which run the
// built package: Node does not load TypeScript in a worker, and so the package itself is tested too.
// (test/collector needs Go and has a command of its own: npm run test:collector.)

import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', 'test/collector/**'];

export default defineConfig({
  test: {
    // Two cores are the smallest machine that this must be quick on.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'source',
          include: ['test/{unit,property,model,pipeline,tidy,cli,bench,conformance,fuzz}/**/*.test.ts'],
          exclude: excluded,
          pool: 'forks',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'built',
          include: ['test/{thread,process,fault}/**/*.test.ts'],
          exclude: excluded,
          pool: 'forks',
          // After the others: these files have threads and processes of their own, and bounds on how long some of them take.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
