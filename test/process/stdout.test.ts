// Lines of OTLP on standard output and in files, by real processes: every way to end, readers that are slow, still or gone.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Stats } from 'offloop';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeJsonRequest, type NormalSpan } from '../support/otlp-decoder.js';
import { appFile, REGISTER } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

interface LinesApp {
  readonly child: ChildProcess;
  /** On standard error. */
  told(name: string): Promise<unknown>;
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string; stats: Stats }>;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startLines(
  argument: object,
  environment: Record<string, string> = {},
  nodeArgs: readonly string[] = [],
): LinesApp {
  const child = spawn(process.execPath, [...nodeArgs, appFile('lines.mjs'), JSON.stringify(argument)], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  children.push(child);
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of watchers) look();
  });
  const value = (name: string): unknown => {
    const line = stderr.split('\n').find((text) => text.startsWith(`{"${name}":`));
    return line === undefined ? undefined : JSON.parse(line)[name];
  };
  return {
    child,
    told: (name) =>
      new Promise((resolve) => {
        const look = () => value(name) !== undefined && resolve(value(name));
        watchers.add(look);
        look();
      }),
    ended: new Promise((resolve) => {
      child.once('close', (code, signal) =>
        resolve({ code, signal, stderr, stats: value('stats') as Stats }),
      );
    }),
  };
}

function collect(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Each line is a whole request; the last one ends with a newline too. */
function spansOf(text: string): NormalSpan[] {
  expect(text.endsWith('\n'), 'the last line is whole').toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap((line) => decodeJsonRequest(Buffer.from(line)))
    .flatMap(({ scopes }) => scopes.flatMap(({ spans }) => spans));
}

const STDOUT = { OTEL_TRACES_EXPORTER: 'otlp/stdout' };
const LATE = { scheduledDelayMillis: 600_000 };
/** 200 spans of 50 kB, which all have room in the ring. */
const LONG = { count: 200, attributeBytes: 50_000 };
const LONG_RING = { ringBytes: 16 * 1024 * 1024 };

describe.each([
  ['1', 'nothing', 0],
  ['1', 'exit', 3],
  ['1', 'throw', 1],
  ['1', 'shutdown', 0],
  ['0', 'nothing', 0],
  ['0', 'shutdown', 0],
])('C2 otlp/stdout with %s workers, ending by %s', (workers, how, code) => {
  test('every span is in one line of JSON', async () => {
    const app = startLines({ how, start: LATE }, { ...STDOUT, OFFLOOP_WORKERS: workers });
    const text = collect(app.child);
    const end = await app.ended;
    expect(end.code, end.stderr).toBe(code);
    expect(end.stats).toMatchObject({ recorded: 100, delivered: 100, droppedTotal: 0, pending: 0 });
    expect(text().match(/\n/g)).toHaveLength(1);
    expect(spansOf(text()).map(({ name }) => name)).toEqual(
      Array.from({ length: 100 }, (_, i) => `span ${i}`),
    );
  });
});

test.each(['1', '0'])(
  'C2 otlp/stdout with %s workers, ended by SIGTERM: everything is written first',
  async (workers) => {
    const app = startLines({ how: 'wait', start: LATE }, { ...STDOUT, OFFLOOP_WORKERS: workers });
    const text = collect(app.child);
    await app.told('waiting');
    app.child.kill('SIGTERM');
    expect(await app.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(spansOf(text())).toHaveLength(100);
  },
);

test('C2 lines far longer than a pipe holds are whole, one after the other, for a reader that is slow', async () => {
  const app = startLines({ ...LONG, start: { ...LATE, ...LONG_RING } }, STDOUT);
  const chunks: Buffer[] = [];
  const stdout = app.child.stdout;
  // One chunk a turn of the timers: never ready when the writer is.
  stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    stdout.pause();
    setTimeout(() => stdout.resume(), 1);
  });
  const end = await app.ended;
  const text = Buffer.concat(chunks).toString('utf8');
  expect(end.stats, end.stderr).toMatchObject({ recorded: 200, delivered: 200, droppedTotal: 0 });
  expect(text.match(/\n/g)?.length).toBeGreaterThan(5);
  expect(spansOf(text)).toHaveLength(200);
});

test.each([
  ['1', 'exit', 3],
  ['1', 'nothing', 0],
  ['0', 'exit', 3],
  ['0', 'nothing', 0],
])(
  'C2 a reader that stands still holds no process (%s workers, %s): what it did not take is counted',
  async (workers, how, code) => {
    const app = startLines(
      { how, ...LONG, start: { exitTimeoutMillis: 500, ...LONG_RING } },
      { ...STDOUT, OFFLOOP_WORKERS: workers },
    );
    // Not read at all until the process has ended; one that is held is killed after 30 s.
    app.child.stdout?.pause();
    const exit = await new Promise((resolve) => app.child.once('exit', (...ending) => resolve(ending)));
    expect(exit).toEqual([code, null]);
    app.child.stdout?.resume();
    const { stats } = await app.ended;
    expect(stats).toMatchObject({ recorded: 200, pending: 0 });
    expect(stats.dropped.shutdown_timeout).toBeGreaterThan(100);
    expect(stats.delivered + stats.droppedTotal).toBe(200);
  },
);

