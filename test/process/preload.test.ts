// Preloading without code: offloop/register, from the command line and from NODE_OPTIONS.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AppEnd, REGISTER, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(() => sink.close());

const environment = (more: NodeJS.ProcessEnv = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  OTEL_SERVICE_NAME: 'preloaded',
  OTEL_BSP_SCHEDULE_DELAY: '600000',
  ...more,
});

function expectTenSpans(end: AppEnd, scope: string): void {
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(sink.spans).toHaveLength(10);
  expect(new Set(sink.spans.map((span) => span.scope))).toEqual(new Set([scope]));
  const resource = Object.fromEntries(sink.spans[0].resource.map(({ key, value }) => [key, value]));
  expect(resource['service.name']).toEqual({ string: 'preloaded' });
  expect(resource['telemetry.sdk.name']).toEqual({ string: 'offloop' });
}

describe.each([
  ['preloaded.mjs', 'esm'],
  ['preloaded.cjs', 'cjs'],
])('%s', (app, scope) => {
  test.each(['--import', '--require'])('with %s offloop/register', async (flag) => {
    expectTenSpans(await runApp({ app, nodeArgs: [flag, REGISTER], environment: environment() }), scope);
  });

  test.each(['--import', '--require'])('with NODE_OPTIONS=%s offloop/register', async (flag) => {
    const NODE_OPTIONS = `${flag} ${REGISTER}`;
    expectTenSpans(await runApp({ app, environment: environment({ NODE_OPTIONS }) }), scope);
  });
});

test('F17 preloads of the application do not run inside the export worker', async () => {
  const preload = `data:text/javascript,import%20fs%20from%20'node:fs';fs.writeSync(1,'preloaded%5Cn')`;
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', preload],
    environment: environment({ NODE_OPTIONS: `--import ${REGISTER} --import ${preload}` }),
  });
  expectTenSpans(end, 'esm');
  // The same module for both flags: once in the main thread, and not in a worker.
  expect(end.stdout.match(/preloaded/g)).toHaveLength(1);
});

test('twice preloaded starts once', async () => {
  const NODE_OPTIONS = `--import ${REGISTER}`;
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', REGISTER, '--require', REGISTER],
    environment: environment({ NODE_OPTIONS }),
  });
  expectTenSpans(end, 'esm');
});

test.each(['two', '-1', '17', '1.5'])(
  'OFFLOOP_WORKERS=%s is one warning, and the default',
  async (workers) => {
    const end = await runApp({
      app: 'preloaded.mjs',
      nodeArgs: ['--import', REGISTER],
      environment: environment({ OFFLOOP_WORKERS: workers }),
    });
    expect(end.code).toBe(0);
    const lines = end.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('OFFLOOP_WORKERS');
    expect(lines[0]).toContain(workers);
    expect(lines[0]).toContain('0 to 16');
    expect(sink.spans).toHaveLength(10);
  },
);

test('C1.6 each wrong thing is said, once, also where two begin with the same words', async () => {
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', REGISTER],
    environment: environment({ OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api key=1,api  key=2,api key=3' }),
  });
  expect(end.stderr.match(/the header "[^"]*"/g)).toEqual(['the header "api key"', 'the header "api  key"']);
  expect(sink.spans).toHaveLength(10);
});

test.each([
  ['OTEL_SDK_DISABLED', 'true'],
  ['OTEL_TRACES_EXPORTER', 'none'],
])('%s=%s sends nothing, and the application does not notice', async (name, value) => {
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', REGISTER],
    environment: environment({ [name]: value }),
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(sink.requests).toEqual([]);
});

test('an empty environment is the default, and a collector that is not there does no harm', async () => {
  const end = await runApp({
    app: 'preloaded.mjs',
    nodeArgs: ['--import', REGISTER],
    // A port of the discard service, where nobody listens.
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OFFLOOP_EXIT_TIMEOUT: '200' },
  });
  expect(end.code).toBe(0);
});
