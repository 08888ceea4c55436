// Test tooling. Finds the binaries of PostgreSQL and Redis, installs them with apt-get where that is possible, and says
// what to install where it is not. A machine without them fails: it never skips. Caller: global-setup.ts.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const PACKAGES = { postgres: 'postgresql', redis: 'redis-server' };

export interface ServerBinaries {
  /** The folder of initdb and postgres. */
  readonly postgresFolder: string;
  readonly redisServer: string;
}

export function findServers(log: (line: string) => void): ServerBinaries {
  const missing = () => [
    ...(findPostgres() === undefined ? [PACKAGES.postgres] : []),
    ...(findOnPath('redis-server') === undefined ? [PACKAGES.redis] : []),
  ];
  const wanted = missing();
  if (wanted.length > 0) installPackages(wanted, log);
  const postgresFolder = findPostgres();
  const redisServer = findOnPath('redis-server');
  if (postgresFolder === undefined || redisServer === undefined) {
    throw new Error(`Still missing after installation: ${missing().join(', ')}`);
  }
  return { postgresFolder, redisServer };
}

/** The newest of Debian's versions, or wherever PATH has both programs. */
function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES).map(Number) : [];
  const debian = versions
    .filter(Number.isFinite)
    .sort((a, b) => b - a)
    .map((version) => join(DEBIAN_POSTGRES, String(version), 'bin'));
  return [...debian, ...pathFolders()].find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

function findOnPath(program: string): string | undefined {
  return pathFolders()
    .map((folder) => join(folder, program))
    .find(existsSync);
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
}

function installPackages(names: readonly string[], log: (line: string) => void): void {
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  const hint = `test:apps needs real servers. Install them: ${command} (or what your system calls them), with initdb, postgres and redis-server on PATH.`;
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) throw new Error(hint);
  log(command);
  const run = (words: readonly string[]) =>
    spawnSync('apt-get', words, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  const install = ['install', '-y', '--no-install-recommends', ...names];
  // The lists are often missing or old in a container: only then are they fetched.
  if (run(install).status === 0) return;
  run(['update']);
  const { status, stderr } = run(install);
  if (status !== 0) throw new Error(`${hint}\n${command} ended with ${status}:\n${stderr}`);
}
