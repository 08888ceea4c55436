// The official SDK 2.x on API 1.9, as its users have it, with an OffloadSpanProcessor: what arrives is what the official exporter
// sends of the same spans. Its packages are installed on first use (test/process/apps/sdk2).

import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runApp } from '../process/app-process.js';
import { expectAllDelivered, startOptions } from '../process/app-run.js';
import { comparable, countOf } from '../process/offloaded-spans.js';
import { OtlpSink } from '../process/otlp-sink.js';
import { installFromLock, unpackOffloop } from '../support/installed-package.js';

const SDK2 = join(import.meta.dirname, '..', 'process', 'apps', 'sdk2');

let sink: OtlpSink;
let official: OtlpSink;

beforeAll(() => {
  installFromLock(SDK2, console.error);
  unpackOffloop(SDK2, ['piscina', 'comlink']);
}, 120_000);
beforeEach(async () => {
  sink = await OtlpSink.start();
  official = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
  await official.close();
});

const run = (app: string, args: object) => runApp({ app, args: [{ options: startOptions(sink), ...args }] });

test('spans arrive as its own exporter sends them', async () => {
  const end = await run('sdk2/offload.mjs', { officialUrl: `${official.url}/v1/traces` });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(end.stdout).not.toContain('offloop');
  expectAllDelivered(end, sink, countOf(end));
  expect(official.spans).toHaveLength(countOf(end));
  expect(comparable(sink.spans)).toEqual(comparable(official.spans));
});

test('process.exit() loses nothing, where its own batches are lost', async () => {
  const end = await run('sdk2/offload.mjs', {
    officialUrl: `${official.url}/v1/traces`,
    how: 'exit',
  });
  expect(end.code).toBe(3);
  expectAllDelivered(end, sink, 2 * countOf(end));
  expect(official.spans).toHaveLength(countOf(end));
});
