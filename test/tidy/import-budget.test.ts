// Loading offloop and recording with it loads nothing of the export side on the user's thread: no network, no
// compression, no gRPC, no OTLP. Runs the built package in child processes.
//
// What it does load, besides its own files: piscina (worker_threads, perf_hooks, timers/promises, assert), comlink
// and @opentelemetry/api. One thing depends on the process: `assert` looks at process.stderr for colours, and a
// Worker is connected to process.stdout and process.stderr; where these are pipes, Node itself loads `net` for them,
// as the first console.log would. The children here have files for them, so that nothing has to be excused.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './source-files.js';

interface Loaded {
  readonly builtins: string[];
  readonly files: string[];
  readonly recorded?: number;
  readonly workers?: number;
}

/** Also what stands behind them: _http_client, internal/http2/core, internal/deps/undici/undici, ... */
const FORBIDDEN_BUILTINS =
  /^_?(internal\/)?(deps\/)?(http2?|https|zlib|net|tls|dgram|dns|undici|child_process)(_|\/|$)/;

const FORBIDDEN_FILES =
  /\/node_modules\/(undici|yaml|@grpc\/|protobufjs|@protobufjs\/|@opentelemetry\/(core|resources|propagator-|otlp-|exporter-|sdk-))|\/dist\/(bundle\/)?(worker|cli)\//;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-budget-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function load(program: { doors: string[]; start: boolean; extra?: string[] }): Promise<Loaded> {
  // A closed port: nobody answers, and nothing of that may be felt on this thread.
  const env = {
    PATH: process.env.PATH,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OFFLOOP_EXIT_TIMEOUT: '0',
  };
  const [outputFile, errorFile] = [join(directory, 'stdout'), join(directory, 'stderr')];
  const [stdout, stderr] = [openSync(outputFile, 'w'), openSync(errorFile, 'w')];
  const child = spawn(
    process.execPath,
    [`${ROOT}test/tidy/loaded-modules.mjs`, JSON.stringify({ extra: [], ...program })],
    { cwd: ROOT, env, timeout: 20_000, stdio: ['ignore', stdout, stderr] },
  );
  closeSync(stdout);
  closeSync(stderr);
  const [code] = await once(child, 'exit');
  expect(code, readFileSync(errorFile, 'utf8')).toBe(0);
  return JSON.parse(readFileSync(outputFile, 'utf8'));
}

function overBudget({ builtins, files }: Loaded): string[] {
  return [
    ...builtins.filter((name) => FORBIDDEN_BUILTINS.test(name)),
    ...files.filter((url) => FORBIDDEN_FILES.test(url)),
  ];
}

describe("the user's thread loads nothing of the export side", () => {
  test('when it imports a door and does not start', async () => {
    const loaded = await load({ doors: ['offloop', 'offloop/recorder'], start: false });
    expect(loaded.files.some((url) => url.endsWith('/dist/bundle/main/index.js'))).toBe(true);
    expect(overBudget(loaded)).toEqual([]);
  });

  test.each([[['offloop']], [['offloop/register']], [['offloop/recorder']]])(
    'when it imports %j, starts and records a span of a remote parent',
    async (doors) => {
      const loaded = await load({ doors, start: true });
      expect(loaded).toMatchObject({ recorded: 1, workers: 1 });
      expect(loaded.builtins).toContain('worker_threads');
      expect(loaded.files.some((url) => url.includes('/node_modules/piscina/'))).toBe(true);
      expect(overBudget(loaded)).toEqual([]);
    },
  );
});

describe('the check sees', () => {
  test.each([
    ['node:zlib', 'zlib'],
    ['node:http2', 'http2'],
    ['node:net', 'net'],
  ])('the built-in %s', async (specifier, shown) => {
    expect(overBudget(await load({ doors: [], start: false, extra: [specifier] }))).toContain(shown);
  });

  test.each(['@grpc/grpc-js', '@opentelemetry/otlp-transformer', '@opentelemetry/core'])(
    'the package %s',
    async (specifier) => {
      const seen = overBudget(await load({ doors: [], start: false, extra: [specifier] }));
      expect(seen.some((url) => url.includes(`/node_modules/${specifier}/`))).toBe(true);
    },
  );
});
