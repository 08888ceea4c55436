// Test tooling. Builds the Collector of test/collector/otelcol once per content of its sources and returns the
// binary. Callers: global-setup.ts of the Collector suite; by hand: `node test/collector/build-collector.ts`.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findGo } from './find-go.ts';

const SOURCES = join(import.meta.dirname, 'otelcol');
const CACHE = join(import.meta.dirname, '..', '..', '.cache');
const PROGRESS_MILLIS = 15_000;

/** Path of the binary; builds it if its sources changed since (minutes the first time, 157 modules to fetch). */
export async function buildCollector(log: (line: string) => void = console.error): Promise<string> {
  const directory = join(CACHE, 'otelcol', hashOfSources());
  const binary = join(directory, 'otelcol');
  if (existsSync(binary)) return binary;

  const go = findGo(CACHE, log);
  mkdirSync(directory, { recursive: true });
  log('Building the Collector (first time: 2 to 4 minutes on two cores) ...');
  // Two builds at the same time do not disturb each other: each renames its finished file into place.
  const unfinished = `${binary}.${process.pid}`;
  try {
    await runGoBuild(go, unfinished, log);
    renameSync(unfinished, binary);
  } finally {
    rmSync(unfinished, { force: true });
  }
  log(`Collector ready: ${binary}`);
  return binary;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.go') && name !== 'go.mod' && name !== 'go.sum') continue;
    hash.update(`${name}\0`).update(readFileSync(join(SOURCES, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function runGoBuild(go: string, binary: string, log: (line: string) => void): Promise<void> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(go, ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', binary, '.'], {
      cwd: SOURCES,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=2', GOWORK: 'off' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const output: string[] = [];
    let fetched = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      fetched += text.split('go: downloading ').length - 1;
    });
    const progress = setInterval(() => {
      log(`  ${seconds()} s, ${fetched} modules fetched`);
    }, PROGRESS_MILLIS);
    const finish = (failure: string | undefined) => {
      clearInterval(progress);
      if (failure === undefined) resolve();
      else
        reject(
          new Error(`${failure} after ${seconds()} s.\n${output.join('').split('\n').slice(-30).join('\n')}`),
        );
    };
    child.on('error', (error) => finish(`Cannot run ${go}: ${error.message}`));
    child.on('close', (code) => {
      finish(code === 0 ? undefined : `Building the Collector failed: go build ended with status ${code}`);
    });
  });
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  try {
    console.log(await buildCollector());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
