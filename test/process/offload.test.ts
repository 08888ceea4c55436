// The official SDK 3.x with an OffloadSpanProcessor in a child process: what arrives is what the official exporter sends of the
// same spans, and nothing recorded is lost however the process ends. (SDK 2.x: test/apps/sdk2.test.ts.)

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppProcess, runApp } from './app-process.js';
import { expectAllDelivered, expectEquation, startOptions } from './app-run.js';
import { comparable, countOf } from './offloaded-spans.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
let official: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
  official = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
  await official.close();
});

const run = (app: string, args: object) => runApp({ app, args: [{ options: startOptions(sink), ...args }] });

test('spans of the official SDK 3.x arrive as its own exporter sends them', async () => {
  const end = await run('offload.mjs', { how: 'natural', officialUrl: `${official.url}/v1/traces` });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, countOf(end));
  expect(official.spans).toHaveLength(countOf(end));
  expect(comparable(sink.spans)).toEqual(comparable(official.spans));
  expect(sink.spans[0].resource).toContainEqual({ key: 'service.name', value: { string: 'offloaded' } });
});

test.each(['exit', 'natural'])('nothing is lost when the process ends: %s', async (how) => {
  const end = await run('offload.mjs', { how, count: 5000 });
  expect(end.code).toBe(how === 'exit' ? 3 : 0);
  expectAllDelivered(end, sink, 5000);
});

test('nothing is lost when a signal ends the process', async () => {
  const app = new AppProcess({
    app: 'offload.mjs',
    args: [{ how: 'signal', count: 500, options: startOptions(sink) }],
  });
  await app.said('ending');
  app.child.kill('SIGTERM');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
  expect(sink.spans).toHaveLength(500);
});

test('nothing is lost without workers at the natural end', async () => {
  const end = await run('offload.mjs', {
    how: 'natural',
    count: 500,
    options: startOptions(sink, { workers: 0 }),
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expectAllDelivered(end, sink, 500);
});

test('a flush delivers, a shutdown ends the workers, and later spans are counted', async () => {
  const end = await run('offload.mjs', { how: 'flush-and-shutdown', count: 100 });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const flushed = JSON.parse(/^\{"flushed":(.*)\}$/m.exec(end.stdout)?.[1] ?? '{}');
  expect(flushed).toMatchObject({ recorded: 100, delivered: 100, pending: 0, workers: 1 });
  expectEquation(end, sink);
  expect(end.stats).toMatchObject({ recorded: 105, delivered: 100, dropped: { already_shutdown: 5 } });
});

test('a flush of spans which the collector does not take rejects', async () => {
  await sink.close();
  const end = await run('offload.mjs', {
    how: 'failing',
    count: 10,
    options: startOptions(sink, {
      exporter: { url: `${sink.url}/v1/traces`, timeoutMillis: 200 },
    }),
  });
  expect(end.stdout).toMatch(
    /\{"flush":\["offloop: (10 spans could not be delivered|spans were not delivered in time)"\]\}/,
  );
  sink = await OtlpSink.start();
});

describe('a resource that is still being detected', () => {
  test('is waited for', async () => {
    const end = await run('offload.mjs', { how: 'natural', count: 10, resource: 'detected later' });
    expectAllDelivered(end, sink, 10);
    expect(sink.spans[0].resource).toContainEqual({ key: 'cloud.id', value: { string: 'i-123' } });
  });

  test.each(['exit', 'natural'])('does not cost spans when the process ends before: %s', async (how) => {
    const end = await run('offload.mjs', { how, count: 10, resource: 'never detected' });
    expectAllDelivered(end, sink, 10);
    expect(sink.spans[0].resource.map(({ key }) => key)).toEqual(['service.name', 'numbers']);
  });
});

test('a signal ends a process with several pipelines once all of them have sent', async () => {
  const app = new AppProcess({
    app: 'offload.mjs',
    args: [{ how: 'signal with resources', count: 10, options: startOptions(sink) }],
  });
  await app.said('ending');
  app.child.kill('SIGINT');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  expect(sink.spans).toHaveLength(40);
});

test('each resource has a pipeline, up to a bound, past which spans are counted as dropped', async () => {
  const end = await run('offload.mjs', { how: 'resources', count: 10 });
  expectEquation(end, sink);
  expect(end.stats).toMatchObject({ recorded: 70, delivered: 40, dropped: { queue_full: 30 }, workers: 4 });
  const names = new Map<string, number>();
  for (const { resource } of sink.spans) {
    const name = resource.find(({ key }) => key === 'service.name')?.value;
    const text = name !== undefined && 'string' in name ? name.string : '';
    names.set(text, (names.get(text) ?? 0) + 1);
  }
  expect(Object.fromEntries(names)).toEqual({ offloaded: 10, 'other 0': 10, 'other 1': 10, 'other 2': 10 });
});
