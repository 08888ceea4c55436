// Lock files pin contents, not places: an install takes each package from the registry that the machine is set up for.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './source-files.js';

interface LockFile {
  packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; version?: string }>;
}

const lockFiles = globSync(
  [
    'package-lock.json',
    'bench/**/package-lock.json',
    'examples/**/package-lock.json',
    'test/**/package-lock.json',
  ],
  {
    cwd: ROOT,
    exclude: (name) => name.endsWith('node_modules'),
  },
);

test('the repository has a lock file', () => {
  expect(lockFiles).toContain('package-lock.json');
});

describe.each(lockFiles)('%s', (name) => {
  const { packages }: LockFile = JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
  const installed = Object.entries(packages).filter(([path, entry]) => path !== '' && entry.link !== true);

  test('names no registry', () => {
    expect(installed.filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''))).toEqual([]);
  });

  test('has a version and a checksum for every package', () => {
    expect(installed.length).toBeGreaterThan(0);
    const unpinned = installed.filter(
      ([, entry]) => entry.version === undefined || entry.integrity === undefined,
    );
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });
});
