// Random programs of nested synchronous and asynchronous functions, generators, streams, blocking tasks and blockOn, with failures
// at random, a hundred requests at once: the collector receives exactly the trees that their structure implies.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runApp } from './app-process.js';
import { expectEquation, startOptions } from './app-run.js';
import { type ArrivedSpan, OtlpSink } from './otlp-sink.js';
import { impliedBy, type Program, randomPrograms, type Tree } from './programs/program.js';

const REQUESTS = 100;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-programs-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

function sizeOf({ children }: Tree): number {
  return children.reduce((sum, child) => sum + sizeOf(child), 1);
}

/** What runs at once may begin in any order; names hold paths, but for the spans around tasks, which have one child each. */
function pathOf({ name, children }: Tree): string {
  return name.endsWith(' runProgram') ? pathOf(children[0] as Tree) : name.slice(name.indexOf(' '));
}

function treesOf(spans: readonly ArrivedSpan[]): Tree[] {
  const byParent = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const treeOf = (span: ArrivedSpan): Tree => {
    const children = (byParent.get(span.spanId) ?? []).map((child) => {
      expect(child.traceId, child.name).toBe(span.traceId);
      return treeOf(child);
    });
    const { code, message } = span.status;
    return {
      name: span.name,
      ...(code === 2 ? { error: message ?? '' } : {}),
      children: children.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1)),
    };
  };
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(treeOf);
}

test.each([
  ['', {}],
  [', exported on the main thread', { workers: 0 }],
])('a hundred programs at once give the trees that their structure implies%s', async (_, options) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const programs: Program[] = randomPrograms(REQUESTS, seed);
  const file = join(directory, `${seed}.json`);
  writeFileSync(file, JSON.stringify(programs));
  const end = await runApp({
    app: 'programs/app.mjs',
    args: [file, startOptions(sink, options)],
    environment: { OFFLOOP_BLOCK_ON: 'allow' },
  });
  expect(end, `seed ${seed}\n${end.stderr}`).toMatchObject({ code: 0, stderr: '' });
  const said = (name: string) =>
    JSON.parse(end.stdout.split('\n').find((line) => line.startsWith(`{"${name}":`)) ?? '{}')[name];
  const implied = programs.map((program, i) => impliedBy(program, `r${i}`));
  expect(said('outcomes'), `seed ${seed}`).toEqual(implied.map(({ failure }) => failure ?? null));
  expect(said('leaked')).toBe(false);
  const trees = new Map(treesOf(sink.spans).map((tree) => [tree.name, tree]));
  for (const [i, { tree }] of implied.entries()) {
    const name = `request ${i}`;
    expect(trees.get(name), `seed ${seed}, ${JSON.stringify(programs[i])}`).toEqual({
      name,
      children: tree === undefined ? [] : [tree],
    });
  }
  const count = implied.reduce((sum, { tree }) => sum + 1 + (tree === undefined ? 0 : sizeOf(tree)), 0);
  expect(sink.spans.length, `seed ${seed}`).toBe(count);
  expectEquation(end, sink);
});
