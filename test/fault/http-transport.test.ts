// The HTTP transport against real sockets. Deadlines are moved by hand: the sockets are real, time is not.

import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';
import { OFFLOOP_VERSION } from '../../src/shared/version.js';
import { createHttpTransport } from '../../src/worker/transport/http-transport.js';
import type { Payload, Transport } from '../../src/worker/transport/transport.js';
import { eventually } from '../support/eventually.js';
import { exporterConfig } from '../support/exporter-config.js';
import { FakeScheduler } from '../support/fake-scheduler.js';
import {
  freePort,
  httpCollector,
  type RunningServer,
  tcpServer,
  wholeRequest,
} from '../support/raw-server.js';
import { partialSuccess, rpcStatus } from '../support/rpc-messages.js';

const DEADLINE = 10_000;
const open: (RunningServer | Transport)[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Tells when a client of this process has seen a response's head. */
const diagnostics = new EventEmitter();
subscribe('http.client.response.finish', () => diagnostics.emit('response'));

function keep<T extends RunningServer | Transport>(one: T): T {
  open.push(one);
  return one;
}

function transportTo(port: number, overrides: Partial<ExporterConfig> = {}) {
  const scheduler = new FakeScheduler();
  const config = exporterConfig({ url: `http://127.0.0.1:${port}/v1/traces?tenant=1`, ...overrides });
  const transport = keep(createHttpTransport(config, scheduler, () => {}));
  return { scheduler, transport };
}

function payload(body: Uint8Array = Buffer.from('spans'), encoding?: 'gzip'): Payload {
  return { body, encoding, spanCount: 10 };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n';

test('posts the body with length, type, agent and headers', async () => {
  const collector = keep(await httpCollector((response) => response.end()));
  const { transport, scheduler } = transportTo(collector.port, {
    headers: { 'X-Tenant': 'a b,c', expect: 'x' },
  });
  const body = Buffer.alloc(300_000, 'span');
  expect(await transport.send(payload(body), DEADLINE)).toEqual({ status: 'success', rejected: 0 });
  const [request] = collector.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/v1/traces?tenant=1' });
  expect(request.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-length': '300000',
    'user-agent': `OTel-OTLP-Exporter-offloop/${OFFLOOP_VERSION}`,
    'x-tenant': 'a b,c',
    host: `127.0.0.1:${collector.port}`,
  });
  for (const absent of ['transfer-encoding', 'content-encoding', 'accept-encoding', 'expect']) {
    expect(request.headers).not.toHaveProperty(absent);
  }
  expect(request.body.equals(body)).toBe(true);
  expect(scheduler.pendingTimers).toBe(0);
});

test('names gzip and JSON where they are used', async () => {
  const collector = keep(await httpCollector((response) => response.end()));
  const { transport } = transportTo(collector.port, { protocol: 'http/json' });
  await transport.send(payload(gzipSync('{}'), 'gzip'), DEADLINE);
  const [request] = collector.requests;
  expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
  expect(gunzipSync(request.body).toString()).toBe('{}');
});

test('keeps the connection for the next request', async () => {
  const collector = keep(await httpCollector((response) => response.end(partialSuccess(0, ''))));
  const { transport } = transportTo(collector.port);
  for (let index = 0; index < 5; index++) await transport.send(payload(), DEADLINE);
  expect(collector.requests).toHaveLength(5);
  expect(collector.connections).toHaveLength(1);
});

test('opens as many connections as exports may run at a time, and not one more', async () => {
  const gate = Promise.withResolvers<void>();
  const collector = keep(await httpCollector((response) => void gate.promise.then(() => response.end())));
  const { transport } = transportTo(collector.port, { maxConcurrentExports: 3 });
  const sends = Array.from({ length: 6 }, () => transport.send(payload(), DEADLINE));
  await eventually(() => expect(collector.requests).toHaveLength(3));
  gate.resolve();
  await Promise.all(sends);
  expect(collector.requests).toHaveLength(6);
  expect(collector.connections).toHaveLength(3);
});

test('turns user information of the URL into authorization, and never shows it', async () => {
  const collector = keep(
    await httpCollector((response, request) => {
      response.writeHead(401, { 'content-type': 'application/x-protobuf' });
      response.end(rpcStatus(`you sent ${request.headers.authorization}`));
    }),
  );
  const url = `http://user:secret-pass@127.0.0.1:${collector.port}/`;
  const { transport } = transportTo(collector.port, { url });
  const result = await transport.send(payload(), DEADLINE);
  const authorization = `Basic ${Buffer.from('user:secret-pass').toString('base64')}`;
  expect(collector.requests[0].headers.authorization).toBe(authorization);
  expect(result).toEqual({ status: 'failure', cause: 'HTTP 401: you sent [redacted]' });
});

test.each([
  [429, 'retryable'],
  [502, 'retryable'],
  [503, 'retryable'],
  [504, 'retryable'],
  [400, 'failure'],
  [401, 'failure'],
  [403, 'failure'],
  [404, 'failure'],
  [408, 'failure'],
  [500, 'failure'],
  [501, 'failure'],
  [413, 'too-large'],
])('answers %d with %s', async (statusCode, status) => {
  const collector = keep(await httpCollector((response) => response.writeHead(statusCode).end('text')));
  const { transport } = transportTo(collector.port);
  expect(await transport.send(payload(), DEADLINE)).toEqual({ status, cause: `HTTP ${statusCode}` });
});

test('reads Retry-After in seconds and as a date', async () => {
  const collector = keep(
    await httpCollector((response, _request, index) => {
      const inTwoMinutes = new Date(Date.now() + 120_000).toUTCString();
      response.writeHead(503, { 'retry-after': index === 0 ? '7' : inTwoMinutes }).end();
    }),
  );
  const { transport } = transportTo(collector.port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable', afterMillis: 7000 });
  const second = (await transport.send(payload(), DEADLINE)) as { afterMillis: number };
  expect(Math.abs(second.afterMillis - 120_000)).toBeLessThanOrEqual(2000);
});

test.each([301, 302, 303, 307, 308])(
  'does not follow a %d, and so gives the credentials to nobody',
  async (statusCode) => {
    const thief = keep(await httpCollector((response) => response.end()));
    const collector = keep(
      await httpCollector((response) =>
        response.writeHead(statusCode, { location: `http://127.0.0.1:${thief.port}/?token=t0ken` }).end(),
      ),
    );
    const { transport } = transportTo(collector.port, { headers: { authorization: 'Bearer abcdef' } });
    const result = await transport.send(payload(), DEADLINE);
    expect(result).toEqual({ status: 'failure', cause: `HTTP ${statusCode}: redirects are not followed` });
    expect(thief.connections).toHaveLength(0);
  },
);

test('reads partial success in protobuf and in JSON', async () => {
  const collector = keep(
    await httpCollector((response, request) => {
      const type = request.headers['content-type'] as string;
      response.writeHead(200, { 'content-type': type });
      response.end(
        type === 'application/json'
          ? '{"partialSuccess":{"rejectedSpans":"4","errorMessage":"old"}}'
          : partialSuccess(4, 'old'),
      );
    }),
  );
  for (const protocol of ['http/json', 'http/protobuf'] as const) {
    const { transport } = transportTo(collector.port, { protocol });
    const result = await transport.send(payload(), DEADLINE);
    expect(result).toEqual({ status: 'success', rejected: 4, message: 'old' });
  }
});

test('a server that never answers is left at the deadline and not before', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = keep(await tcpServer((socket) => void wholeRequest(socket).then(arrived.resolve)));
  const { transport, scheduler } = transportTo(server.port);
  let settled = false;
  const result = transport.send(payload(), DEADLINE).finally(() => {
    settled = true;
  });
  await arrived.promise;
  await scheduler.advanceAsync(DEADLINE - 1);
  expect(settled).toBe(false);
  scheduler.advance(1);
  expect(await result).toMatchObject({
    status: 'retryable',
    cause: expect.stringMatching(/before the deadline/),
  });
  await eventually(() => expect(server.connections[0].destroyed).toBe(true));
});

test.each([
  ['in the headers', 'HTTP/1.1 200 OK\r\nX-Drip: '],
  ['in the body', `${OK}Content-Length: 1000000\r\n\r\n`],
])('a server that drips %s does not stretch the deadline', async (_where, start) => {
  const dripped = Promise.withResolvers<void>();
  const server = keep(
    await tcpServer((socket) => {
      void wholeRequest(socket).then(() => {
        socket.write(start);
        let drips = 0;
        const drip = () => socket.write('x', () => (++drips === 50 ? dripped.resolve() : setImmediate(drip)));
        drip();
      });
    }),
  );
  const { transport, scheduler } = transportTo(server.port);
  const result = transport.send(payload(), DEADLINE);
  await dripped.promise;
  scheduler.advance(DEADLINE);
  expect(await result).toMatchObject({
    status: 'retryable',
    cause: expect.stringMatching(/before the deadline/),
  });
});

test.each([
  ['503 with Retry-After', '503 Busy\r\nRetry-After: 3', { status: 'retryable', afterMillis: 3000 }],
  ['400', '400 Bad', { status: 'failure', cause: 'HTTP 400' }],
])('a %s whose body never ends counts by its status', async (_name, head, expected) => {
  const responded = once(diagnostics, 'response');
  const server = keep(
    await tcpServer((socket) => {
      void wholeRequest(socket).then(() => socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 9\r\n\r\nabc`));
    }),
  );
  const { transport, scheduler } = transportTo(server.port);
  const result = transport.send(payload(), DEADLINE);
  await responded;
  await scheduler.settle();
  scheduler.advance(DEADLINE);
  expect(await result).toMatchObject(expected);
});

test('a reset in the middle of the request is retryable', async () => {
  const server = keep(await tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
  const { transport } = transportTo(server.port);
  const result = await transport.send(payload(Buffer.alloc(8_000_000)), DEADLINE);
  expect(result).toMatchObject({ status: 'retryable' });
});

test.each([
  ['a reset before the response', '', true],
  ['an end before the response', '', false],
  ['a reset in the headers', 'HTTP/1.1 200 O', true],
  ['a reset in the body', `${OK}Content-Length: 9\r\n\r\nabc`, true],
  ['an end in the body', `${OK}Content-Length: 9\r\n\r\nabc`, false],
  ['a truncated chunked body', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nab`, false],
])('%s is retryable', async (_name, answer, reset) => {
  const server = keep(
    await tcpServer((socket) => {
      void wholeRequest(socket).then(() => {
        const finish = () => (reset ? socket.resetAndDestroy() : socket.end());
        if (answer === '') finish();
        else socket.write(answer, finish);
      });
    }),
  );
  const { transport, scheduler } = transportTo(server.port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
  expect(scheduler.pendingTimers).toBe(0);
});

test('an answer that is no HTTP is retryable', async () => {
  const server = keep(
    await tcpServer((socket) => void wholeRequest(socket).then(() => socket.end('SSH-2.0-x\r\n'))),
  );
  const { transport } = transportTo(server.port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
});

test('a refusal that comes before the whole request was read still counts', async () => {
  const server = keep(
    await tcpServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
      );
    }),
  );
  const { transport } = transportTo(server.port);
  const result = await transport.send(payload(Buffer.alloc(100_000)), DEADLINE);
  expect(result).toEqual({ status: 'too-large', cause: 'HTTP 413' });
});

test('an answer that comes before the whole request was read ends the connection: its body is memory for others', async () => {
  // More than socket buffers take: the rest is still to be sent when the answer is there.
  const server = keep(
    await tcpServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        socket.write(`${OK}Content-Length: 0\r\n\r\n`);
      });
    }),
  );
  const { transport } = transportTo(server.port);
  const body = Buffer.alloc(32 * 1024 * 1024, 'span');
  expect(await transport.send(payload(body), DEADLINE)).toMatchObject({ status: 'success' });
  const [socket] = server.connections;
  let receivedBytes = 0;
  socket.on('data', (chunk) => {
    receivedBytes += chunk.length;
  });
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  expect(receivedBytes).toBeLessThan(body.length);
});

