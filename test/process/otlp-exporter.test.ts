// OTLPTraceExporter of the built package with real workers, against collectors that answer when and how the test says.

import type { Worker } from 'node:worker_threads';
import { ROOT_CONTEXT, type Tracer } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { OTLPTraceExporter, type OTLPTraceExporterOptions } from 'offloop/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { grpcCollector } from '../support/grpc-collector.js';
import { decodeProtobufRequest } from '../support/otlp-decoder.js';
import { httpCollector } from '../support/raw-server.js';
import { OtlpSink } from './otlp-sink.js';

interface Result {
  readonly code: number;
  readonly error?: Error;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function exporterTo(url: string, options: OTLPTraceExporterOptions = {}): OTLPTraceExporter {
  const exporter = new OTLPTraceExporter({ url, ...options });
  closing.push(() => exporter.shutdown());
  return exporter;
}

async function sinkAndExporter(options: OTLPTraceExporterOptions = {}) {
  const sink = await OtlpSink.start();
  closing.push(() => sink.close());
  return { sink, exporter: exporterTo(`${sink.url}/v1/traces`, options) };
}

/** Ended spans of the official SDK. */
function spansOf(count: number, name = 'span'): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] });
  recordInto(provider.getTracer('test'), count, name);
  return memory.getFinishedSpans();
}

function recordInto(tracer: Tracer, count: number, name: string): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`${name} ${i}`, {}, ROOT_CONTEXT).end();
}

function exported(exporter: OTLPTraceExporter, spans: ReadableSpan[]): Promise<Result> {
  return new Promise((resolve) => {
    exporter.export(spans, resolve);
  });
}

/** A collector that answers each request when the test says so, with the status that it says. */
class HeldCollector {
  readonly requests: {
    readonly name: string;
    readonly headers: NodeJS.Dict<string | string[]>;
    answer(status: number): void;
  }[] = [];
  url = '';

  static async start(): Promise<HeldCollector> {
    const held = new HeldCollector();
    const server = await httpCollector((response, request) => {
      const [resource] = decodeProtobufRequest(request.body);
      held.requests.push({
        name: resource.scopes[0].spans[0].name,
        headers: request.headers,
        answer: (status) => response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end(),
      });
    });
    closing.push(() => server.close());
    held.url = `http://127.0.0.1:${server.port}/v1/traces`;
    return held;
  }

  async arrived(count: number): Promise<void> {
    await eventually(() => expect(this.requests).toHaveLength(count));
  }
}

test('A12.1 an export succeeds when the collector has acknowledged its spans, and not before', async () => {
  const collector = await HeldCollector.start();
  const exporter = exporterTo(collector.url);
  let result: Result | undefined;
  exporter.export(spansOf(3), (given) => {
    result = given;
  });
  await collector.arrived(1);
  expect(result).toBeUndefined();
  collector.requests[0].answer(200);
  await exporter.forceFlush();
  expect(result).toEqual({ code: 0 });
  expect(exporter.stats()).toMatchObject({ recorded: 3, delivered: 3, pending: 0 });
});

test('A12.1 each of several exports under way has the result of its own batch', async () => {
  const collector = await HeldCollector.start();
  const exporter = exporterTo(collector.url);
  const statuses = [200, 400, 200, 400];
  const results: Promise<Result>[] = [];
  for (const i of statuses.keys()) {
    results.push(exported(exporter, spansOf(2, `batch ${i}, span`)));
    await collector.arrived(i + 1);
  }
  // The last one first: results come in another order than exports.
  for (const i of [3, 1, 0, 2]) {
    const request = collector.requests.find(({ name }) => name.startsWith(`batch ${i},`));
    request?.answer(statuses[i]);
  }
  expect((await Promise.all(results)).map(({ code }) => code)).toEqual([0, 1, 0, 1]);
  expect(exporter.stats()).toMatchObject({
    recorded: 8,
    delivered: 4,
    dropped: { export_failed: 4 },
    pending: 0,
  });
});

