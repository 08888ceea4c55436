// NodeSDK in real processes: set-ups written for @opentelemetry/sdk-node, with offloop's way out or their own exporter.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppProcess } from './app-process.js';
import { OtlpSink } from './otlp-sink.js';

let sink: OtlpSink;
beforeEach(async () => {
  sink = await OtlpSink.start();
});
afterEach(async () => {
  await sink.close();
});

async function run(how: string, variables: NodeJS.ProcessEnv = {}) {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOG_LEVEL: 'warn', ...variables };
  const app = new AppProcess({ app: 'node-sdk.mjs', args: [how], environment });
  const names = ['exported at once', 'spans', 'carrier', 'calls', 'later'] as const;
  const said = await Promise.all(names.map(async (name) => [name, await app.said(name)] as const));
  const end = await app.ended;
  expect(end.code, end.stderr).toBe(0);
  return { ...(Object.fromEntries(said) as Record<(typeof names)[number], unknown>), stderr: end.stderr };
}

test('without options everything comes from the variables, and spans leave through the workers', async () => {
  const { carrier, later, stderr } = await run('variables', {
    OTEL_SERVICE_NAME: 'of the variable',
    OTEL_PROPAGATORS: 'jaeger',
  });
  expect(sink.names()).toEqual(['work']);
  expect(JSON.stringify(sink.spans[0]?.resource)).toContain('of the variable');
  expect(carrier).toEqual(['uber-trace-id']);
  expect(later).toBe(false);
  expect(stderr).toBe('');
});

test('its options are those of OTel JS; what is for metrics or cannot be taken is said', async () => {
  const { carrier, calls, stderr } = await run('options');
  const [span] = sink.spans;
  expect(span).toMatchObject({ name: 'work', spanId: 'b'.repeat(16), droppedAttributes: 1 });
  expect(JSON.stringify(span?.resource)).toContain('shop');
  expect(JSON.stringify(span?.resource)).not.toContain('process.pid');
  expect(carrier).toEqual(['b3']);
  expect(calls).toEqual([
    'context manager',
    'first traces true',
    'first metrics true',
    'second traces true',
    'second metrics true',
    'second enable',
  ]);
  expect(stderr).toMatch(/passes over metricReaders/);
  expect(stderr).toMatch(/broken instrumentation/);
});

test('an exporter of its own gets the spans in batches of the variables, and nobody else does', async () => {
  const result = await run('exporter', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1', OTEL_SERVICE_NAME: 'shop' });
  expect(result['exported at once']).toBe(1);
  expect(result.spans).toEqual([['work', 'shop']]);
  expect(result.carrier).toEqual([]);
  expect(sink.spans).toEqual([]);
  expect((await run('exporter', { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2' }))['exported at once']).toBe(0);
});

test('processors of its own go before an exporter, and nobody else gets the spans', async () => {
  const { spans } = await run('processors');
  expect(spans).toEqual([['work', expect.stringContaining('unknown_service')]]);
  expect(sink.spans).toEqual([]);
});

test('a sampler of its own decides', async () => {
  const { carrier } = await run('sampler');
  expect(carrier).toEqual(['traceparent']);
  expect(sink.spans).toEqual([]);
});
