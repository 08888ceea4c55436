// J8 and section G of the checklist: what offloop measures of itself, collected by the official metrics SDK in real processes, is what
// stats() counts.

import type { Stats } from 'offloop';
import { afterEach, describe, expect, test } from 'vitest';
import { httpCollector } from '../support/raw-server.js';
import { type AppEnd, AppProcess, runApp } from './app-process.js';
import { startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

interface Point {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Record<string, unknown>;
  readonly value: number;
}

interface Collected {
  readonly points: Point[];
  readonly errors: string[];
  readonly stats: Stats;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startSink(options: { silent?: boolean } = {}): Promise<OtlpSink> {
  const sink = await OtlpSink.start(options);
  closing.push(() => sink.close());
  return sink;
}

function collected(end: AppEnd, stage: string): Collected {
  const line = end.stdout.split('\n').find((text) => text.startsWith(`{"${stage}":`));
  if (line === undefined) throw new Error(`${stage} was not said\n${end.stdout}\n${end.stderr}`);
  const value: Collected = JSON.parse(line)[stage];
  expect(value.errors).toEqual([]);
  return value;
}

/** Values of one metric by `error.type`; `''` is success. */
function byError({ points }: Collected, name: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { attributes, value } of points.filter((point) => point.name === name)) {
    const type = String(attributes['error.type'] ?? '');
    expect(values[type], 'one point for each error').toBeUndefined();
    values[type] = value;
  }
  return values;
}

const PROCESSED = 'otel.sdk.processor.span.processed';
const EXPORTED = 'otel.sdk.exporter.span.exported';
const IN_FLIGHT = 'otel.sdk.exporter.span.inflight';
const QUEUE_SIZE = 'otel.sdk.processor.span.queue.size';

function value(from: Collected, name: string): number {
  const points = from.points.filter((point) => point.name === name);
  expect(points, name).toHaveLength(1);
  return (points[0] as Point).value;
}

/** Everything that is settled is in it, by its reason, and what is not is in queue or flight. */
function expectSums(from: Collected): void {
  const { stats } = from;
  const { rejected, export_failed, ...before } = stats.dropped;
  const reasons = Object.entries(before).filter(([, count]) => count > 0);
  expect(byError(from, PROCESSED)).toEqual({
    '': stats.delivered + rejected + export_failed,
    ...Object.fromEntries(reasons),
  });
  expect(byError(from, EXPORTED)).toEqual({
    '': stats.delivered,
    ...(rejected > 0 ? { rejected } : {}),
    ...(export_failed > 0 ? { export_failed } : {}),
  });
  const sum = Object.values(byError(from, PROCESSED)).reduce((total, count) => total + count, 0);
  expect(sum).toBe(stats.recorded - stats.pending);
  expect(value(from, QUEUE_SIZE) + value(from, IN_FLIGHT)).toBe(stats.pending);
  expect(value(from, 'offloop.ring.capacity')).toBe(stats.ring.capacityBytes);
  expect(value(from, 'offloop.ring.used')).toBe(stats.ring.usedBytes);
}

describe.each(['0', '1', '2'])('with %s workers', (workers) => {
  test('J8 what is delivered is processed and exported, with the attributes of the conventions', async () => {
    const sink = await startSink();
    const end = await runApp({
      app: 'metrics.mjs',
      args: [{ stages: ['ready', 'flush', 'late', 'shutdown'], start: startOptions(sink) }],
      environment: { OFFLOOP_WORKERS: workers },
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    for (const stage of ['ready', 'flush', 'late', 'shutdown']) expectSums(collected(end, stage));
    expect(value(collected(end, 'ready'), QUEUE_SIZE)).toBe(100);
    expect(value(collected(end, 'late'), QUEUE_SIZE)).toBe(100);
    expect(byError(collected(end, 'shutdown'), EXPORTED)).toEqual({ '': 200 });
    const flushed = collected(end, 'flush');
    expect(byError(flushed, PROCESSED)).toEqual({ '': 100 });
    expect(value(flushed, QUEUE_SIZE)).toBe(0);
    const server = { 'server.address': '127.0.0.1', 'server.port': Number(new URL(sink.url).port) };
    const processor = {
      'otel.component.type': 'batching_span_processor',
      'otel.component.name': 'batching_span_processor/0',
    };
    const exporter = {
      'otel.component.type': 'otlp_http_span_exporter',
      'otel.component.name': 'otlp_http_span_exporter/0',
      ...server,
    };
    expect(flushed.points.map(({ name, unit, attributes }) => [name, unit, attributes])).toEqual([
      [PROCESSED, '{span}', processor],
      [QUEUE_SIZE, '{span}', processor],
      ['otel.sdk.processor.span.queue.capacity', '{span}', processor],
      [EXPORTED, '{span}', exporter],
      [IN_FLIGHT, '{span}', exporter],
      ['offloop.ring.used', 'By', {}],
      ['offloop.ring.capacity', 'By', {}],
      ['offloop.worker.restarts', '{restart}', {}],
    ]);
  });
});

test('J8 spans that a full ring drops are counted as queue_full, those after the shutdown as already_shutdown', async () => {
  const sink = await startSink({ silent: true });
  const end = await runApp({
    app: 'metrics.mjs',
    args: [
      {
        count: 5000,
        stages: ['ready', 'shutdown', 'late'],
        start: startOptions(sink, { ringBytes: 65_536, shutdownTimeoutMillis: 300, tracesExporter: 'otlp' }),
      },
    ],
  });
  for (const stage of ['ready', 'shutdown', 'late']) expectSums(collected(end, stage));
  const full = byError(collected(end, 'ready'), PROCESSED);
  expect(full.queue_full).toBeGreaterThan(3000);
  const after = collected(end, 'shutdown');
  expect(byError(after, PROCESSED).shutdown_timeout).toBe(5000 - (full.queue_full as number));
  expect(value(after, IN_FLIGHT)).toBe(0);
  expect(value(after, QUEUE_SIZE)).toBe(0);
  expect(value(after, 'otel.sdk.processor.span.queue.capacity')).toBe(256);
  expect(byError(collected(end, 'late'), PROCESSED).already_shutdown).toBe(5000);
});

test('J8 what the collector refuses is exported as rejected, what it fails as export_failed', async () => {
  let answers = 0;
  const server = await httpCollector((response) => {
    const isFirst = answers++ === 0;
    response.writeHead(isFirst ? 200 : 400, { 'content-type': 'application/json' });
    response.end(isFirst ? '{"partialSuccess":{"rejectedSpans":"7","errorMessage":"no"}}' : '{}');
  });
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${server.port}/v1/traces`;
  const end = await runApp({
    app: 'metrics.mjs',
    args: [
      { stages: ['flush'], start: { exporter: { url, protocol: 'http/json' }, maxExportBatchSize: 60 } },
    ],
  });
  const flushed = collected(end, 'flush');
  expectSums(flushed);
  const { rejected, export_failed } = flushed.stats.dropped;
  expect([rejected, export_failed]).toEqual([7, expect.any(Number)]);
  expect(export_failed).toBeGreaterThan(0);
  expect(flushed.points.find(({ name }) => name === EXPORTED)?.attributes['otel.component.type']).toBe(
    'otlp_http_json_span_exporter',
  );
});

test('J8 what is on its way is in flight, and not in the queue', async () => {
  const sink = await startSink({ silent: true });
  const end = await runApp({
    app: 'metrics.mjs',
    args: [{ stages: ['flush-in-vain'], start: startOptions(sink, { exitTimeoutMillis: 0 }) }],
  });
  const vain = collected(end, 'flush-in-vain');
  expectSums(vain);
  expect(value(vain, IN_FLIGHT)).toBe(100);
  expect(value(vain, QUEUE_SIZE)).toBe(0);
});

describe('OTEL_NODE_EXPERIMENTAL_SDK_METRICS', () => {
  const environment = { OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true' };

  test('G1 takes the global meter provider', async () => {
    const sink = await startSink();
    const argument = { global: true, stages: ['flush'], start: startOptions(sink) };
    const end = await runApp({ app: 'metrics.mjs', args: [argument], environment });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expectSums(collected(end, 'flush'));
    expect(byError(collected(end, 'flush'), EXPORTED)).toEqual({ '': 100 });
    const off = await runApp({ app: 'metrics.mjs', args: [argument] });
    expect(collected(off, 'flush').points).toEqual([]);
  });

  test('G1 says so if there is none yet', async () => {
    const sink = await startSink();
    const end = await runApp({
      app: 'end.mjs',
      args: [{ how: 'nothing', start: startOptions(sink) }],
      environment,
    });
    expect(end.code).toBe(0);
    expect(sink.spans).toHaveLength(100);
    const register = new AppProcess({
      app: 'end.mjs',
      nodeArgs: ['--import', 'offloop/register'],
      args: [{ how: 'nothing' }],
      environment: { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    });
    expect((await register.ended).stderr).toContain('no global MeterProvider is registered yet');
  });
});

test('J4 a meter provider that throws is counted and said, and spans are exported', async () => {
  const sink = await startSink();
  const end = await runApp({
    app: 'metrics.mjs',
    args: [{ hostile: true, stages: ['flush'], start: startOptions(sink) }],
  });
  expect(end.code).toBe(0);
  expect(end.stderr).toContain("getMeter of 'meterProvider' threw: no meter");
  expect(end.stdout).toContain('{"plugInErrors":1}');
  expect(sink.spans).toHaveLength(100);
});

test('with processors, spans started and live are counted too, as they are objects then', async () => {
  const sink = await startSink();
  const end = await runApp({
    app: 'metrics.mjs',
    args: [{ stages: ['flush'], start: startOptions(sink, { tracesExporter: ['otlp', 'console'] }) }],
  });
  const flushed = collected(end, 'flush');
  expectSums(flushed);
  expect(value(flushed, 'otel.sdk.span.started')).toBe(100);
  expect(value(flushed, 'otel.sdk.span.live')).toBe(0);
});