test('A12.1 a failure of long ago is not that of a later export', async () => {
  const collector = await HeldCollector.start();
  const exporter = exporterTo(collector.url);
  const codes: number[] = [];
  for (const [i, status] of [400, 200, 400, 200, 200].entries()) {
    const result = exported(exporter, spansOf(1));
    await collector.arrived(i + 1);
    collector.requests[i].answer(status);
    codes.push((await result).code);
  }
  expect(codes).toEqual([1, 0, 1, 0, 0]);
});

test('A12.2 an export ends within its limit when the collector is silent', async () => {
  const silent = await OtlpSink.start({ silent: true });
  closing.push(() => silent.close());
  const exporter = exporterTo(`${silent.url}/v1/traces`, { timeoutMillis: 300 });
  const started = performance.now();
  const result = await exported(exporter, spansOf(1));
  expect(result.code).toBe(1);
  expect(result.error?.message).toMatch(/^OTLPTraceExporter: /);
  expect(performance.now() - started).toBeLessThan(300 + 2000 + 1000);
});

test('A12.3 an export after the shutdown fails, and a shutdown waits for those under way', async () => {
  const { sink, exporter } = await sinkAndExporter();
  const before = exported(exporter, spansOf(5));
  await exporter.shutdown();
  expect(await before).toEqual({ code: 0 });
  expect(sink.spans).toHaveLength(5);
  const after = await exported(exporter, spansOf(1));
  expect(after.code).toBe(1);
  expect(after.error?.message).toBe('OTLPTraceExporter has been shut down');
  await exporter.shutdown();
  await exporter.forceFlush();
});

test('A12.4 the exports under way are limited, by default as in OTel JS to 30', async () => {
  const collector = await HeldCollector.start();
  const exporter = exporterTo(collector.url, { concurrencyLimit: 2 });
  const results = [1, 2, 3].map((i) => exported(exporter, spansOf(1, `batch ${i}, span`)));
  const third = await results[2];
  expect(third).toMatchObject({ code: 1, error: { message: 'Concurrent export limit reached' } });
  await eventually(() => expect(collector.requests.length).toBeGreaterThan(0));
  // Two exports of one turn may share a request.
  const answers = setInterval(() => {
    for (const request of collector.requests.splice(0)) request.answer(200);
  }, 5);
  closing.push(() => clearInterval(answers));
  expect(await results[0]).toEqual({ code: 0 });
  expect(await results[1]).toEqual({ code: 0 });
});

describe('a worker that dies', () => {
  test('leaves an export under way to its successor, which sends the batch again', async () => {
    const workers: Worker[] = [];
    const onWorker = (worker: Worker) => void workers.push(worker);
    process.on('worker', onWorker);
    closing.push(() => process.removeListener('worker', onWorker));
    const collector = await HeldCollector.start();
    const exporter = exporterTo(collector.url);
    const result = exported(exporter, spansOf(3));
    await collector.arrived(1);
    await workers[0].terminate();
    await collector.arrived(2);
    collector.requests[1].answer(200);
    expect(await result).toEqual({ code: 0 });
    expect(exporter.stats()).toMatchObject({ recorded: 3, delivered: 3, workerRestarts: 1 });
  });

  test('takes what it knew of losses with it: what may have been lost counts as lost', async () => {
    const workers: Worker[] = [];
    const onWorker = (worker: Worker) => void workers.push(worker);
    process.on('worker', onWorker);
    closing.push(() => process.removeListener('worker', onWorker));
    const collector = await HeldCollector.start();
    const exporter = exporterTo(collector.url);
    const first = exported(exporter, spansOf(1, 'first'));
    await collector.arrived(1);
    const second = exported(exporter, spansOf(1, 'second'));
    await collector.arrived(2);
    collector.requests[0].answer(400);
    expect((await first).code).toBe(1);
    await workers[0].terminate();
    await collector.arrived(3);
    collector.requests[2].answer(200);
    expect((await second).code).toBe(1);
    expect(exporter.stats()).toMatchObject({ delivered: 1, dropped: { export_failed: 1 }, pending: 0 });
  });
});

