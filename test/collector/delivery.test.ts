// 100,000 spans with every kind of content through each protocol and compression into a real Collector; what its
// file holds is compared with the plan by content. COLLECTOR_SEED and COLLECTOR_SPANS change the run.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startCollector } from './collector.ts';
import { compareRun } from './compare-run.ts';
import { runApp } from './run-app.ts';
import { largeSpanCount } from './span-plan.ts';

const SEED = Number(process.env.COLLECTOR_SEED ?? 1);
const SPANS = Number(process.env.COLLECTOR_SPANS ?? 100_000);
/** About 1.5 MB of records: the default ring of 4 MiB never fills up. */
const FLUSH_EVERY = 2000;
const APP_TIMEOUT_MILLIS = 240_000;

const RUNS = [
  { protocol: 'http/protobuf', compression: 'none' },
  { protocol: 'http/protobuf', compression: 'gzip' },
  { protocol: 'http/json', compression: 'none' },
  { protocol: 'http/json', compression: 'gzip' },
  { protocol: 'grpc', compression: 'none' },
  { protocol: 'grpc', compression: 'gzip' },
] as const;

test.each(RUNS)(
  'every span of a large run arrives once and unchanged over $protocol, $compression',
  async (run) => {
    const seed = SEED + RUNS.indexOf(run);
    const directory = mkdtempSync(join(tmpdir(), 'offloop-collector-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const collector = await startCollector({
      binary: inject('collectorBinary'),
      config: 'collector.yaml',
      directory,
    });
    onTestFinished(() => collector.stop());

    const app = await runApp(
      {
        seed,
        count: SPANS,
        flushEvery: FLUSH_EVERY,
        recordedFile: join(directory, 'recorded.jsonl'),
        start: {
          serviceName: 'collector-test',
          resourceAttributes: { 'deployment.environment.name': 'tést ☃', seed: String(seed) },
          exporter: {
            ...run,
            url: run.protocol === 'grpc' ? collector.grpcUrl : `${collector.httpUrl}/v1/traces`,
          },
        },
      },
      APP_TIMEOUT_MILLIS,
    );
    await collector.stop();
    const compared = await compareRun(seed, app.recorded, collector.readSpans());
    console.log(
      `${run.protocol} ${run.compression}, seed ${seed}: ${compared.received} spans in ${Math.round(app.deliveryMillis)} ms`,
    );

    const { recorded, delivered, dropped, droppedTotal, pending, retries, largeSpans } = app.stats;
    const context = { seed, dropped, stderr: app.stderr };
    expect.soft(compared.report, JSON.stringify(context)).toEqual([]);
    expect
      .soft(compared, JSON.stringify(context))
      .toMatchObject({ received: SPANS, missing: 0, duplicated: 0, unknown: 0, different: 0 });
    expect.soft(app.unfinishedFlushes).toEqual([]);
    expect.soft(app.shutDown).toBe(true);
    expect.soft({ recorded, delivered, droppedTotal, pending, retries, largeSpans }).toEqual({
      recorded: SPANS,
      delivered: SPANS,
      droppedTotal: 0,
      pending: 0,
      retries: 0,
      largeSpans: largeSpanCount(SPANS),
    });

    expect(compared.resources).toHaveLength(1);
    const resource = Object.fromEntries(JSON.parse(compared.resources[0] as string) as [string, string][]);
    expect(resource).toMatchObject({
      'service.name': '"collector-test"',
      'deployment.environment.name': '"tést ☃"',
      seed: `"${seed}"`,
      'telemetry.sdk.name': '"offloop"',
      'telemetry.sdk.language': '"nodejs"',
    });
  },
);
