// A real Collector that answers as ordered: throttled, partly refused, late, refused for good. After each run the
// counters add up exactly and agree with what the Collector holds.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Collector, type Fault, startCollector } from './collector.ts';
import { compareRun, type RunComparison } from './compare-run.ts';
import { type AppResult, runApp } from './run-app.ts';

const SEED = 11;
/** Fewer than a batch, so that one request holds them all. */
const SPANS = 300;
const APP_TIMEOUT_MILLIS = 60_000;

interface Run {
  readonly app: AppResult;
  readonly compared: RunComparison;
}

describe.each(['http/protobuf', 'http/json', 'grpc'] as const)('over %s', (protocol) => {
  async function runWith(
    fault: Fault,
    options: { flushEvery?: number; timeoutMillis?: number } = {},
  ): Promise<Run> {
    const directory = mkdtempSync(join(tmpdir(), 'offloop-faults-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const collector = await startCollector({
      binary: inject('collectorBinary'),
      config: 'collector-faults.yaml',
      directory,
    });
    onTestFinished(() => collector.stop());
    await collector.setFault(fault);
    const app = await runApp(
      {
        seed: SEED,
        count: SPANS,
        flushEvery: options.flushEvery ?? SPANS,
        recordedFile: join(directory, 'recorded.jsonl'),
        start: {
          exporter: {
            protocol,
            url: urlOf(collector),
            ...(options.timeoutMillis === undefined ? {} : { timeoutMillis: options.timeoutMillis }),
          },
        },
      },
      APP_TIMEOUT_MILLIS,
    );
    expect(await collector.faultTimesLeft(), 'the ordered answers were all given').toBe(0);
    await collector.stop();
    return { app, compared: await compareRun(SEED, app.recorded, collector.readSpans()) };
  }

  function urlOf(collector: Collector): string {
    return protocol === 'grpc' ? collector.grpcUrl : `${collector.httpUrl}/v1/traces`;
  }

  test('throttled twice, it waits as told, sends again and delivers every span once', async () => {
    const { app, compared } = await runWith({
      times: 2,
      httpStatus: 429,
      retryAfter: '2',
      grpcCode: 8,
      retryDelay: '2s',
      message: 'slow down',
    });
    expectHeld(compared, SPANS);
    expectCounted(app, { delivered: SPANS, dropped: {}, retries: 2 });
    // Without the Collector's word the first two waits would be about 1.5 s together. (10 ms: timers round.)
    expect(app.deliveryMillis).toBeGreaterThanOrEqual(2 * 2000 - 10);
  });

  test('unavailable once, it backs off, sends again and delivers every span once', async () => {
    const { app, compared } = await runWith({
      times: 1,
      httpStatus: 503,
      grpcCode: 14,
      message: 'restarting',
    });
    expectHeld(compared, SPANS);
    expectCounted(app, { delivered: SPANS, dropped: {}, retries: 1 });
  });

  test('counts as rejected exactly what a partial success refuses, and does not send it again', async () => {
    const { app, compared } = await runWith({ times: 1, rejected: 5, message: 'too old' });
    // The ordered answer says that 5 were refused; the Collector itself has kept all of them, once.
    expectHeld(compared, SPANS);
    expectCounted(app, { delivered: SPANS - 5, dropped: { rejected: 5 }, retries: 0 });
  });

  test('waits for a late answer and sends nothing twice', async () => {
    const { app, compared } = await runWith({ times: 1, delay: '800ms' });
    expectHeld(compared, SPANS);
    expectCounted(app, { delivered: SPANS, dropped: {}, retries: 0 });
    expect(app.deliveryMillis).toBeGreaterThanOrEqual(800);
  });

  test('counts a batch as failed when the answer does not come in time', async () => {
    const { app, compared } = await runWith({ times: 1, delay: '3s' }, { timeoutMillis: 1000 });
    expectCounted(app, { delivered: 0, dropped: { export_failed: SPANS } });
    // Whether the Collector took the request nobody was waiting for any more is its affair; not half of it.
    expect([0, SPANS]).toContain(compared.received);
    expect(compared.report).toEqual([]);
  });

  test('does not repeat a batch that was refused for good, and counts every span of it', async () => {
    const { app, compared } = await runWith({ times: 1, httpStatus: 400, grpcCode: 3, message: 'malformed' });
    expect(compared.received).toBe(0);
    expectCounted(app, { delivered: 0, dropped: { export_failed: SPANS }, retries: 0 });
  });

  test('goes on through closed connections while answers are slow', async () => {
    // gRPC: the server says GOAWAY after two seconds; six answers of 0.7 s reach past it.
    const { app, compared } = await runWith({ times: 6, delay: '700ms' }, { flushEvery: SPANS / 6 });
    expectHeld(compared, SPANS);
    expectCounted(app, { delivered: SPANS, dropped: {} });
    expect(app.stats.batchesSent).toBe(6);
  });
});

function expectHeld(compared: RunComparison, spans: number): void {
  expect(compared.report).toEqual([]);
  expect(compared).toMatchObject({ received: spans, missing: 0, duplicated: 0, unknown: 0, different: 0 });
}

function expectCounted(
  { stats, stderr }: AppResult,
  expected: { delivered: number; dropped: Partial<AppResult['stats']['dropped']>; retries?: number },
): void {
  const dropped = Object.fromEntries(Object.entries(stats.dropped).filter(([, count]) => count !== 0));
  const droppedTotal = Object.values<number>(expected.dropped).reduce((sum, count) => sum + count, 0);
  expect(
    {
      recorded: stats.recorded,
      delivered: stats.delivered,
      dropped,
      droppedTotal: stats.droppedTotal,
      pending: stats.pending,
      ...(expected.retries === undefined ? {} : { retries: stats.retries }),
    },
    stderr,
  ).toEqual({ recorded: SPANS, droppedTotal, pending: 0, ...expected });
}