test('takes a response of exactly the limit and refuses one byte more', async () => {
  const collector = keep(
    await httpCollector((response, _request, index) => {
      // 7 bytes of framing make the message 1000, then 1001 bytes long.
      response.end(partialSuccess(0, 'x'.repeat(994 + index)));
    }),
  );
  expect(partialSuccess(0, 'x'.repeat(994))).toHaveLength(1000);
  const { transport } = transportTo(collector.port, { maxResponseBytes: 1000 });
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
  expect(await transport.send(payload(), DEADLINE)).toEqual({
    status: 'failure',
    cause: 'response over 1000 bytes',
  });
});

test('an endless response is cut off at the limit, whatever its status', async () => {
  for (const statusCode of [200, 503]) {
    let sentBytes = 0;
    const collector = keep(
      await httpCollector((response) => {
        response.writeHead(statusCode);
        const chunk = Buffer.alloc(65_536);
        const pump = () => {
          if (response.destroyed) return;
          sentBytes += chunk.length;
          response.write(chunk, () => setImmediate(pump));
        };
        pump();
      }),
    );
    const { transport } = transportTo(collector.port);
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({
      status: 'failure',
      cause: `response over ${4 * 1024 * 1024} bytes`,
    });
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  }
});

test('endless response headers are refused', async () => {
  const server = keep(
    await tcpServer((socket) => {
      void wholeRequest(socket).then(() => socket.write(`${OK}X-Long: ${'x'.repeat(1_000_000)}`));
    }),
  );
  const { transport } = transportTo(server.port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({
    status: 'failure',
    cause: expect.stringMatching(/response over/),
  });
});

test('a compressed response, which nobody asked for, is not inflated', async () => {
  const collector = keep(
    await httpCollector((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(gzipSync(Buffer.alloc(50_000_000)));
    }),
  );
  const { transport } = transportTo(collector.port);
  const result = await transport.send(payload(), DEADLINE);
  expect(result).toMatchObject({
    status: 'success',
    rejected: 0,
    message: expect.stringMatching(/unreadable body/),
  });
});

test('a collector that is away is retryable, and found again when it is back', async () => {
  const port = await freePort();
  const { transport } = transportTo(port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({
    status: 'retryable',
    cause: expect.stringMatching(/ECONNREFUSED/),
  });
  keep(await httpCollector((response) => response.end(), { port }));
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
});

test('a name that does not exist is retryable', async () => {
  const { transport } = transportTo(1, { url: 'http://collector.invalid:4318/v1/traces' });
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
});

test('a kept connection that the server has given up is replaced without a failed attempt', async () => {
  let served = 0;
  const server = keep(
    await tcpServer((socket) => {
      let requests = 0;
      socket.on('data', () => {
        // Answers one request per connection, and resets when the second one arrives.
        if (++requests > 1) socket.resetAndDestroy();
        else {
          served++;
          socket.write(`${OK}Content-Length: 0\r\n\r\n`);
        }
      });
    }),
  );
  const { transport } = transportTo(server.port);
  for (let index = 0; index < 3; index++) {
    expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'success' });
  }
  expect(served).toBe(3);
  expect(server.connections).toHaveLength(3);
});

