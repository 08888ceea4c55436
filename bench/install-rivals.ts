// Installs the rivals from their lock files on first use, and again when a lock file changed. Called by run.ts.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDERS = [new URL('./rivals/', import.meta.url), new URL('./rivals/sdk-node/', import.meta.url)];

export function installRivals(progress: (text: string) => void): void {
  for (const folder of FOLDERS) {
    const lock = readFileSync(new URL('package-lock.json', folder), 'utf8');
    const stamp = new URL('node_modules/.installed-lock.json', folder);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) continue;
    progress(`npm ci in ${folder.pathname}`);
    const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`npm ci in ${folder.pathname} ended with ${status}:\n${stderr}`);
    writeFileSync(stamp, lock);
  }
}
