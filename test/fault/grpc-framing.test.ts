// Messages that were framed and compressed before grpc-js saw them: what is on the wire, and who did the work.

import { createHook } from 'node:async_hooks';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client, credentials } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { frame, installFraming } from '../../src/worker/transport/grpc-framing.js';
import { createGrpcTransport } from '../../src/worker/transport/grpc-transport.js';
import { exporterConfig } from '../support/exporter-config.js';
import { FakeScheduler } from '../support/fake-scheduler.js';
import { grpcCollector } from '../support/grpc-collector.js';
import { grpcAnswer, http2Server } from '../support/http2-server.js';

const DEADLINE = 10_000;
const PLAIN = Buffer.alloc(100_000, 'spans of a shop ');
const GZIPPED = gzipSync(PLAIN, { level: 1 });
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function transportTo(port: number) {
  const config = exporterConfig({ protocol: 'grpc', url: `http://127.0.0.1:${port}`, compression: 'gzip' });
  const transport = createGrpcTransport(config, new FakeScheduler(), () => {});
  open.push(transport);
  return transport;
}

test('the frame has the compressed flag and our own bytes, the headers name the encoding', async () => {
  const seen: { encoding: unknown; accept: unknown; marker: unknown; body: Buffer }[] = [];
  const server = await http2Server((stream, body, headers) => {
    seen.push({
      encoding: headers['grpc-encoding'],
      accept: headers['grpc-accept-encoding'],
      marker: headers['grpc-internal-encoding-request'],
      body,
    });
    grpcAnswer(stream, new Uint8Array(0));
  });
  open.push(server);
  const transport = transportTo(server.port);
  for (const [body, encoding] of [[GZIPPED, 'gzip'] as const, [PLAIN, undefined] as const]) {
    expect(await transport.send({ body, encoding, spanCount: 1 }, DEADLINE)).toMatchObject({
      status: 'success',
    });
  }
  const [compressed, plain] = seen;
  expect(compressed).toMatchObject({ encoding: 'gzip', accept: 'identity', marker: undefined });
  expect(compressed.body[0]).toBe(1);
  expect(compressed.body.readUInt32BE(1)).toBe(GZIPPED.length);
  expect(compressed.body.subarray(5).equals(GZIPPED)).toBe(true);
  expect(plain).toMatchObject({ encoding: undefined, accept: 'identity', marker: undefined });
  expect(plain.body[0]).toBe(0);
  expect(plain.body.subarray(5).equals(PLAIN)).toBe(true);
});

test('a real server inflates it to what was recorded', async () => {
  const collector = await grpcCollector(() => new Uint8Array(0));
  open.push(collector);
  const transport = transportTo(collector.port);
  const result = await transport.send({ body: GZIPPED, encoding: 'gzip', spanCount: 1 }, DEADLINE);
  expect(result).toEqual({ status: 'success', rejected: 0 });
  expect(collector.exports[0].body.equals(PLAIN)).toBe(true);
});

test('no compression reaches the libuv pool', async () => {
  const kinds = new Set<string>();
  const hook = createHook({ init: (_id, type) => void kinds.add(type) });
  const server = await http2Server((stream) => grpcAnswer(stream, new Uint8Array(0)));
  open.push(server);
  const transport = transportTo(server.port);
  hook.enable();
  await transport.send({ body: GZIPPED, encoding: 'gzip', spanCount: 1 }, DEADLINE);
  expect([...kinds]).toContain('HTTP2SESSION'); // the hook sees this transport at work
  expect([...kinds]).not.toContain('ZLIB');
  gzipAsynchronously();
  hook.disable();
  expect([...kinds]).toContain('ZLIB'); // and would have seen zlib
});

function gzipAsynchronously(): void {
  process.getBuiltinModule('node:zlib').gzip('x', () => {});
}

test('a collector that refuses gzip gets the same spans uncompressed, then and later', async () => {
  const bodies: Buffer[] = [];
  const server = await http2Server((stream, body, headers) => {
    bodies.push(body);
    if (headers['grpc-encoding'] === undefined) grpcAnswer(stream, new Uint8Array(0));
    else {
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': '12',
          'grpc-message': 'grpc: Decompressor is not installed for grpc-encoding "gzip"',
        },
        { endStream: true },
      );
    }
  });
  open.push(server);
  const transport = transportTo(server.port);
  for (let index = 0; index < 2; index++) {
    const result = await transport.send({ body: GZIPPED, encoding: 'gzip', spanCount: 1 }, DEADLINE);
    expect(result).toMatchObject({ status: 'success' });
  }
  expect(bodies.map((body) => body[0])).toEqual([1, 0, 0]);
  expect(gunzipSync(bodies[0].subarray(5)).equals(bodies[1].subarray(5))).toBe(true);
  expect(bodies[2].subarray(5).equals(PLAIN)).toBe(true);
});

test('the filter is installed in the pinned grpc-js, and refused where the inside is another', () => {
  const client = new Client('127.0.0.1:1', credentials.createInsecure());
  expect(installFraming(client.getChannel(), 1024)).toBe(true);
  client.close();
  expect(installFraming({}, 1024)).toBe(false);
  expect(installFraming({ internalChannel: { filterStackFactory: {} } }, 1024)).toBe(false);
  expect(installFraming({ internalChannel: { filterStackFactory: { factories: [1, 2] } } }, 1024)).toBe(
    false,
  );
});

test('a body with room in front of it is framed where it is, another one in a copy', () => {
  const memory = Buffer.alloc(32, 0xaa);
  const framed = frame(memory.subarray(8, 20), 8, true);
  expect(framed.buffer).toBe(memory.buffer);
  expect([...framed.subarray(0, 5)]).toEqual([1, 0, 0, 0, 12]);
  expect(framed.subarray(5).equals(Buffer.alloc(12, 0xaa))).toBe(true);
  expect([...memory.subarray(0, 3), ...memory.subarray(20)].every((byte) => byte === 0xaa)).toBe(true);

  const neighbour = Buffer.alloc(32, 0xaa);
  const copy = frame(neighbour.subarray(8, 20), 4, false);
  expect([...copy.subarray(0, 5)]).toEqual([0, 0, 0, 0, 12]);
  expect(copy.subarray(5).equals(neighbour.subarray(8, 20))).toBe(true);
  expect(neighbour.every((byte) => byte === 0xaa)).toBe(true);
});

test('a response that is compressed although it should not be is read; one that is too large ends the call', async () => {
  const answers = [gzipSync(Buffer.alloc(0)), gzipSync(Buffer.alloc(8 * 1024 * 1024))];
  const server = await http2Server((stream) => {
    const message = answers.shift()!;
    const framed = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), message]);
    framed.writeUInt32BE(message.length, 1);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed);
  });
  open.push(server);
  const transport = transportTo(server.port);
  const send = () => transport.send({ body: PLAIN, encoding: undefined, spanCount: 1 }, DEADLINE);
  expect(await send()).toEqual({ status: 'success', rejected: 0 });
  expect((await send()).status).not.toBe('success');
});
