// `traced` and `@instrument` in a user's application, compiled with decorators of both kinds and run with the built package: the
// whole tree as the collector gets it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../tidy/source-files.js';
import { AppProcess, appFile, REGISTER } from './app-process.js';
import { expectAllDelivered, startOptions } from './app-run.js';
import { type ArrivedSpan, OtlpSink } from './otlp-sink.js';

const KINDS = ['standard', 'legacy'] as const;
type Kind = (typeof KINDS)[number];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'offloop-decorators-'));
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(ROOT, join(directory, 'node_modules/offloop'));
  symlinkSync(join(ROOT, 'node_modules/@opentelemetry'), join(directory, 'node_modules/@opentelemetry'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const kind of KINDS) compile(kind);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function compile(kind: Kind): void {
  const project = join(directory, `tsconfig-${kind}.json`);
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: true, experimentalDecorators: kind === 'legacy' },
    ...{ target: 'ES2022', lib: ['ES2024'], module: 'NodeNext', moduleResolution: 'NodeNext' },
    ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
    ...{ rootDir: join(ROOT, 'test/process/traced'), outDir: join(directory, kind) },
  };
  const files = [join(ROOT, 'test/process/traced/decorated.ts')];
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
}

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

interface Run {
  readonly hasProcessor?: boolean;
  readonly preloaded?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

async function run(kind: Kind, { hasProcessor = false, preloaded = false, environment = {} }: Run = {}) {
  const app = new AppProcess({
    app: relative(appFile('.'), join(directory, kind, 'decorated.js')),
    nodeArgs: preloaded ? ['--import', REGISTER] : [],
    args: [preloaded ? {} : startOptions(sink), hasProcessor],
    environment: preloaded ? { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment } : environment,
  });
  const end = await app.ended;
  expect(end.code, end.stderr).toBe(0);
  expect(await app.said('outcome')).toBe('too much');
  expect(await app.said('refused')).toBe('ERR_OFFLOOP_INSTRUMENT');
  return { end, seen: await app.said('seen') };
}

/** One line a span, in the order of their start; with scope, attributes, status and events. */
function drawn(): string[] {
  const byStart = sink.spans.toSorted((a, b) => Number(BigInt(a.start) - BigInt(b.start)));
  const below = (parentId: string, indent: string): string[] =>
    byStart
      .filter(({ parentSpanId }) => parentSpanId === parentId)
      .flatMap((span) => [indent + line(span), ...below(span.spanId, `${indent}  `)]);
  return below('', '');
}

function line({ name, scope, attributes, status, events }: ArrivedSpan): string {
  const values = attributes.map(({ key, value }) => `${key}=${Object.values(value as object)[0]}`);
  const errors = status.code === 2 ? [`ERROR ${status.message}`] : [];
  return [
    name,
    ...(scope === 'offloop' ? [] : [`(${scope})`]),
    ...values,
    ...errors,
    ...events.map(({ name }) => name),
  ].join(' ');
}

const TREE = [
  'handle ERROR too much exception',
  '  load id=abc region=eu rows=2',
  '    price id=abc price=3',
  '    Cart.tax',
  '  failing',
  '  pages',
  '    items (shop.cart)',
  '      price id=a price=1',
  '      price id=ab price=2',
  '  pay currency=EUR ERROR too much exception',
  '    Cart.tax ERROR too much exception',
];
const REGION = '    region';

describe.each(KINDS)('compiled with %s decorators', (kind) => {
  test('the collector gets the tree that the program’s structure implies', async () => {
    const { end } = await run(kind);
    expectAllDelivered(end, sink, TREE.length);
    expect(drawn()).toEqual(TREE);
    // The `fields` that threw.
    expect(end.stats).toMatchObject({ plugInErrors: 1 });
  });

  test('so it does with a span processor of the application, which sees every span', async () => {
    const { end, seen } = await run(kind, { hasProcessor: true });
    expectAllDelivered(end, sink, TREE.length);
    expect({ tree: drawn(), seen }).toEqual({ tree: TREE, seen: TREE.length });
  });
});

test('under offloop/register, and with the levels that the variable asks for', async () => {
  await run('standard', { preloaded: true, environment: { OFFLOOP_LEVEL: 'debug,shop.cart=off' } });
  const debug = [...TREE.slice(0, 2), REGION, ...TREE.slice(2)];
  const withoutItems = debug.filter((text) => !text.includes('items'));
  // What was below the span that is off is below its parent.
  expect(drawn()).toEqual(withoutItems.map((text) => text.replace(/^ {6}price/, '    price')));
});

test('with OTEL_SDK_DISABLED every call goes through and nothing is sent', async () => {
  await run('standard', { environment: { OTEL_SDK_DISABLED: 'true' } });
  expect(sink.spans).toEqual([]);
});