test('spans that the collector refuses in part are no failure, as in OTel JS', async () => {
  const server = await httpCollector((response) => {
    // partial_success { rejected_spans: 1 }
    response
      .writeHead(200, { 'content-type': 'application/x-protobuf' })
      .end(Buffer.from([0x0a, 0x02, 0x08, 0x01]));
  });
  closing.push(() => server.close());
  const exporter = exporterTo(`http://127.0.0.1:${server.port}/v1/traces`);
  expect(await exported(exporter, spansOf(2))).toEqual({ code: 0 });
  expect(exporter.stats()).toMatchObject({ delivered: 1, dropped: { rejected: 1 } });
});

describe('J8 with a meter provider it measures itself', () => {
  class PullReader extends MetricReader {
    override async onForceFlush(): Promise<void> {}
    override async onShutdown(): Promise<void> {}
  }

  function meters() {
    const reader = new PullReader();
    const collect = async () => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value })),
        );
    };
    return { selfObsMeterProvider: new MeterProvider({ readers: [reader] }), collect };
  }

  test('J8 spans under way, exported and failed, with the server, and how long exports took', async () => {
    const collector = await HeldCollector.start();
    const { selfObsMeterProvider, collect } = meters();
    const exporter = exporterTo(collector.url, { selfObsMeterProvider });
    const results: Promise<Result>[] = [];
    for (const count of [3, 2]) {
      results.push(exported(exporter, spansOf(count)));
      await collector.arrived(results.length);
    }
    const type = 'otlp_http_span_exporter';
    const attributes = {
      'otel.component.type': type,
      'otel.component.name': expect.stringMatching(`^${type}/\\d+$`),
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(collector.url).port),
    };
    const underWay = { name: 'otel.sdk.exporter.span.inflight', attributes };
    expect(await collect()).toEqual([{ ...underWay, value: 5 }]);
    for (const [i, status] of [200, 400].entries()) collector.requests[i].answer(status);
    await Promise.all(results);
    const failed = { ...attributes, 'error.type': 'export_failed' };
    const spansExported = { name: 'otel.sdk.exporter.span.exported', attributes };
    const durations = { name: 'otel.sdk.exporter.operation.duration', attributes };
    const seconds = expect.objectContaining({ count: 1, sum: expect.any(Number) });
    const collected = await collect();
    const sums = collected.map(({ value }) => (value as { sum?: number }).sum ?? 1);
    expect(
      sums.filter((sum) => !(sum > 0 && sum < 30)),
      'seconds',
    ).toEqual([]);
    expect(collected).toEqual([
      { ...underWay, value: 0 },
      { ...spansExported, value: 3 },
      { ...spansExported, attributes: failed, value: 2 },
      { ...durations, value: seconds },
      { ...durations, attributes: failed, value: seconds },
    ]);
  });

  test('J4 meters that throw stop no export', async () => {
    const broken = () => {
      throw new Error('no meter');
    };
    const instrument = () => ({ add: broken, record: broken });
    const instruments = {
      createCounter: instrument,
      createUpDownCounter: instrument,
      createHistogram: instrument,
    };
    for (const getMeter of [broken, () => instruments]) {
      const { sink, exporter } = await sinkAndExporter({ selfObsMeterProvider: { getMeter } as never });
      expect(await exported(exporter, spansOf(1))).toEqual({ code: 0 });
      expect(sink.spans).toHaveLength(1);
    }
  });
});

test('an export of no spans succeeds at once, and starts nothing', async () => {
  const { exporter } = await sinkAndExporter();
  expect(await exported(exporter, [])).toEqual({ code: 0 });
  expect(exporter.stats().workers).toBe(0);
});

test('a batch larger than the ring waits for room and arrives whole', async () => {
  process.env.OFFLOOP_RING_BYTES = '65536';
  closing.push(() => {
    delete process.env.OFFLOOP_RING_BYTES;
  });
  const { sink, exporter } = await sinkAndExporter();
  expect(await exported(exporter, spansOf(5000))).toEqual({ code: 0 });
  expect(new Set(sink.names()).size).toBe(5000);
  expect(exporter.stats()).toMatchObject({
    delivered: 5000,
    droppedTotal: 0,
    ring: { capacityBytes: 65_536 },
  });
});

