// Delivery by real workers over real sockets: protocols, several lanes, no worker, large spans, a blocked main thread, a
// collector that is absent or silent.

import { afterEach, describe, expect, test } from 'vitest';
import { expectInTime } from '../support/in-time.js';
import { freePort } from '../support/raw-server.js';
import { runApp } from './app-process.js';
import { expectAllDelivered, expectEquation, startOptions } from './app-run.js';
import { OtlpSink } from './otlp-sink.js';

const sinks: OtlpSink[] = [];
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
});

async function startSink(options: { silent?: boolean } = {}): Promise<OtlpSink> {
  const sink = await OtlpSink.start(options);
  sinks.push(sink);
  return sink;
}

describe('protocols', () => {
  test.each([
    ['http/protobuf', 'none', 'application/x-protobuf', 'identity'],
    ['http/protobuf', 'gzip', 'application/x-protobuf', 'gzip'],
    ['http/json', 'none', 'application/json', 'identity'],
    ['http/json', 'gzip', 'application/json', 'gzip'],
  ])('%s with compression %s', async (protocol, compression, contentType, encoding) => {
    const sink = await startSink();
    const exporter = { url: `${sink.url}/v1/traces`, protocol, compression };
    const end = await runApp({ app: 'end.mjs', args: [{ how: 'nothing', start: { exporter } }] });
    expectAllDelivered(end, sink, 100);
    expect(sink.requests[0]).toMatchObject({ contentType, encoding });
  });

  test.each(['none', 'gzip'])('grpc with compression %s', async (compression) => {
    const sink = await OtlpSink.startGrpc();
    sinks.push(sink);
    const exporter = { url: sink.url, protocol: 'grpc', compression };
    const end = await runApp({ app: 'end.mjs', args: [{ how: 'exit', start: { exporter } }] });
    expect(end.code).toBe(3);
    expectAllDelivered(end, sink, 100);
  });
});

