// offloop bundled into an application by esbuild, webpack and rolldown, as ES module and as CommonJS: its threads find their code in the
// installed package, and a copy that was preloaded is used by the bundled one. Where no package is installed, start() says so.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import webpack from 'webpack';
import { REGISTER } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APP = fileURLToPath(new URL('./apps/bundled/app.mjs', import.meta.url));
const TASKS = fileURLToPath(new URL('./apps/bundled/tasks.mjs', import.meta.url));
const SPANS = [
  'all',
  'all item',
  'all item',
  'blockOn add',
  'by hand',
  'continued',
  'item',
  'item',
  'of the sdk',
  'outer',
  'runBlocking add',
  'template',
];

/** Has the package in its node_modules; `elsewhere` has not. */
let deployed: string;
let elsewhere: string;
let sink: OtlpSink;

const BUNDLES = ['esbuild.mjs', 'esbuild.cjs', 'webpack.cjs', 'rolldown.mjs', 'rolldown.cjs'];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-bundled-'));
  deployed = join(folder, 'deployed');
  elsewhere = join(folder, 'elsewhere');
  mkdirSync(join(deployed, 'node_modules/@opentelemetry'), { recursive: true });
  symlinkSync(ROOT, join(deployed, 'node_modules/offloop'));
  for (const format of ['esm', 'cjs'] as const) {
    const extension = format === 'esm' ? 'mjs' : 'cjs';
    const options = {
      bundle: true,
      platform: 'node',
      format,
      logLevel: 'silent',
      absWorkingDir: ROOT,
    } as const;
    await build({ ...options, entryPoints: [APP], outfile: join(deployed, `esbuild.${extension}`) });
    const bundle = await rolldown({ input: APP, platform: 'node', cwd: ROOT, logLevel: 'silent' });
    await bundle.write({
      format,
      dir: deployed,
      entryFileNames: `rolldown.${extension}`,
      codeSplitting: false,
    });
  }
  await bundleWithWebpack();
  const installed = join(deployed, 'node_modules');
  cpSync(deployed, elsewhere, { recursive: true, filter: (file) => file !== installed });
  // webpack writes down where modules lay when it ran: on another machine nothing lies there.
  const webpacked = join(elsewhere, 'webpack.cjs');
  const there = pathToFileURL(ROOT).href;
  writeFileSync(webpacked, readFileSync(webpacked, 'utf8').replaceAll(there, 'file:///build/'));
});
afterAll(() => rmSync(join(deployed, '..'), { recursive: true }));

beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

/** Without a warning: what it cannot see through it would leave out. */
function bundleWithWebpack(): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    target: 'node',
    context: ROOT,
    entry: APP,
    output: { path: deployed, filename: 'webpack.cjs' },
    // Node shows the line that threw.
    optimization: { minimize: false },
  });
  return new Promise((resolve, reject) => {
    compiler?.run((error, stats) => {
      const { errors = [], warnings = [] } = stats?.toJson({ errors: true, warnings: true }) ?? {};
      const said = [error, ...errors, ...warnings].filter((each) => each !== null);
      if (said.length === 0) resolve();
      else reject(new Error(said.map((each) => each?.message).join('\n')));
    });
  });
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(folder: string, bundle: string, nodeArgs: string[] = [], environment = {}): Promise<Ran> {
  const url = `${sink.url}/v1/traces`;
  const args = [...nodeArgs, join(folder, bundle), JSON.stringify(TASKS), JSON.stringify(url)];
  const env = {
    PATH: process.env.PATH,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
    OFFLOOP_BLOCK_ON: 'allow',
    ...environment,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}

function expectAll({ code, stdout, stderr }: Ran): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('{"ran":{"runBlockingGave":[3,7],"complete":true,"baggage":"1"}}');
  expect(sink.spans.map(({ name }) => name).sort()).toEqual(SPANS);
  expect(JSON.parse(stdout.split('\n')[1]).stats).toMatchObject({ recorded: 11, delivered: 11, workers: 1 });
}

describe.each(BUNDLES)('%s', (bundle) => {
  test('everything works from the bundle, beside the installed package', async () => {
    expectAll(await run(deployed, bundle));
  });

  test('what is preloaded and what is bundled record into one runtime', async () => {
    expectAll(await run(deployed, bundle, ['--import', REGISTER]));
  });

  test('where no package is installed start() throws, with what to do', async () => {
    const { code, stdout, stderr } = await run(elsewhere, bundle);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain("code: 'ERR_OFFLOOP_PACKAGE_FILES'");
    expect(stderr).toContain('no offloop is installed');
    expect(stderr).toContain('esbuild: --external:offloop');
  });
});

test('a package of another version is not used: its threads would not understand the memory', async () => {
  const installed = join(elsewhere, 'node_modules/offloop');
  mkdirSync(join(installed, 'dist/bundle/worker'), { recursive: true });
  writeFileSync(join(installed, 'dist/bundle/worker/entry.js'), '');
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ name: 'offloop', version: '0.0.7' }));
  const { code, stderr } = await run(elsewhere, 'esbuild.cjs');
  expect(code).toBe(1);
  expect(stderr).toContain('offloop 0.0.7 is installed');
});

test.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
  'telemetry without workers (%o) needs no files; runBlocking does, and says so',
  async (variables) => {
    const { stderr } = await run(elsewhere, 'esbuild.mjs', [], variables);
    expect(stderr).toContain("code: 'ERR_OFFLOOP_BLOCKING_START'");
    expect(stderr).toContain('[cause]: PackageFilesError');
  },
);