// What the test before relies on, also where nothing else of Node happens to do the same.
test.skipIf(process.platform !== 'linux')(
  'C2 standard output does not block once lines are to be written to it',
  () => {
    const module = new URL('../../dist/main/lifecycle/stdout-mode.js', import.meta.url).href;
    const program = `
    const { readFileSync, writeSync } = process.getBuiltinModule('node:fs');
    const isBlocking = () => (Number.parseInt(/flags:\\s*(\\d+)/.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))[1], 8) & 0o4000) === 0;
    import(${JSON.stringify(module)}).then(({ prepareStdout }) => {
      const seen = [];
      for (const [protocol, url] of [['http/json', 'http://localhost'], ['file', 'file:///a'], ['file', 'stdout']]) {
        prepareStdout({ protocol, url });
        seen.push(isBlocking());
      }
      writeSync(2, JSON.stringify(seen));
    });`;
    const { stderr } = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8', stdio: 'pipe' });
    expect(JSON.parse(stderr)).toEqual([true, true, false]);
  },
);

test('C2 a reader that is gone (EPIPE) is a failed export, counted, and the process ends as it would', async () => {
  const app = startLines({ how: 'shutdown', start: LATE }, STDOUT);
  app.child.stdout?.destroy();
  const end = await app.ended;
  expect(end.code, end.stderr).toBe(0);
  expect(end.stats).toMatchObject({ recorded: 100, delivered: 0, pending: 0 });
  expect(end.stats.dropped.export_failed).toBe(100);
});

test('C2 otlp,otlp/stdout: both have every span, and one that is away does not hold the other up', async () => {
  const sink = await OtlpSink.start();
  const environment = { OTEL_TRACES_EXPORTER: 'otlp,otlp/stdout', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  const app = startLines({ how: 'exit', start: LATE }, environment);
  const text = collect(app.child);
  const end = await app.ended;
  await sink.close();
  expect(end.stats).toMatchObject({ recorded: 100, delivered: 100, droppedTotal: 0 });
  expect(sink.spans).toHaveLength(100);
  expect(spansOf(text()).map(({ spanId }) => spanId)).toEqual(sink.spans.map(({ spanId }) => spanId));

  const alone = startLines(
    { how: 'exit', start: { ...LATE, exitTimeoutMillis: 1000 } },
    { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  );
  const aloneText = collect(alone.child);
  expect((await alone.ended).stats).toMatchObject({ recorded: 100, delivered: 0 });
  expect(spansOf(aloneText())).toHaveLength(100);
});

test.each([
  ['in code', { tracesExporter: 'otlp/stdout' }, {}, []],
  ['by offloop/register', {}, STDOUT, ['--import', REGISTER]],
])('C2 %s: the same lines', async (_how, start, environment: Record<string, string>, nodeArgs) => {
  const app = startLines({ how: 'exit', start: { ...LATE, ...start } }, environment, nodeArgs);
  const text = collect(app.child);
  await app.ended;
  expect(spansOf(text())).toHaveLength(100);
});

describe('the protocol file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-lines-'));

  test('C1.7 appends to a file, makes it if there is none, and keeps what was in it', async () => {
    const file = join(folder, 'spans of %.jsonl');
    const exporter = { protocol: 'file', url: pathToFileURL(file).href };
    for (const runs of [1, 2]) {
      const end = await startLines({ how: 'exit', start: { ...LATE, exporter } }).ended;
      expect(end.stats, end.stderr).toMatchObject({ delivered: 100, droppedTotal: 0 });
      expect(spansOf(readFileSync(file, 'utf8'))).toHaveLength(100 * runs);
    }
  });

  test('C1.7 a file that cannot be opened is a failed export, counted', async () => {
    const exporter = { protocol: 'file', url: pathToFileURL(join(folder, 'no', 'folder.jsonl')).href };
    const end = await startLines({ how: 'shutdown', start: { ...LATE, exporter } }).ended;
    expect(end.code).toBe(0);
    expect(end.stats).toMatchObject({ recorded: 100, delivered: 0, pending: 0 });
    expect(end.stats.dropped.export_failed).toBe(100);
  });

  test('C3 otlp_file/development in a configuration file: standard output by default, or a file, or both', async () => {
    const file = join(folder, 'configured.jsonl');
    const config = join(folder, 'otel.yaml');
    writeFileSync(
      config,
      `file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_file/development:
    - simple:
        exporter:
          otlp_file/development:
            output_stream: ${pathToFileURL(file).href}
`,
    );
    const app = startLines({ how: 'exit' }, { OTEL_CONFIG_FILE: config });
    const text = collect(app.child);
    const end = await app.ended;
    expect(end.stats, end.stderr).toMatchObject({ delivered: 100 });
    expect(spansOf(text())).toHaveLength(100);
    expect(spansOf(readFileSync(file, 'utf8'))).toHaveLength(100);
  });
});