test('spans that cannot be read fail their export and no other one', async () => {
  const { sink, exporter } = await sinkAndExporter();
  const [good, bad] = spansOf(2);
  const broken = { ...bad, resource: bad.resource, spanContext: () => ({ traceId: 'none', spanId: 'none' }) };
  const [first, second] = await Promise.all([
    exported(exporter, [broken as unknown as ReadableSpan]),
    exported(exporter, [good]),
  ]);
  expect(first.code).toBe(1);
  expect(second).toEqual({ code: 0 });
  expect(sink.spans).toHaveLength(1);
  expect(exporter.stats()).toMatchObject({ recorded: 2, delivered: 1, dropped: { encode_failed: 1 } });
});

describe('options', () => {
  test('headers of a function are asked for before each export, and sent with it', async () => {
    const collector = await HeldCollector.start();
    let token = 0;
    const exporter = exporterTo(collector.url, {
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    });
    for (const i of [0, 1, 2]) {
      const result = exported(exporter, spansOf(1));
      await collector.arrived(i + 1);
      collector.requests[i].answer(200);
      expect(await result).toEqual({ code: 0 });
      expect(collector.requests[i].headers.authorization).toBe(`Bearer ${i + 1}`);
    }
  });

  test('a function of headers that throws fails the export', async () => {
    const { sink, exporter } = await sinkAndExporter({
      headers: () => {
        throw new Error('no token');
      },
    });
    expect(await exported(exporter, spansOf(1))).toMatchObject({ code: 1, error: { message: 'no token' } });
    expect(sink.requests).toHaveLength(0);
  });

  test('headers, user agent and compression reach the collector', async () => {
    const { sink, exporter } = await sinkAndExporter({
      headers: { 'x-tenant': 'a' },
      userAgent: 'app/1',
      compression: 'gzip',
      keepAlive: true,
      httpAgentOptions: { maxSockets: 1 },
    });
    expect(await exported(exporter, spansOf(200))).toEqual({ code: 0 });
    expect(sink.requests[0].encoding).toBe('gzip');
    expect(sink.requests[0].userAgent).toMatch(/^app\/1 OTel-OTLP-Exporter-offloop\//);
  });

  test('http/json', async () => {
    const { sink, exporter } = await sinkAndExporter({ protocol: 'http/json' });
    expect(await exported(exporter, spansOf(2))).toEqual({ code: 0 });
    expect(sink.requests[0].contentType).toBe('application/json');
    expect(sink.spans).toHaveLength(2);
  });

  test('grpc, with metadata', async () => {
    const tenants: unknown[] = [];
    const collector = await grpcCollector(({ metadata }) => {
      tenants.push(...metadata.get('x-tenant'));
      return new Uint8Array(0);
    });
    closing.push(() => collector.close());
    const exporter = exporterTo(`http://127.0.0.1:${collector.port}`, {
      protocol: 'grpc',
      metadata: { getMap: () => ({ 'x-tenant': 'b' }) },
    });
    expect(await exported(exporter, spansOf(2))).toEqual({ code: 0 });
    expect(tenants).toEqual(['b']);
  });

  test('a wrong option throws when the exporter is made, and nothing is started', () => {
    expect(() => new OTLPTraceExporter({ url: 'no url' })).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_EXPORTER_URL' }),
    );
    expect(() => new OTLPTraceExporter({ timeoutMillis: -1 })).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_EXPORTER_TIMEOUT_MILLIS' }),
    );
    expect(new OTLPTraceExporter().stats()).toMatchObject({ workers: 0, recorded: 0 });
  });
});

test('behind the batch processor of the official SDK', async () => {
  const { sink, exporter } = await sinkAndExporter();
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  recordInto(provider.getTracer('test'), 1500, 'span');
  await provider.forceFlush();
  expect(sink.spans).toHaveLength(1500);
  await provider.shutdown();
  expect(exporter.stats()).toMatchObject({ recorded: 1500, delivered: 1500, pending: 0 });
});
