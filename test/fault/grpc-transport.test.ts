// The gRPC transport against real servers: grpc-js's own, and HTTP/2 streams that go wrong.

import http2 from 'node:http2';
import { afterEach, describe, expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';
import { OFFLOOP_VERSION } from '../../src/shared/version.js';
import { createGrpcTransport } from '../../src/worker/transport/grpc-transport.js';
import type { Payload } from '../../src/worker/transport/transport.js';
import { eventually } from '../support/eventually.js';
import { exporterConfig } from '../support/exporter-config.js';
import { FakeScheduler } from '../support/fake-scheduler.js';
import { grpcCollector } from '../support/grpc-collector.js';
import { grpcAnswer, grpcFrame, http2Server } from '../support/http2-server.js';
import { freePort, tcpServer } from '../support/raw-server.js';
import { partialSuccess, retryInfo, rpcStatus } from '../support/rpc-messages.js';

const DEADLINE = 10_000;
const EMPTY = new Uint8Array(0);
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  open.push(one);
  return one;
}

function transportTo(port: number, overrides: Partial<ExporterConfig> = {}) {
  const scheduler = new FakeScheduler();
  const warnings: string[] = [];
  const config = exporterConfig({ protocol: 'grpc', url: `http://127.0.0.1:${port}`, ...overrides });
  const transport = keep(createGrpcTransport(config, scheduler, (message) => warnings.push(message)));
  return { scheduler, transport, warnings };
}

function payload(body: Uint8Array = Buffer.from('spans')): Payload {
  return { body, encoding: undefined, spanCount: 10 };
}

describe('with a gRPC server', () => {
  test('exports the bytes with metadata, user agent and a deadline', async () => {
    const collector = keep(await grpcCollector(() => EMPTY));
    const { transport, scheduler, warnings } = transportTo(collector.port, {
      headers: { 'X-Tenant': 'a', 'User-Agent': 'shop/2', 'x-bad': 'ä' },
    });
    const body = Buffer.alloc(1_000_000, 'span');
    expect(await transport.send(payload(body), DEADLINE)).toEqual({ status: 'success', rejected: 0 });
    const [received] = collector.exports;
    expect(received.body.equals(body)).toBe(true);
    expect(received.metadata.get('x-tenant')).toEqual(['a']);
    expect(received.metadata.get('grpc-internal-encoding-request')).toEqual([]);
    expect(received.metadata.get('user-agent')[0]).toMatch(
      new RegExp(`^shop/2 OTel-OTLP-Exporter-offloop/${OFFLOOP_VERSION} grpc-node-js/`),
    );
    expect(warnings).toEqual(['header "x-bad" cannot be sent over gRPC']);
    expect(scheduler.pendingTimers).toBe(0);
  });

  test('reads partial success', async () => {
    const collector = keep(await grpcCollector(() => partialSuccess(4, 'old')));
    const { transport } = transportTo(collector.port);
    const result = await transport.send(payload(), DEADLINE);
    expect(result).toEqual({ status: 'success', rejected: 4, message: 'old' });
  });

  test('a malformed response is success with a message', async () => {
    const collector = keep(await grpcCollector(() => Buffer.from('<html>')));
    const { transport } = transportTo(collector.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'success',
      rejected: 0,
      message: expect.stringContaining('unreadable body'),
    });
  });

  test.each([
    [1, 'retryable'],
    [2, 'failure'],
    [3, 'failure'],
    [4, 'retryable'],
    [5, 'failure'],
    [6, 'failure'],
    [7, 'failure'],
    [8, 'failure'],
    [9, 'failure'],
    [10, 'retryable'],
    [11, 'retryable'],
    [12, 'failure'],
    [13, 'failure'],
    [14, 'retryable'],
    [15, 'retryable'],
    [16, 'failure'],
  ])('answers code %d with %s', async (code, status) => {
    const collector = keep(await grpcCollector(() => ({ code, details: 'why' })));
    const { transport } = transportTo(collector.port);
    const result = await transport.send(payload(), DEADLINE);
    expect(result).toMatchObject({ status, cause: expect.stringMatching(/^gRPC \w+: why$/) });
    expect(collector.exports).toHaveLength(1);
  });

  test('RetryInfo gives the delay, and makes RESOURCE_EXHAUSTED retryable', async () => {
    const statusDetails = rpcStatus('full', [retryInfo({ seconds: 2 })]);
    const collector = keep(
      await grpcCollector((_, index) => ({ code: index === 0 ? 8 : 14, statusDetails })),
    );
    const { transport } = transportTo(collector.port);
    for (let index = 0; index < 2; index++) {
      const result = await transport.send(payload(), DEADLINE);
      expect(result).toMatchObject({ status: 'retryable', afterMillis: 2000 });
    }
  });

  test.each([
    ['garbage', Buffer.from('garbage')],
    ['a length of 2^63', Buffer.from([0x1a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ])('status details of %s change nothing', async (_name, statusDetails) => {
    const collector = keep(
      await grpcCollector((_, index) => ({ code: index === 0 ? 8 : 14, statusDetails })),
    );
    const { transport } = transportTo(collector.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'failure' });
    const second = await transport.send(payload(), DEADLINE);
    expect(second).toMatchObject({ status: 'retryable' });
    expect(second).not.toHaveProperty('afterMillis');
  });

  test("a request over the server's limit is too large, one of exactly the limit is not", async () => {
    const server = { 'grpc.max_receive_message_length': 1000 };
    const collector = keep(await grpcCollector(() => EMPTY, { server }));
    const { transport } = transportTo(collector.port);
    expect(await transport.send(payload(Buffer.alloc(1000)), DEADLINE)).toMatchObject({ status: 'success' });
    expect(await transport.send(payload(Buffer.alloc(1001)), DEADLINE)).toMatchObject({
      status: 'too-large',
      cause: expect.stringMatching(/larger than max/),
    });
  });

  test('takes a response of exactly the limit and refuses one byte more', async () => {
    const collector = keep(await grpcCollector((_, index) => partialSuccess(0, 'x'.repeat(994 + index))));
    const { transport } = transportTo(collector.port, { maxResponseBytes: 1000 });
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'failure',
      cause: expect.stringMatching(/larger than max/),
    });
  });

  test('a request over our own limit is not sent', async () => {
    const collector = keep(await grpcCollector(() => EMPTY));
    const { transport } = transportTo(collector.port, { maxRequestBytes: 1000 });
    expect(await transport.send(payload(Buffer.alloc(1001)), DEADLINE)).toMatchObject({
      status: 'too-large',
    });
    expect(await transport.send(payload(Buffer.alloc(1000)), DEADLINE)).toMatchObject({ status: 'success' });
    expect(collector.exports).toHaveLength(1);
  });

  test('several exports are under way at a time', async () => {
    const collector = keep(await grpcCollector(() => undefined));
    const { transport } = transportTo(collector.port);
    const sends = [1, 2, 3].map(() => transport.send(payload(), DEADLINE));
    await eventually(() => expect(collector.exports).toHaveLength(3));
    await transport.close();
    for (const result of await Promise.all(sends)) expect(result).toMatchObject({ status: 'retryable' });
  });

  test('close ends what is under way, and nothing is sent afterwards', async () => {
    const collector = keep(await grpcCollector(() => undefined));
    const { transport, scheduler } = transportTo(collector.port);
    const result = transport.send(payload(), DEADLINE);
    await eventually(() => expect(collector.exports).toHaveLength(1));
    await transport.close();
    expect(await result).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/transport closed/),
    });
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
    expect(collector.exports).toHaveLength(1);
    expect(scheduler.pendingTimers).toBe(0);
  });
});

