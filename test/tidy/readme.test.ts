// The ways to use offloop, as README.md shows them, work: the code in it is run, and spans arrive.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { codeBlocks, nodeCommands } from './readme-blocks.js';
import { runNode } from './readme-run.js';
import { ROOT } from './source-files.js';

/** An application without a word of offloop in it, as the preload wants it. */
const WORK = `const span = trace.getTracer('app').startSpan('work');\nspan.setAttribute('kept', true);\nspan.end();\n`;
const APPLICATIONS: Readonly<Record<string, string>> = {
  'app.js': `import { trace } from '@opentelemetry/api';\n${WORK}`,
  'app.mjs': `import { trace } from '@opentelemetry/api';\n${WORK}`,
  'app.cjs': `const { trace } = require('@opentelemetry/api');\n${WORK}`,
};

const path = join(ROOT, 'README.md');
const readme = existsSync(path) ? readFileSync(path, 'utf8') : '';
const blocks = codeBlocks(readme);

test('README.md shows each use as code that is run, in fewer than 200 lines', () => {
  expect([...new Set(blocks.flatMap((block) => block.use ?? []))].sort()).toEqual([
    'preload',
    'recorder',
    'sdk',
    'start',
    'testing',
    'traced',
  ]);
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
  expect(nodeCommands(blocks.find((block) => block.use === 'preload')?.code ?? '')).not.toEqual([]);
});

describe.each(blocks.filter((block) => block.use === 'preload'))('README.md line $line', ({ code }) => {
  test.each(nodeCommands(code).map((words) => ({ command: words.join(' '), words })))(
    'node $command: the span of an unmodified application arrives',
    async ({ words }) => {
      const outcome = await runNode(APPLICATIONS, words);
      expect(outcome.code, outcome.output).toBe(0);
      expect(outcome.spans.map((span) => span.name)).toEqual(['work']);
    },
  );
});

const PROGRAMS = ['start', 'recorder', 'sdk', 'traced'];

describe.each(blocks.filter((block) => PROGRAMS.includes(block.use ?? '')))(
  'README.md line $line',
  ({ use, code, language }) => {
    test(`the program of the use "${use}" ends by itself and its spans arrive`, async () => {
      expect(language).toBe('js');
      const outcome = await runNode({ 'program.js': code }, ['program.js']);
      expect(outcome.code, outcome.output).toBe(0);
      expect(outcome.spans.length).toBeGreaterThan(0);
      const name = /(?:serviceName|'service\.name'): '([^']+)'/.exec(code)?.[1];
      if (name !== undefined) expect(outcome.spans[0]?.service).toBe(name);
    });
  },
);

describe.each(blocks.filter((block) => block.use === 'testing'))('README.md line $line', ({ code }) => {
  test('the tests with the test kit pass, and fail where the spans are others', async () => {
    const passed = await runNode({ 'shop.test.js': code }, ['--test', 'shop.test.js']);
    expect(passed.code, passed.output).toBe(0);
    expect(passed.output).toContain('pass 1');
    const other = code.replace("startSpan('reserve')", "startSpan('release')");
    const failed = await runNode({ 'shop.test.js': other }, ['--test', 'shop.test.js']);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('fail 1');
  });
});

describe.each(blocks.filter((block) => block.language === 'ts'))('README.md line $line', ({ code }) => {
  test('the TypeScript compiles against the package', async () => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    const directory = mkdtempSync(join(ROOT, '.cache/readme-'));
    try {
      writeFileSync(join(directory, 'block.ts'), code);
      const options = [
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--module',
        'nodenext',
        '--target',
        'es2023',
      ];
      const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
      const args = [compiler, '--ignoreConfig', ...options, '--types', 'node', join(directory, 'block.ts')];
      const complaints = await promisify(execFile)(process.execPath, args, { cwd: ROOT }).then(
        () => '',
        (error) => `${error.stdout}${error.stderr}` || String(error),
      );
      expect(complaints).toBe('');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the reader of blocks', () => {
  test('finds language, use, line and code', () => {
    const markdown = 'a\n```js run=start\nlet x;\n\n```\n```sh\nls\n```\n';
    expect(codeBlocks(markdown)).toEqual([
      { language: 'js', use: 'start', line: 2, code: 'let x;\n\n' },
      { language: 'sh', use: undefined, line: 6, code: 'ls\n' },
    ]);
    expect(() => codeBlocks('```js\nlet x;\n')).toThrow('no end');
  });

  test('finds the node commands of a shell block', () => {
    const code = 'npm install offloop\n# node no.js\nnode --import offloop/register app.js   # or:\n';
    expect(nodeCommands(code)).toEqual([['--import', 'offloop/register', 'app.js']]);
  });
});

describe('the runner of blocks', () => {
  test('sees the spans of a program that starts telemetry, and its service', async () => {
    const code = `import { start } from 'offloop';\nimport { trace } from '@opentelemetry/api';
start({ serviceName: 'shop' });\ntrace.getTracer('a').startSpan('one').end();\n`;
    const outcome = await runNode({ 'program.js': code }, ['program.js']);
    expect(outcome).toMatchObject({ code: 0, output: '', spans: [{ service: 'shop', name: 'one' }] });
  });

  test('sees that a program fails and that nothing arrived', async () => {
    const outcome = await runNode({ 'program.js': `throw new Error('no');\n` }, ['program.js']);
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('Error: no');
    expect(outcome.spans).toEqual([]);
  });
});
