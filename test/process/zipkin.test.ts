// C2 OTEL_TRACES_EXPORTER=zipkin: the official exporter in real processes, against a real HTTP server; and what is said without it.

import { afterEach, expect, test } from 'vitest';
import { createZipkinProcessor } from '../../src/main/processors/zipkin-processor.js';
import { resolveConfig } from '../../src/shared/config/resolve.js';
import { httpCollector } from '../support/raw-server.js';
import { AppProcess, appFile, REGISTER, runApp } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly name: string;
  readonly localEndpoint: { readonly serviceName: string };
  readonly tags: Record<string, string>;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function zipkin(answer: 'accepts' | 'is silent' = 'accepts') {
  const spans: ZipkinSpan[] = [];
  const paths: string[] = [];
  const server = await httpCollector((response, request) => {
    paths.push(String(request.path));
    if (answer === 'is silent') return;
    spans.push(...JSON.parse(request.body.toString('utf8')));
    response.writeHead(202).end();
  });
  closing.push(() => server.close());
  return { spans, paths, url: `http://127.0.0.1:${server.port}/api/v2/spans` };
}

test('C2 zipkin: every span arrives in Zipkin’s form, at the natural end of the process', async () => {
  const { spans, paths, url } = await zipkin();
  const end = await runApp({
    app: 'end.mjs',
    args: [{ how: 'nothing', start: { serviceName: 'shop' } }],
    environment: { OTEL_TRACES_EXPORTER: 'Zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: url },
  });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(spans.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, i) => `span ${i}`));
  expect(spans[7]).toMatchObject({ localEndpoint: { serviceName: 'shop' }, tags: { i: '7' } });
  expect(spans[7]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(paths)).toEqual(new Set(['/api/v2/spans']));
});

test('C2 zipkin beside otlp, in code: both have every span', async () => {
  const { spans, url } = await zipkin();
  const sink = await OtlpSink.start();
  closing.push(() => sink.close());
  const start = {
    tracesExporter: ['otlp', 'zipkin'],
    zipkin: { url },
    exporter: { url: `${sink.url}/v1/traces` },
    scheduledDelayMillis: 600_000,
  };
  const end = await runApp({ app: 'end.mjs', args: [{ how: 'shutdown', start }] });
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(spans.map(({ id }) => id)).toEqual(sink.spans.map(({ spanId }) => spanId));
  expect(spans).toHaveLength(100);
});

test('C2 zipkin under offloop/register; at SIGTERM everything is sent first', async () => {
  const { spans, url } = await zipkin();
  const app = new AppProcess({
    app: 'end.mjs',
    nodeArgs: ['--import', REGISTER],
    args: [{ how: 'wait' }],
    environment: {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    },
  });
  await app.said('ending');
  app.child.kill('SIGTERM');
  expect(await app.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(spans).toHaveLength(100);
});

test('C2 OTEL_EXPORTER_ZIPKIN_TIMEOUT bounds the export', async () => {
  const { url } = await zipkin('is silent');
  const app = new AppProcess({
    app: 'end.mjs',
    args: [{ how: 'flush-and-stay', start: {} }],
    environment: {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: url,
      OTEL_EXPORTER_ZIPKIN_TIMEOUT: '100',
      OTEL_LOG_LEVEL: 'warn',
    },
  });
  expect(await app.said('flushed')).toBe(false);
  // The exporter's request has no time-out of its own, and would hold the process.
  app.child.kill('SIGKILL');
  expect((await app.ended).stderr).toContain('100 ms');
});

test('C2 zipkin without its package: one warning with the remedy, and OTLP is used as nothing else is', async () => {
  const sink = await OtlpSink.start();
  closing.push(() => sink.close());
  const end = await runApp({
    app: 'end.mjs',
    nodeArgs: ['--require', appFile('hide-package.cjs'), '--import', REGISTER],
    args: [{ how: 'nothing' }],
    environment: {
      HIDDEN_PACKAGE: '@opentelemetry/exporter-zipkin',
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
  });
  expect(end.code).toBe(0);
  expect(end.stderr.match(/npm install @opentelemetry\/exporter-zipkin/g)).toHaveLength(1);
  expect(sink.spans).toHaveLength(100);
});

test('C2 a zipkin exporter that is not there, or fails, is told with what is used instead', () => {
  const at = (text: string) =>
    resolveConfig({}, { OTEL_TRACES_EXPORTER: text }, 'lenient').config as Parameters<
      typeof createZipkinProcessor
    >[0];
  const alone = createZipkinProcessor(at('zipkin'), () => undefined);
  expect(alone).toMatch(/npm install @opentelemetry\/exporter-zipkin.*otlp is used\.$/);
  expect(createZipkinProcessor(at('zipkin,console'), () => undefined)).toMatch(/it is left out\.$/);
  class Broken {
    constructor() {
      throw new Error('no zipkin');
    }
  }
  expect(createZipkinProcessor(at('zipkin,otlp'), () => ({ ZipkinExporter: Broken }))).toContain(
    '(no zipkin)',
  );
});
