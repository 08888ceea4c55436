// docs/from-rust.md: its programs are run against a receiver, and the trees of spans below them are what arrives.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type CodeBlock, codeBlocks } from './readme-blocks.js';
import { runNode } from './readme-run.js';
import { type ReceivedSpan, receivedTree } from './received-tree.js';
import { ROOT } from './source-files.js';

const blocks = codeBlocks(readFileSync(join(ROOT, 'docs/from-rust.md'), 'utf8'));

interface Program {
  readonly use: string;
  readonly block: CodeBlock;
  readonly tree: string;
}

const files = new Map(
  blocks.flatMap(({ file, code }) => (file === undefined ? [] : [[file, code] as const])),
);
const programs: Program[] = blocks.flatMap((block, index) =>
  block.use === undefined ? [] : [{ use: block.use, block, tree: blocks[index + 1]?.code.trimEnd() ?? '' }],
);

test('every block is a program with its tree, or a module', () => {
  const counted = 2 * programs.length + files.size;
  expect(counted).toBe(blocks.length);
  for (const { block } of programs) expect(blocks[blocks.indexOf(block) + 1]?.language).toBe('text');
  expect(programs.length).toBeGreaterThan(10);
});

describe.each(programs)('docs/from-rust.md line $block.line, $use', ({ block, tree }) => {
  test('the program ends by itself, and the spans that arrive are those shown', async () => {
    const code = block.language === 'ts' ? await compiled(block.code) : block.code;
    const outcome = await runNode({ ...Object.fromEntries(files), 'program.js': code }, ['program.js']);
    expect(outcome.code, outcome.output).toBe(0);
    expect(receivedTree(outcome.received), outcome.output).toBe(tree);
  });
});

/** TypeScript, checked against the package, as JavaScript: Node runs no decorators. */
async function compiled(code: string): Promise<string> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.cache/readme-'));
  try {
    writeFileSync(join(directory, 'program.ts'), code);
    const options = [
      '--ignoreConfig',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, '--types', 'node', 'program.ts'];
    await promisify(execFile)(process.execPath, args, { cwd: directory });
    return readFileSync(join(directory, 'program.js'), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('the drawing of a tree shows order, attributes, errors and what has no parent here', () => {
  const span = (
    spanId: string,
    parentSpanId: string,
    start: number,
    more: Partial<ReceivedSpan> = {},
  ): ReceivedSpan => ({
    traceId: 't',
    spanId,
    parentSpanId,
    name: spanId,
    startTimeUnixNano: String(start),
    ...more,
  });
  const attributes = [
    { key: 'n', value: { intValue: '5' } },
    { key: 'a', value: { stringValue: 'x' } },
    { key: 'offloop.blocking.run_ms', value: { doubleValue: 1.5 } },
  ];
  expect(
    receivedTree([
      span('late', 'root', 9),
      span('early', 'root', 10, { startTimeUnixNano: '2', status: { code: 2, message: 'no' } }),
      span('root', '', 1, { attributes }),
      span('lost', 'elsewhere', 3),
    ]),
  ).toBe('root {"a":"x","n":5}\n  early ERROR: no\n  late\nlost');
});
