// The tree keeps to the floor plan, and the checker that says so catches every kind of violation.

import { describe, expect, test } from 'vitest';
import { violationsOf } from './layering-rules.js';
import { importsOf, readTree, withoutComments } from './source-files.js';

const HEAD = '// Role, thread, callers.\n';

test('every file of the tree keeps to the floor plan', () => {
  const files = readTree('src', 'test', 'bench');
  for (const layer of ['shared', 'main', 'worker', 'cli']) {
    expect(files.filter((file) => file.path.startsWith(`src/${layer}/`)).length).toBeGreaterThan(5);
  }
  expect(violationsOf(files)).toEqual([]);
});

describe('the checker catches', () => {
  test.each([
    ['src/main/a.ts', `import { x } from '../worker/batcher.js';`, '../worker/batcher.js'],
    ['src/main/a.ts', `import type { X } from '../worker/batcher.js';`, '../worker/batcher.js'],
    ['src/main/a.ts', `type X = import('../worker/batcher.js').X;`, '../worker/batcher.js'],
    ['src/main/a.ts', `const x = await import('../worker/batcher.js');`, '../worker/batcher.js'],
    ['src/main/a.ts', `import '../worker/batcher.js';`, '../worker/batcher.js'],
    ['src/main/a.ts', `import {\n  a,\n  b,\n} from '../worker/batcher.js';`, '../worker/batcher.js'],
    ['src/worker/a.ts', `import { x } from '../main/runtime.js';`, '../main/runtime.js'],
    ['src/shared/a.ts', `import { x } from '../main/runtime.js';`, '../main/runtime.js'],
    ['src/shared/a.ts', `import { x } from 'node:buffer';`, 'node:buffer'],
    ['src/shared/a.ts', `import type { Span } from '@opentelemetry/api';`, '@opentelemetry/api'],
    ['src/main/a.ts', `import { gzip } from 'node:zlib';`, 'node:zlib'],
    ['src/main/a.ts', `import { lookup } from 'node:dns/promises';`, 'node:dns/promises'],
    ['src/main/a.ts', `import { gzip } from 'zlib';`, 'zlib'],
    ['src/main/a.ts', `const grpc = require('@grpc/grpc-js');`, '@grpc/grpc-js'],
    ['src/main/a.ts', `export { fetch } from 'undici';`, 'undici'],
    [
      'src/main/a.ts',
      `import x from '@opentelemetry/otlp-transformer/build/x.js';`,
      '@opentelemetry/otlp-transformer',
    ],
    ['src/worker/a.ts', `import { AsyncLocalStorage } from 'node:async_hooks';`, 'node:async_hooks'],
    ['src/worker/a.ts', `import { x } from '../../test/support/x.js';`, '../../test/support/x.js'],
    ['src/cli/a.ts', `import { x } from '../main/runtime.js';`, '../main/runtime.js'],
    ['src/other/a.ts', '', 'no known layer'],
  ])('a crossing import: %s with %s', (path, code, shown) => {
    const violations = violationsOf([{ path, text: `${HEAD}${code}\n` }]);
    expect(violations.join('\n')).toContain(path);
    expect(violations.join('\n')).toContain(shown);
  });

  test.each([
    ['src/main/trace/a.ts', `import { RingWriter } from '../../shared/ring/writer.js';`],
    ['src/main/record/a.ts', `import { RingReader } from '../../shared/ring/reader.js';`],
    ['src/worker/a.ts', `import type { RingWriter } from '../shared/ring/writer.js';`],
    ['src/worker/a.ts', `import { ArenaWriter } from '../shared/arena/writer.js';`],
  ])('a role taken by the wrong file: %s with %s', (path, code) => {
    expect(violationsOf([{ path, text: `${HEAD}${code}\n` }])).toHaveLength(1);
  });

  test('a heavy package with two users in a layer', () => {
    const text = `${HEAD}import { Piscina } from 'piscina';\n`;
    const one = { path: 'src/main/a.ts', text };
    expect(violationsOf([one])).toEqual([]);
    expect(violationsOf([one, { path: 'src/main/b.ts', text }])).toHaveLength(1);
  });

  test('a second mention of the worker in main, and one in the wrong place', () => {
    const mention = `const file = packageFile('worker/entry.js');\n`;
    const host = 'src/main/lifecycle/worker-host.ts';
    expect(violationsOf([{ path: host, text: HEAD + mention }])).toEqual([]);
    expect(violationsOf([{ path: host, text: HEAD + mention + mention }])).toHaveLength(1);
    expect(violationsOf([{ path: 'src/main/runtime.ts', text: HEAD + mention }])).toHaveLength(1);
  });

  test.each([
    `const file = new URL('./a.js', import.meta.url);\n`,
    `import { builtinModules, createRequire } from 'node:module';\n`,
  ])('a file of main that finds files by itself: %s', (code) => {
    expect(violationsOf([{ path: 'src/main/a.ts', text: HEAD + code }])).toHaveLength(1);
    expect(violationsOf([{ path: 'src/main/package/a.ts', text: HEAD + code }])).toEqual([]);
  });

  test.each([
    ['no comment at the start', 'export const x = 1;\n'],
    ['a barrel', `${HEAD}export { x } from './x.js';\nexport type { Y } from './y.js';\n`],
    ['an export of everything', `${HEAD}export * from './x.js';\nexport const y = 1;\n`],
    ['a default export', `${HEAD}export default 1;\n`],
    ['Atomics', `${HEAD}Atomics.add(words, 0, 1);\n`],
    ['a note of unfinished work', `${HEAD}// ${'TO'}${'DO'}: later\n`],
  ])('%s', (_, text) => {
    expect(violationsOf([{ path: 'src/shared/a.ts', text }])).toHaveLength(1);
  });

  test('the first line too many, and not the last one allowed', () => {
    const lines = (count: number): string => HEAD + 'x;\n'.repeat(count - 1);
    expect(violationsOf([{ path: 'src/shared/a.ts', text: lines(400) }])).toEqual([]);
    expect(violationsOf([{ path: 'src/shared/a.ts', text: lines(401) }])).toHaveLength(1);
    expect(violationsOf([{ path: 'test/unit/a.test.ts', text: lines(800) }])).toEqual([]);
    expect(violationsOf([{ path: 'test/unit/a.test.ts', text: lines(801) }])).toHaveLength(1);
  });
});

test('what only a comment says is no import and no mention', () => {
  const text = `${HEAD}// import { x } from 'undici'; Atomics\n/* from 'undici' */\nconst url = 'http://x'; // Atomics\n`;
  expect(violationsOf([{ path: 'src/shared/a.ts', text }])).toEqual([]);
});

test('a quote in a regular expression does not hide the comment after it', () => {
  const text = "const a = /['\"`]/; // one\nconst b = 'kept'; // two `\nconst c = `kept // too`;\n";
  const code = withoutComments(text);
  expect(code).not.toContain('one');
  expect(code).not.toContain('two');
  expect(code).toContain("'kept'");
  expect(code).toContain('kept // too');
});

test('an import is resolved to the file, the built-in or the package', () => {
  const text = `import a from './a.js'; import b from 'node:fs/promises'; import c from '@x/y/z'; import d from 'd/e';`;
  expect(importsOf({ path: 'src/main/b.ts', text })).toEqual([
    { specifier: './a.js', target: 'src/main/a.ts', kind: 'file' },
    { specifier: 'node:fs/promises', target: 'node:fs/promises', kind: 'builtin' },
    { specifier: '@x/y/z', target: '@x/y', kind: 'package' },
    { specifier: 'd/e', target: 'd', kind: 'package' },
  ]);
});
