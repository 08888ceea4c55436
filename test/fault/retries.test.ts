// The whole transport as the pipeline has it, retries included, against real sockets; time is moved by hand.

import { afterEach, describe, expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';
import { createTransport } from '../../src/worker/transport/create-transport.js';
import type { Payload } from '../../src/worker/transport/transport.js';
import { eventually } from '../support/eventually.js';
import { exporterConfig } from '../support/exporter-config.js';
import { FakeScheduler } from '../support/fake-scheduler.js';
import { grpcCollector } from '../support/grpc-collector.js';
import { freePort, httpCollector } from '../support/raw-server.js';
import { retryInfo, rpcStatus } from '../support/rpc-messages.js';

const PAYLOAD: Payload = { body: Buffer.from('spans'), encoding: undefined, spanCount: 1 };
const SUCCESS = { status: 'success', rejected: 0 };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(overrides: Partial<ExporterConfig>) {
  const scheduler = new FakeScheduler();
  const retries: string[] = [];
  const warnings: string[] = [];
  const observer = {
    onRetry: (cause: string) => void retries.push(cause),
    onWarning: (message: string) => void warnings.push(message),
  };
  const transport = await createTransport(exporterConfig(overrides), scheduler, observer, () => 0);
  open.push(transport);
  /** Moves time to the next retry as soon as the transport waits for one: the deadline's own timer is later. */
  const nextRetry = async (withinMillis: number, isOver = () => false) => {
    await eventually(() => {
      if (!isOver()) expect(scheduler.nextTimerMillis).toBeLessThanOrEqual(withinMillis);
    });
    if (!isOver()) scheduler.advance(scheduler.nextTimerMillis as number);
  };
  return { scheduler, transport, retries, warnings, nextRetry };
}

describe.each(['http', 'grpc'] as const)('%s', (kind) => {
  /** A collector that answers `failures` times as an overloaded one, asking for three seconds, then well. */
  async function overloaded(failures: number): Promise<{ port: number; count: () => number }> {
    if (kind === 'grpc') {
      const statusDetails = rpcStatus('busy', [retryInfo({ seconds: 3 })]);
      const server = await grpcCollector((_, index) =>
        index < failures ? { code: 14, details: 'busy', statusDetails } : new Uint8Array(0),
      );
      open.push(server);
      return { port: server.port, count: () => server.exports.length };
    }
    const server = await httpCollector((response, _request, index) => {
      if (index < failures) response.writeHead(503, { 'retry-after': '3' });
      response.end();
    });
    open.push(server);
    return { port: server.port, count: () => server.requests.length };
  }

  function endpoint(port: number): Partial<ExporterConfig> {
    return kind === 'grpc'
      ? { protocol: 'grpc', url: `http://127.0.0.1:${port}` }
      : { url: `http://127.0.0.1:${port}/v1/traces` };
  }

  test('an overloaded collector gets the batch again when it asked for it', async () => {
    const { port, count } = await overloaded(2);
    const { scheduler, transport, retries, nextRetry } = await setUp(endpoint(port));
    const result = transport.send(PAYLOAD, 20_000);
    await nextRetry(3000);
    expect(scheduler.now()).toBe(3000);
    await nextRetry(3000);
    expect(scheduler.now()).toBe(6000);
    expect(await result).toEqual(SUCCESS);
    expect(count()).toBe(3);
    expect(retries).toHaveLength(2);
    expect(scheduler.pendingTimers).toBe(0);
  });

  test('the deadline bounds all attempts together', async () => {
    const { port, count } = await overloaded(Number.POSITIVE_INFINITY);
    const { scheduler, transport, nextRetry } = await setUp(endpoint(port));
    const result = transport.send(PAYLOAD, 5000);
    await nextRetry(3000);
    // The third attempt would be at 6000.
    expect(await result).toMatchObject({ status: 'retryable', afterMillis: 3000 });
    expect(scheduler.now()).toBe(3000);
    expect(count()).toBe(2);
  });

  test('a collector that comes up meanwhile gets the batch', async () => {
    const port = await freePort();
    const { transport, nextRetry } = await setUp(endpoint(port));
    const result = transport.send(PAYLOAD, 1e8);
    await nextRetry(500);
    const server =
      kind === 'grpc'
        ? await grpcCollector(() => new Uint8Array(0), { port })
        : await httpCollector((response) => response.end(), { port });
    open.push(server);
    let settled = false;
    void result.finally(() => {
      settled = true;
    });
    // grpc-js reconnects in real time (200 ms and more): several retries may come too early.
    while (!settled) await nextRetry(5000, () => settled);
    expect(await result).toEqual(SUCCESS);
  });

  test('close ends a wait for the next attempt at once', async () => {
    const { port } = await overloaded(Number.POSITIVE_INFINITY);
    const { scheduler, transport } = await setUp(endpoint(port));
    const result = transport.send(PAYLOAD, 60_000);
    await eventually(() => expect(scheduler.nextTimerMillis).toBe(3000));
    await transport.close();
    expect(await result).toMatchObject({ status: 'retryable' });
    expect(scheduler.pendingTimers).toBe(0);
  });
});

test('an exporter that cannot be made fails each send and says why, without showing the URL', async () => {
  for (const protocol of ['http/protobuf', 'grpc'] as const) {
    const { transport } = await setUp({ protocol, url: 'http://user:secret@host:port' });
    const result = (await transport.send(PAYLOAD, 10_000)) as { cause: string };
    expect(result).toMatchObject({ status: 'failure', cause: expect.stringMatching(/could not be started/) });
    expect(result.cause).not.toContain('secret');
  }
});

test('half of a client certificate is warned about', async () => {
  const { warnings } = await setUp({ url: 'https://127.0.0.1:1/', clientKeyFile: '/nowhere' });
  expect(warnings).toEqual([expect.stringContaining('neither is used')]);
});