describe('deadline', () => {
  test('a server that never answers is left at the deadline and not before', async () => {
    const collector = keep(await grpcCollector(() => undefined));
    const { transport, scheduler } = transportTo(collector.port);
    let settled = false;
    const result = transport.send(payload(), DEADLINE).finally(() => {
      settled = true;
    });
    await eventually(() => expect(collector.exports).toHaveLength(1));
    await scheduler.advanceAsync(DEADLINE - 1);
    expect(settled).toBe(false);
    scheduler.advance(1);
    expect(await result).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/^gRPC DeadlineExceeded/),
    });
  });

  test('a server that drips does not stretch it', async () => {
    const dripped = Promise.withResolvers<void>();
    const server = keep(
      await http2Server((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(grpcFrame(Buffer.alloc(1000), 0).subarray(0, 5));
        let drips = 0;
        const drip = () => stream.write('x', () => (++drips === 50 ? dripped.resolve() : setImmediate(drip)));
        drip();
      }),
    );
    const { transport, scheduler } = transportTo(server.port);
    const result = transport.send(payload(), DEADLINE);
    await dripped.promise;
    scheduler.advance(DEADLINE);
    expect(await result).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/^gRPC DeadlineExceeded/),
    });
  });

  test('after three in a row the connection is taken for dead and made anew, also while others use it', async () => {
    let alive = false;
    let calls = 0;
    const server = keep(
      await http2Server((stream) => {
        calls++;
        if (alive) grpcAnswer(stream, EMPTY);
      }),
    );
    const { transport, scheduler } = transportTo(server.port);
    // Another client of the same address, in the middle of a call of its own: no reason to share its connection.
    const neighbour = transportTo(server.port);
    const hanging = neighbour.transport.send(payload(), DEADLINE);
    await eventually(() => expect(calls).toBe(1));
    expect(server.sessions).toHaveLength(1);
    for (let index = 2; index <= 4; index++) {
      const result = transport.send(payload(), scheduler.now() + DEADLINE);
      await eventually(() => expect(calls).toBe(index));
      scheduler.advance(DEADLINE);
      expect(await result).toMatchObject({ cause: expect.stringMatching(/DeadlineExceeded/) });
      expect(server.sessions).toHaveLength(2);
    }
    alive = true;
    expect(await transport.send(payload(), scheduler.now() + DEADLINE)).toMatchObject({ status: 'success' });
    expect(server.sessions).toHaveLength(3);
    await neighbour.transport.close();
    expect(await hanging).toMatchObject({ status: 'retryable' });
  });

  test('a server that is no HTTP/2 never gets further than the deadline', async () => {
    const server = keep(await tcpServer(() => {}));
    const { transport, scheduler } = transportTo(server.port);
    const result = transport.send(payload(), DEADLINE);
    await eventually(() => expect(server.connections).toHaveLength(1));
    scheduler.advance(DEADLINE);
    expect(await result).toMatchObject({ status: 'retryable' });
  });
});

