// The test kit under jest, which is installed on first use: user's tests as CommonJS and as ES modules, with the package
// as it is packed. jest loads ES modules with --experimental-vm-modules only (and from CommonJS since Node 24.9).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { installFromLock } from '../support/installed-package.ts';

const DIRECTORY = join(import.meta.dirname, 'jest');

beforeAll(() => {
  installFromLock(DIRECTORY, console.error);
});

test.each(['kit.mjs', 'kit.cjs'])('the test kit works under jest in %s', (file) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', join(DIRECTORY, 'node_modules/jest/bin/jest.js'), '--ci', file],
    {
      cwd: DIRECTORY,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      encoding: 'utf8',
      timeout: 100_000,
    },
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
});