describe('workers', () => {
  test('three: everything arrives, and each trace by one worker', async () => {
    const sink = await startSink();
    const end = await runApp({
      app: 'traces.mjs',
      args: [{ count: 200, start: startOptions(sink) }],
      environment: { OFFLOOP_WORKERS: '3' },
    });
    expect(end.stats?.workers).toBe(3);
    expectAllDelivered(end, sink, 1000);
    expect(sink.requests.length).toBeGreaterThanOrEqual(3);
    const sizes = new Map<string, number>();
    for (const { traceId } of sink.spans) sizes.set(traceId, (sizes.get(traceId) ?? 0) + 1);
    expect([...sizes.values()]).toEqual(Array.from({ length: 200 }, () => 5));
  });

  test('none: the same on the main thread', async () => {
    const sink = await startSink();
    const end = await runApp({
      app: 'traces.mjs',
      args: [{ count: 200, start: startOptions(sink) }],
      environment: { OFFLOOP_WORKERS: '0' },
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stats?.workers).toBe(0);
    expectAllDelivered(end, sink, 1000);
  });

  test.each(['0', '1'])('J13 with %s the requests of offloop itself are not traced', async (workers) => {
    const sink = await startSink();
    const end = await runApp({
      app: 'traced-http.mjs',
      args: [{ start: startOptions(sink) }],
      environment: { OFFLOOP_WORKERS: workers },
    });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expectAllDelivered(end, sink, 3);
    expect(sink.names()).toEqual(['GET', 'GET', 'own']);
    expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test.each(['two', '-1', '17'])(
    'OFFLOOP_WORKERS=%s stops start() with value, range and remedy',
    async (workers) => {
      const sink = await startSink();
      const end = await runApp({
        app: 'end.mjs',
        args: [{ how: 'nothing', start: startOptions(sink) }],
        environment: { OFFLOOP_WORKERS: workers },
      });
      expect(end.code).toBe(1);
      expect(end.stderr).toContain('OptionError: offloop: OFFLOOP_WORKERS is ');
      expect(end.stderr).toContain(workers);
      expect(end.stderr).toContain('from 0 to 16');
      expect(end.stderr).toContain('Set it to 1');
      expect(end.stderr).toContain("code: 'ERR_OFFLOOP_WORKERS'");
    },
  );
});

test('spans recorded before the main thread is blocked for 3 s arrive during the block', async () => {
  const sink = await startSink();
  const end = await runApp({
    app: 'block.mjs',
    args: [{ blockMillis: 3000, start: startOptions(sink, { scheduledDelayMillis: 200 }) }],
  });
  expectAllDelivered(end, sink, 50);
  const { begin, end: blockEnd } = JSON.parse(/^\{"block":(.*)\}$/m.exec(end.stdout)?.[1] ?? '{}');
  for (const { arrivedUnixMillis } of sink.spans) {
    expect(arrivedUnixMillis).toBeGreaterThan(begin);
    expect(arrivedUnixMillis).toBeLessThan(blockEnd - 1000);
  }
});

test('spans of 1 MB travel beside the ring', async () => {
  const sink = await startSink();
  const end = await runApp({
    app: 'end.mjs',
    args: [{ how: 'shutdown', count: 5, attributeBytes: 1_000_000, start: startOptions(sink) }],
  });
  expect(end.stats).toMatchObject({ delivered: 5, largeSpans: 5, dropped: { already_shutdown: 5 } });
  expect(
    sink.spans.map(({ attributes }) => (attributes[0].value as { string: string }).string.length),
  ).toEqual(Array.from({ length: 5 }, () => 1_000_000));
});

describe('nobody takes the spans', () => {
  test('an absent collector: the application ends as it does, at most exitTimeoutMillis later', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/traces`;
    const start = { exporter: { url }, exitTimeoutMillis: 1000 };
    await expectInTime(1100 + 400, async () => {
      const end = await runApp({ app: 'end.mjs', args: [{ how: 'nothing', start }] });
      expect(end.code).toBe(0);
      expect(end.stats).toMatchObject({ recorded: 100, delivered: 0 });
      expect(end.stats?.pending).toBe(100 - (end.stats?.droppedTotal ?? 0));
      return end.endedMillis;
    });
  });

  test('an absent collector and shutdown(): all are counted as dropped', async () => {
    const sink = await startSink();
    const start = {
      exporter: { url: `http://127.0.0.1:${await freePort()}/v1/traces` },
      shutdownTimeoutMillis: 300,
    };
    const end = await runApp({ app: 'flood.mjs', args: [{ count: 100, start }] });
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('{"down":false}');
    expectEquation(end, sink);
    expect(end.stats?.dropped.shutdown_timeout).toBe(100);
  });

  test('a silent collector: a full ring drops the newest, counted, and never holds the application up', async () => {
    const silent = await startSink({ silent: true });
    const end = await runApp({
      app: 'flood.mjs',
      args: [{ count: 20_000, start: startOptions(silent, { ringBytes: 65_536 }) }],
    });
    expect(end.code).toBe(0);
    const flood = JSON.parse(/^\{"flood":(.*)\}$/m.exec(end.stdout)?.[1] ?? '{}');
    expect(flood.recorded).toBe(20_000);
    expect(flood.dropped.queue_full).toBeGreaterThan(15_000);
    // What was not dropped is in the ring: the records are 72 to 100 bytes.
    expect(flood.ring.usedBytes / (20_000 - flood.dropped.queue_full)).toBeGreaterThan(70);
    expect(flood.ring.usedBytes / (20_000 - flood.dropped.queue_full)).toBeLessThan(110);
    expect(flood.slowestMillis).toBeLessThan(250);
    expectEquation(end, silent);
    expect(end.stats?.dropped.shutdown_timeout).toBe(20_000 - flood.dropped.queue_full);
  });
});