describe('connection', () => {
  test('a collector that is away is retryable, and found again when it is back', async () => {
    const port = await freePort();
    const { transport } = transportTo(port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/Unavailable/),
    });
    keep(await grpcCollector(() => EMPTY, { port }));
    await eventually(async () =>
      expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' }),
    );
  });

  test('a restarted collector is found again', async () => {
    const first = await grpcCollector(() => EMPTY);
    const { transport } = transportTo(first.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
    await first.close();
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
    keep(await grpcCollector(() => EMPTY, { port: first.port }));
    await eventually(async () =>
      expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' }),
    );
  });

  test('a name that does not exist is retryable', async () => {
    const { transport } = transportTo(1, { url: 'http://collector.invalid:4317' });
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/Unavailable/),
    });
  });

  test('GOAWAY between calls leads to a new connection', async () => {
    const server = keep(await http2Server((stream) => grpcAnswer(stream, EMPTY)));
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
    // What a server with a maximal connection age does: GOAWAY, then the end of the connection.
    server.sessions[0].close();
    await eventually(() => expect(server.connections[0].destroyed).toBe(true));
    // A call that crosses the GOAWAY is retryable, the next one finds a new connection.
    await eventually(async () =>
      expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' }),
    );
    expect(server.sessions).toHaveLength(2);
  });

  test('GOAWAY and the connection lost during a call are retryable', async () => {
    const server = keep(
      await http2Server((stream) => {
        stream.session?.goaway(http2.constants.NGHTTP2_NO_ERROR, 0);
        stream.session?.destroy();
      }),
    );
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
  });

  test('a connection reset during a call is retryable', async () => {
    const server = keep(await http2Server(() => server.connections[0].resetAndDestroy()));
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
  });
});

describe('streams that go wrong', () => {
  test.each([
    ['INTERNAL_ERROR', http2.constants.NGHTTP2_INTERNAL_ERROR, 'retryable'],
    ['CANCEL', http2.constants.NGHTTP2_CANCEL, 'retryable'],
    ['REFUSED_STREAM', http2.constants.NGHTTP2_REFUSED_STREAM, 'retryable'],
    ['PROTOCOL_ERROR', http2.constants.NGHTTP2_PROTOCOL_ERROR, 'retryable'],
    ['ENHANCE_YOUR_CALM', http2.constants.NGHTTP2_ENHANCE_YOUR_CALM, 'failure'],
    ['INADEQUATE_SECURITY', http2.constants.NGHTTP2_INADEQUATE_SECURITY, 'failure'],
  ])('RST_STREAM(%s) is answered as its gRPC mapping says', async (_name, code, status) => {
    const server = keep(await http2Server((stream) => stream.close(code)));
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status });
  });

  test('a response without trailers is retryable: nobody said that it went well', async () => {
    const server = keep(
      await http2Server((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.end(grpcFrame(EMPTY, 0));
      }),
    );
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
  });

  test.each([
    [502, 'retryable'],
    [503, 'retryable'],
    [429, 'retryable'],
    [401, 'failure'],
    [404, 'failure'],
  ])('a proxy that answers %d in HTML counts as %s', async (statusCode, status) => {
    const server = keep(
      await http2Server((stream) => {
        stream.respond({ ':status': statusCode, 'content-type': 'text/html' });
        stream.end('<html><body>Bad Gateway</body></html>');
      }),
    );
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status });
  });

  test('status OK without a message is success', async () => {
    const server = keep(await http2Server((stream) => grpcAnswer(stream, undefined)));
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toEqual({ status: 'success', rejected: 0 });
  });

  test('a response that announces 4 GB is refused without taking the memory', async () => {
    const server = keep(
      await http2Server((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
      }),
    );
    const { transport } = transportTo(server.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'failure',
      cause: expect.stringMatching(/larger than max/),
    });
  });

  test('the cause shows no credentials that the server echoes', async () => {
    const collector = keep(
      await grpcCollector(({ metadata }) => ({
        code: 16,
        details: `no: ${metadata.get('authorization')[0]}`,
      })),
    );
    const { transport } = transportTo(collector.port, { headers: { authorization: 'Bearer t0p-s3cret' } });
    const result = await transport.send(payload(), DEADLINE);
    expect(result).toEqual({ status: 'failure', cause: 'gRPC Unauthenticated: no: [redacted]' });
  });
});