test('a server that resets every connection costs one attempt, not a loop', async () => {
  const server = keep(await tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
  const { transport } = transportTo(server.port);
  expect(await transport.send(payload(), DEADLINE)).toMatchObject({ status: 'retryable' });
  expect(server.connections).toHaveLength(1);
});

test('after a deadline the idle connections are not trusted either', async () => {
  const mute = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const collector = keep(
    await httpCollector((response, request) => {
      if (request.body.toString() === 'mute') mute.resolve();
      else if (request.body.toString() === 'held') void held.promise.then(() => response.end());
      else response.end();
    }),
  );
  const { transport, scheduler } = transportTo(collector.port);
  const first = transport.send(payload(Buffer.from('held')), DEADLINE);
  const second = transport.send(payload(Buffer.from('mute')), DEADLINE - 1);
  await mute.promise;
  held.resolve();
  await first; // its connection is idle now
  scheduler.advance(DEADLINE - 1);
  expect(await second).toMatchObject({ status: 'retryable' });
  expect(await transport.send(payload(), 2 * DEADLINE)).toMatchObject({ status: 'success' });
  expect(collector.connections).toHaveLength(3);
});

test('a request over the limit is not sent, one of exactly the limit is', async () => {
  const collector = keep(await httpCollector((response) => response.end()));
  const { transport } = transportTo(collector.port, { maxRequestBytes: 1000 });
  expect(await transport.send(payload(Buffer.alloc(1001)), DEADLINE)).toMatchObject({ status: 'too-large' });
  expect(collector.connections).toHaveLength(0);
  expect(await transport.send(payload(Buffer.alloc(1000)), DEADLINE)).toMatchObject({ status: 'success' });
});

test('a header value that HTTP cannot carry is a failure that does not show it', async () => {
  const collector = keep(await httpCollector((response) => response.end()));
  const { transport } = transportTo(collector.port, { headers: { 'x-key': 'secret\nvalue' } });
  const result = (await transport.send(payload(), DEADLINE)) as { cause: string };
  expect(result).toMatchObject({ status: 'failure', cause: expect.stringMatching(/x-key/) });
  expect(result.cause).not.toContain('secret');
});

test('close ends what is under way as retryable, and closes the sockets', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = keep(await tcpServer((socket) => void wholeRequest(socket).then(arrived.resolve)));
  const { transport, scheduler } = transportTo(server.port);
  const result = transport.send(payload(), DEADLINE);
  await arrived.promise;
  await transport.close();
  expect(await result).toEqual({ status: 'retryable', cause: 'transport closed' });
  expect(await transport.send(payload(), DEADLINE)).toEqual({
    status: 'retryable',
    cause: 'transport closed',
  });
  expect(scheduler.pendingTimers).toBe(0);
  await eventually(() => expect(server.connections[0].destroyed).toBe(true));
});
