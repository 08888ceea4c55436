// The package is removed under a running process, as by a deployment in place, and then its worker dies: nothing can export any
// more. The application must not notice, and every span must be accounted for.

import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APPS = fileURLToPath(new URL('./apps', import.meta.url));

let folder: string;
let installed: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-lost-'));
  const modules = join(folder, 'node_modules');
  installed = join(modules, 'offloop');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== 'offloop') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  mkdirSync(installed);
  cpSync(join(ROOT, 'dist/bundle'), join(installed, 'dist/bundle'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  for (const app of ['kill-workers.mjs', 'say.mjs']) copyFileSync(join(APPS, app), join(folder, app));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the application goes on, and what was recorded is counted as dropped', async () => {
  const options = {
    kills: 1,
    afterwards: 'lost',
    loses: join(installed, 'dist/bundle/worker'),
    start: { exporter: { url: 'http://127.0.0.1:1/v1/traces' }, scheduledDelayMillis: 600_000 },
  };
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      const args = [join(folder, 'kill-workers.mjs'), JSON.stringify(options)];
      const env = { PATH: process.env.PATH };
      execFile(process.execPath, args, { cwd: folder, env, timeout: 30_000 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : error.code, stdout: out, stderr: err }),
      );
    },
  );
  expect(code, stderr).toBe(4);
  expect(stdout).toContain('{"flushed":false}\n{"shut down":false}');
  const { stats } = JSON.parse(stdout.trim().split('\n').at(-1) as string);
  expect(stats).toMatchObject({ recorded: 111, delivered: 0, droppedTotal: 111, pending: 0, workers: 0 });
  expect(stats.dropped.shutdown_timeout).toBe(111);
});
