// The test kit in the frameworks of users, each in a process of its own with the built package: node:test (ES modules and
// CommonJS) and vitest. jest has a suite in test/apps, since it has to be installed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DIRECTORY = fileURLToPath(new URL('./test-kits/', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: DIRECTORY,
    // Nothing of the vitest that runs this.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

test.each([
  ['node-test.mjs', 3],
  ['node-test.cjs', 2],
])('under node:test, %s', async (file, count) => {
  const { code, output } = await run(['--test', '--test-reporter=tap', file]);
  expect(code, output).toBe(0);
  expect(output).toContain(`# pass ${count}`);
});

test('under vitest', async () => {
  const { code, output } = await run([VITEST, 'run', '--config', 'vitest.config.mjs', '--root', DIRECTORY]);
  expect(code, output).toBe(0);
  expect(output).toMatch(/Tests +2 passed/);
});

test('importing it loads nothing of the workers or of the network, and starts nothing', async () => {
  const { code, output } = await run([
    '--input-type=module',
    '--eval',
    `import { registerHooks } from 'node:module';
     const files = [];
     registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
     const globals = Object.getOwnPropertySymbols(globalThis).length;
     await import('offloop/testing');
     console.log(JSON.stringify({
       files,
       resources: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name)),
       registered: Object.getOwnPropertySymbols(globalThis).length - globals,
     }));`,
  ]);
  expect(code, output).toBe(0);
  const { files, resources, registered } = JSON.parse(output) as {
    files: string[];
    resources: string[];
    registered: number;
  };
  expect(files.some((url) => url.endsWith('/dist/bundle/main/testing.js'))).toBe(true);
  // @opentelemetry/core itself loads node:worker_threads and node:net, so built-ins would not tell.
  expect(
    files.filter((url) => /piscina|comlink|grpc|otlp|bundle\/worker|^node:(http|tls|zlib)/.test(url)),
  ).toEqual([]);
  expect({ resources, registered }).toEqual({ resources: [], registered: 0 });
});
