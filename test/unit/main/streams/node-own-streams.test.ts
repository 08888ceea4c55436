// Streams that Node makes itself, which call their own methods in their own ways: data whole, both directions counted.

import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tracedStream } from '../../../../src/main/streams/traced-stream.js';
import { createTestTelemetry } from '../../../../src/main/testing/test-telemetry.js';

const telemetry = createTestTelemetry();
beforeAll(() => void telemetry.register());
afterAll(() => telemetry.shutdown());
afterEach(() => void telemetry.reset());

const DATA = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

async function attributes(name: string): Promise<Record<string, unknown>> {
  const span = await telemetry.waitForSpan(name);
  return Object.fromEntries(
    Object.entries(span.attributes).map(([key, value]) => [key.replace('offloop.stream.', ''), value]),
  );
}

test('a file through gzip and gunzip into another file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'offloop-streams-'));
  try {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    await pipeline(Readable.from([DATA]), tracedStream(createWriteStream(from), { name: 'out' }));
    await pipeline(
      tracedStream(createReadStream(from, { highWaterMark: 4096 }), { name: 'in' }),
      tracedStream(createGzip(), { name: 'gzip' }),
      tracedStream(createGunzip(), { name: 'gunzip' }),
      createWriteStream(to),
    );
    expect(readFileSync(to).equals(DATA)).toBe(true);
  } finally {
    rmSync(directory, { recursive: true });
  }
  const bytes = DATA.length;
  expect(await attributes('out')).toMatchObject({ kind: 'writable', end: 'completed', items: 1, bytes });
  const items = Math.ceil(bytes / 4096);
  expect(await attributes('in')).toMatchObject({ kind: 'readable', end: 'completed', items, bytes });
  const gzip = await attributes('gzip');
  expect(gzip).toMatchObject({
    kind: 'transform',
    end: 'completed',
    written_items: items,
    written_bytes: bytes,
  });
  expect(await attributes('gunzip')).toMatchObject({
    end: 'completed',
    bytes,
    written_bytes: gzip.bytes,
    written_items: gzip.items,
  });
});

test('the body of a request on the server, and of the response on the client', async () => {
  const server = createServer(async (incoming, outgoing) => {
    outgoing.end(await buffer(tracedStream(incoming, { name: 'upload' })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const body = await new Promise<Buffer>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ host: '127.0.0.1', port, method: 'POST' }, (response) => {
      buffer(tracedStream(response, { name: 'download' })).then(resolve, reject);
    }).end(DATA);
  });
  expect(body.equals(DATA)).toBe(true);
  for (const name of ['upload', 'download']) {
    expect(await attributes(name)).toMatchObject({ kind: 'readable', end: 'completed', bytes: DATA.length });
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a socket, which echoes', async () => {
  const server = createTcpServer((socket) => void socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It is not connected yet: what is written waits.
  const socket = tracedStream(connect((server.address() as AddressInfo).port, '127.0.0.1'), {
    name: 'socket',
  });
  socket.end(DATA);
  expect((await buffer(socket)).equals(DATA)).toBe(true);
  expect(await attributes('socket')).toMatchObject({
    kind: 'duplex',
    end: 'completed',
    bytes: DATA.length,
    written_items: 1,
    written_bytes: DATA.length,
  });
  await new Promise((resolve) => server.close(resolve));
});

test('input and output of a child process', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const input = tracedStream(child.stdin, { name: 'input' });
  const output = text(tracedStream(child.stdout, { name: 'output' }));
  input.write('Grüße, ');
  input.end('Welt');
  expect(await output).toBe('Grüße, Welt');
  expect((await attributes('output')).bytes).toBe(Buffer.byteLength('Grüße, Welt'));
  // A socket, whose readable side is closed from the beginning.
  expect(await attributes('input')).toMatchObject({ end: 'completed', items: 0, written_bytes: 13 });
});
