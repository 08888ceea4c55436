// Threads of the application record into the workers of the thread that has started telemetry first.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppEnd, REGISTER, runApp } from '../process/app-process.js';
import { expectAllDelivered, expectEquation, startOptions } from '../process/app-run.js';
import { OtlpSink } from '../process/otlp-sink.js';

const APP = 'threads/main.mjs';

interface Told {
  readonly what: string;
  readonly complete?: boolean;
  readonly stats: NonNullable<AppEnd['stats']>;
}

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

function run(scenario: string, more: object = {}, environment: NodeJS.ProcessEnv = {}): Promise<AppEnd> {
  return runApp({
    app: APP,
    environment,
    args: [{ scenario, start: startOptions(sink, { exitTimeoutMillis: 20_000, ...more }) }],
  });
}

/** What the application said under this name. */
function told<T = Told>(end: AppEnd, name: string): T {
  const line = end.stdout.split('\n').find((text) => text.startsWith(`{"${name}":`));
  if (line === undefined) throw new Error(`nobody said ${name}\n${end.stdout}\n${end.stderr}`);
  return JSON.parse(line)[name];
}

/** Spans of each thread, whose names, keys, texts and scopes are all its own. */
function expectOwnStrings(counts: Readonly<Record<string, number>>): void {
  const seen: Record<string, number> = {};
  for (const span of sink.spans) {
    const name = span.name.split(' ')[0] as string;
    if (!(name in counts)) continue;
    seen[name] = (seen[name] ?? 0) + 1;
    expect(span.scope).toBe(`scope of ${name}`);
    if (span.name.endsWith('large')) continue;
    expect(span.attributes.map(({ key }) => key)).toEqual([`key of ${name}`, 'text']);
    expect(span.attributes[1]?.value).toEqual({ string: `text of ${name}` });
  }
  expect(seen).toEqual(counts);
}

test('threads, ES module and CommonJS, export through the one worker, under one resource', async () => {
  const end = await run('together');
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 80);
  expectOwnStrings({ a: 30, b: 40 });
  expect(told(end, 'threads made'), 'the worker and the two threads').toBe(3);
  const instances = new Set(sink.spans.map(({ resource }) => JSON.stringify(resource)));
  expect(instances.size).toBe(1);
  expect(end.stats).toMatchObject({ workers: 1, threads: { refused: 0 } });
  expect((end.stats?.threads.recording ?? 0) + (end.stats?.threads.ended ?? 0)).toBe(2);
  // A thread tells its own.
  expect(told(end, 'recorded a').stats).toMatchObject({ recorded: 30, threads: { recording: 0 } });
});

test('the lanes of a pool of several workers all get what a thread records', async () => {
  const end = await run('together', { workers: 3 });
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 80);
  expectOwnStrings({ a: 30, b: 40 });
  expect(told(end, 'threads made')).toBe(5);
});

test('without workers the pool is the main thread, and exports for the others', async () => {
  const end = await run('together', { workers: 0 });
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 80);
  expect(told(end, 'threads made')).toBe(2);
});

test('a thread of a thread records into the same pool', async () => {
  const end = await run('nested');
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 30);
  expectOwnStrings({ outer: 10, inner: 20 });
});

test('offloop/register in each thread, preloaded by execArgv, attaches to the pool of the main thread', async () => {
  const environment = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.url}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    OFFLOOP_INSTRUMENTATIONS: 'none',
  };
  const args = [{ scenario: 'together', start: {} }];
  const end = await runApp({ app: APP, nodeArgs: ['--import', REGISTER], args, environment });
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 80);
  expectOwnStrings({ a: 30, b: 40 });
});

test('a thread exports while the main thread is blocked, which has never turned its event loop', async () => {
  const end = await run('blocked');
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  // It is released by the thread, after its flush.
  expect(told(end, 'flushed a')).toMatchObject({ complete: true, stats: { delivered: 50, pending: 0 } });
  expectAllDelivered(end, sink, 50);
});

test('process.exit() of a main thread that was blocked all the time flushes what a busy thread published', async () => {
  const end = await run('blocked to the end');
  expect(end, end.stderr).toMatchObject({ code: 4 });
  expectAllDelivered(end, sink, 50);
});

test.each([
  ['terminated', 500, 0],
  ['exit in the thread', 50, 0],
  ['exit after the thread', 50, 4],
])('%s: what the thread published is delivered', async (scenario, spans, code) => {
  const end = await run(scenario);
  expect(end, end.stderr).toMatchObject({ code, stderr: '' });
  expectAllDelivered(end, sink, spans);
  if (scenario === 'exit in the thread') expect(told(end, 'code')).toBe(3);
});

test('forceFlush and flushSync in a thread wait for its own spans', async () => {
  const end = await run('flushes');
  expectAllDelivered(end, sink, 40);
  for (const name of ['flushed a', 'flushed b']) {
    expect(told(end, name)).toMatchObject({ complete: true, stats: { recorded: 20, delivered: 20 } });
  }
});

test('shutdown() in a thread ends its own recording; the pool goes on', async () => {
  const end = await run('shutdown in the thread');
  expect(told(end, 'shut down a')).toMatchObject({
    complete: true,
    stats: { recorded: 25, delivered: 20, dropped: { already_shutdown: 5 }, pending: 0 },
  });
  expectEquation(end, sink);
  expect(sink.spans).toHaveLength(25);
});

test('shutdown() of the pool ends the recording of all threads; what they record later is already_shutdown', async () => {
  const end = await run('shutdown');
  expect(told(end, 'shut')).toBe(true);
  expect(told(end, 'after shutdown')).toMatchObject({ recorded: 20, delivered: 20, pending: 0 });
  expectEquation(end, sink);
  expect(end.stats).toMatchObject({ recorded: 30, delivered: 20, dropped: { already_shutdown: 10 } });
});

test('spans too large for the ring of a thread arrive, and are waited for by its flush', async () => {
  const end = await run('large', { threadRingBytes: 65_536 });
  expect(end, end.stderr).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 12);
  expect(end.stats?.largeSpans).toBe(2);
  expectOwnStrings({ a: 6, b: 6 });
  expect(told(end, 'flushed b')).toMatchObject({ complete: true, stats: { delivered: 6 } });
});

test('the successor of a dead worker reads all threads again, those that ended too', async () => {
  const end = await run('worker killed');
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expectAllDelivered(end, sink, 500);
  expect(end.stats).toMatchObject({ workerRestarts: 1 });
  expectOwnStrings({ a: 200, b: 300 });
});

test('a thread for which there is no place exports by itself, is counted, and says so', async () => {
  const end = await run('full', {}, { OTEL_LOG_LEVEL: 'warn', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expect(told(end, 'flushed a')).toMatchObject({ complete: true, stats: { recorded: 20, delivered: 20 } });
  expect(end.stats).toMatchObject({ recorded: 0, threads: { recording: 0, ended: 0, refused: 1 } });
  expect(sink.spans).toHaveLength(20);
  expect(end.stderr.split('\n').filter((line) => line.includes('exports by itself'))).toHaveLength(1);
});

test('options that a thread gives and the pool has otherwise are told, in one warning', async () => {
  const end = await run('options', { serviceName: 'shop' }, { OTEL_LOG_LEVEL: 'warn' });
  expectAllDelivered(end, sink, 5);
  const warnings = end.stderr.split('\n').filter((line) => line.includes('ignored in this thread'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('serviceName, workers, spanLimits');
  expect(JSON.stringify(sink.spans[0]?.resource)).toContain('"shop"');
});
