// When a process ends, every span is accounted for: recorded = delivered + dropped(by reason), with nothing pending, in
// the time that the exit may take. Also where the collector is absent, or takes requests and never answers.

import type { Stats } from 'offloop';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectInTime } from '../support/in-time.js';
import { freePort, httpCollector, type RunningServer, tcpServer } from '../support/raw-server.js';
import { type AppEnd, runApp } from './app-process.js';

const COUNT = 5000;
const EXIT_TIMEOUT = 500;

interface End {
  readonly code: number;
  readonly exitMillis: number;
  readonly stats: Stats;
  readonly flushedAgain: boolean;
}

interface Ending {
  readonly how?: 'exit' | 'natural' | 'signal' | 'shutdown-and-exit';
  readonly warm?: boolean;
  readonly flushMillis?: number;
  readonly afterwards?: number;
  readonly workers?: number;
  readonly protocol?: 'grpc' | 'http/protobuf';
  readonly exitTimeoutMillis?: number;
}

let silent: RunningServer;
beforeEach(async () => {
  silent = await tcpServer(() => {});
});
afterEach(() => silent.close());

function run(port: number, ending: Ending): Promise<AppEnd> {
  const { workers = 1, protocol = 'http/protobuf', exitTimeoutMillis = EXIT_TIMEOUT, ...rest } = ending;
  const url = `http://127.0.0.1:${port}${protocol === 'grpc' ? '' : '/v1/traces'}`;
  const start = { workers, exitTimeoutMillis, exporter: { protocol, url }, maxExportBatchSize: 512 };
  return runApp({ app: 'exit-accounting.mjs', args: [{ count: COUNT, how: 'exit', ...rest, start }] });
}

function said<T>({ stdout, stderr }: AppEnd, name: string): T {
  const line = stdout.split('\n').find((each) => each.startsWith(`{"${name}":`));
  expect(line, `${stdout}\n${stderr}`).toBeDefined();
  return JSON.parse(line as string)[name] as T;
}

function expectBalanced({ recorded, delivered, droppedTotal, pending }: Stats): void {
  expect({ pending, sum: delivered + droppedTotal }).toEqual({ pending: 0, sum: recorded });
}

const collectors = [
  ['absent', freePort],
  ['silent', () => Promise.resolve(silent.port)],
] as const;

describe.each(collectors)('with a collector that is %s', (_name, portOf) => {
  test.each<Ending>([
    { workers: 1, warm: false },
    { workers: 1, warm: true },
    { workers: 2, warm: false },
    { workers: 2, warm: true },
    { workers: 1, warm: true, protocol: 'grpc' },
    { workers: 1, warm: false, protocol: 'grpc' },
    { workers: 0, warm: true },
  ])('process.exit() counts what was given up: %o', async (ending) => {
    await expectInTime(EXIT_TIMEOUT * 1.1, async () => {
      const app = await run(await portOf(), ending);
      const end = said<End>(app, 'end');
      expect(app.code).toBe(3);
      expectBalanced(end.stats);
      expect(end.stats.recorded).toBe(COUNT + (ending.warm ? 10 : 0));
      expect(end.stats.dropped.shutdown_timeout).toBe(end.stats.recorded);
      expect(end.flushedAgain).toBe(true);
      if (ending.workers !== 0) expect(end.exitMillis).toBeGreaterThan(EXIT_TIMEOUT * 0.9);
      expect(app.stderr).toContain(`${end.stats.recorded} spans were not delivered before the end`);
      return end.exitMillis;
    });
  });

  test('the natural end of a program counts what was given up', async () => {
    const app = await run(await portOf(), { how: 'natural' });
    const end = said<End>(app, 'end');
    expect(app.code).toBe(0);
    expectBalanced(end.stats);
    expect(end.stats.dropped.shutdown_timeout).toBe(COUNT);
  });

  test('the natural end of a program without workers counts what was given up', async () => {
    const end = said<End>(await run(await portOf(), { how: 'natural', workers: 0 }), 'end');
    expectBalanced(end.stats);
    expect(end.stats.dropped.shutdown_timeout).toBe(COUNT);
  });

  test('a signal that ends the process counts what was given up', async () => {
    const app = await run(await portOf(), { how: 'signal' });
    expect([app.code, app.signal]).toEqual([null, 'SIGTERM']);
    expect(app.stderr).toContain(`${COUNT} spans were not delivered before the end`);
  });

  test('an exit while a shutdown is under way counts what was given up', async () => {
    const end = said<End>(await run(await portOf(), { how: 'shutdown-and-exit' }), 'end');
    expectBalanced(end.stats);
    expect(end.stats.dropped.shutdown_timeout).toBe(COUNT);
  });

  test('flushSync called by the user gives nothing up, the exit does', async () => {
    const app = await run(await portOf(), { flushMillis: 200 });
    const [flushed, stats] = said<[boolean, Stats]>(app, 'flushed');
    expect(flushed).toBe(false);
    expect([stats.pending, stats.droppedTotal]).toEqual([COUNT, 0]);
    const end = said<End>(app, 'end');
    expectBalanced(end.stats);
    expect(end.stats.dropped.shutdown_timeout).toBe(COUNT);
  });

  test('an exit that may take no time counts everything as given up', async () => {
    await expectInTime(50, async () => {
      const end = said<End>(await run(await portOf(), { exitTimeoutMillis: 0 }), 'end');
      expectBalanced(end.stats);
      expect(end.stats.dropped.shutdown_timeout).toBe(COUNT);
      return end.exitMillis;
    });
  });
});

describe('with a collector that answers', () => {
  test.each<Ending>([
    { how: 'exit', exitTimeoutMillis: 10_000, afterwards: 7 },
    { how: 'natural', exitTimeoutMillis: 10_000, afterwards: 7, workers: 2 },
    { how: 'shutdown-and-exit', exitTimeoutMillis: 10_000, afterwards: 7 },
  ])('everything is delivered, and spans of later listeners are counted: %o', async (ending) => {
    const server = await httpCollector((response) => response.end());
    const app = await run(server.port, ending).finally(() => server.close());
    const { stats, flushedAgain } = said<End>(app, 'end');
    expectBalanced(stats);
    expect([stats.delivered, stats.dropped.already_shutdown]).toEqual([COUNT, 7]);
    expect(stats.droppedTotal).toBe(7);
    expect(flushedAgain).toBe(true);
    expect(app.stderr).toBe('');
  });

  test('what it takes before it falls silent is delivered, the rest is given up', async () => {
    const server = await httpCollector((response, _request, index) => {
      if (index < 3) response.end();
    });
    const app = await run(server.port, { warm: true }).finally(() => server.close());
    const { stats } = said<End>(app, 'end');
    expectBalanced(stats);
    expect(stats.delivered).toBeGreaterThan(0);
    expect(stats.dropped.shutdown_timeout).toBe(COUNT + 10 - stats.delivered);
  });
});
