// Test tooling. A folder with a package.json and a lock file of its own gets its node_modules, and in them this package
// as its users have it: packed by npm and unpacked, beside one copy of the API. Callers: test/apps/global-setup.ts,
// bench/install-rivals.ts.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** `npm ci`, on first use and again when the lock file changed. */
export function installFromLock(folder: string, log: (line: string) => void): void {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'node_modules', '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  log(`npm ci in ${folder}`);
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ci in ${folder} ended with ${status}:\n${stderr}`);
  writeFileSync(stamp, lock);
}

/**
 * This package as built now, in node_modules of `folder`. Its dependencies must be there, in its own versions; `needed`:
 * only these of them, for what is loaded of it.
 */
export function unpackOffloop(folder: string, needed?: readonly string[]): void {
  const { dependencies } = readManifest(ROOT);
  for (const [name, version] of Object.entries(dependencies)) {
    if (needed !== undefined && !needed.includes(name)) continue;
    const directory = join(folder, 'node_modules', name);
    const installed = existsSync(directory) ? readManifest(directory).version : 'not installed';
    if (installed === version) continue;
    throw new Error(
      `offloop needs ${name} ${version}, in ${folder} it is ${installed}: npm install --save-exact ${name}@${version} there`,
    );
  }
  const packed = mkdtempSync(join(tmpdir(), 'offloop-pack-'));
  try {
    // Without scripts: `prepack` would build again, and remove what other processes are running from.
    const name = execFileSync(
      'npm',
      ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', packed],
      { cwd: ROOT, encoding: 'utf8' },
    ).trim();
    const target = join(folder, 'node_modules', 'offloop');
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', join(packed, name), '-C', target, '--strip-components=1']);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}
