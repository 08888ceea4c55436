import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../src/cli/receiver/http-server.js';
import { type Receiver, startReceiver } from '../../src/cli/receiver/receiver.js';
import { plainSpan, toReadableSpan } from './span-fixtures.js';

const spans = [plainSpan('1'), plainSpan('2', { parentSpanId: '1'.repeat(16) })];
const protobufBody = ProtobufTraceSerializer.serializeRequest(
  spans.map(toReadableSpan),
) as Uint8Array<ArrayBuffer>;
const jsonBody = JsonTraceSerializer.serializeRequest(spans.map(toReadableSpan)) as Uint8Array<ArrayBuffer>;
const unidentified = ProtobufTraceSerializer.serializeRequest([
  toReadableSpan(plainSpan('0')),
  toReadableSpan(plainSpan('3')),
]) as Uint8Array<ArrayBuffer>;
/** An unknown field of that many bytes in all: a valid request that says nothing. */
function padding(byteLength: number): Buffer {
  const content = byteLength - 5;
  const body = Buffer.alloc(byteLength);
  const length = [
    0x80 | (content & 0x7f),
    0x80 | ((content >>> 7) & 0x7f),
    0x80 | ((content >>> 14) & 0x7f),
    content >>> 21,
  ];
  body.set([0x7a, ...length]);
  return body;
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver({ httpPort: 0, grpcPort: 0 });
});
afterEach(() => receiver.close());

describe('HTTP', () => {
  function post(
    body: Uint8Array<ArrayBuffer> | string,
    headers: Record<string, string>,
    path = '/v1/traces',
    method = 'POST',
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${receiver.httpPort}${path}`, { method, headers, body });
  }
  const asProtobuf = { 'content-type': 'application/x-protobuf' };
  const asJson = { 'content-type': 'application/json; charset=utf-8' };

  test.each([
    ['protobuf', asProtobuf, protobufBody],
    [
      'protobuf with gzip',
      { ...asProtobuf, 'content-encoding': 'gzip' },
      Uint8Array.from(gzipSync(protobufBody)),
    ],
    ['JSON', asJson, jsonBody],
    ['JSON with gzip', { ...asJson, 'content-encoding': 'gzip' }, Uint8Array.from(gzipSync(jsonBody))],
  ])('takes %s and answers in the same encoding', async (name, headers, body) => {
    const response = await post(body, headers);
    const isJson = name.startsWith('JSON');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(isJson ? 'application/json' : 'application/x-protobuf');
    expect(await response.text()).toBe(isJson ? '{}' : '');
    expect([...receiver.store.traces()][0]?.spans).toEqual(spans);
    expect(receiver.store.counts).toMatchObject({ requests: 1, httpBytes: body.length, distinctSpans: 2 });
  });

  test('answers with a partial success where spans have no ids', async () => {
    const response = await post(unidentified, asProtobuf);
    const reason = 'spans without a valid trace id and span id';
    const partial = [0x08, 1, 0x12, reason.length, ...Buffer.from(reason)];
    expect(response.status).toBe(200);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0x0a, partial.length, ...partial]);
    expect(receiver.store.counts).toMatchObject({ rejectedSpans: 1, distinctSpans: 1 });
  });

  test.each([
    ['a broken protobuf body', protobufBody.slice(0, -1), asProtobuf, 400],
    ['a broken JSON body', '{', asJson, 400],
    ['a body that is not gzip', protobufBody, { ...asProtobuf, 'content-encoding': 'gzip' }, 400],
    [
      'a gzip body cut off',
      Uint8Array.from(gzipSync(protobufBody).subarray(0, -9)),
      { ...asProtobuf, 'content-encoding': 'gzip' },
      400,
    ],
    ['another content type', 'x', { 'content-type': 'text/plain' }, 415],
    ['another content encoding', protobufBody, { ...asProtobuf, 'content-encoding': 'br' }, 415],
  ])('refuses %s', async (_, body, headers, expectedStatus) => {
    const response = await post(body, headers);
    expect(response.status).toBe(expectedStatus);
    await response.arrayBuffer();
    expect(receiver.store.counts).toMatchObject({
      requests: 0,
      malformedRequests: expectedStatus === 400 ? 1 : 0,
    });
    // The connection and the server are as good as before.
    expect((await post(protobufBody, asProtobuf)).status).toBe(200);
  });

  test('answers errors with a google.rpc.Status in the encoding of the request', async () => {
    const inJson = await post('{', asJson);
    expect(inJson.headers.get('content-type')).toBe('application/json');
    expect(await inJson.json()).toEqual({ code: 3, message: 'the body is not JSON' });
    const inProtobuf = await post(Uint8Array.of(0x0a), asProtobuf);
    const message = 'the body ends inside a number';
    expect(inProtobuf.headers.get('content-type')).toBe('application/x-protobuf');
    expect([...new Uint8Array(await inProtobuf.arrayBuffer())]).toEqual([
      0x08,
      3,
      0x12,
      message.length,
      ...Buffer.from(message),
    ]);
  });

  test('answers another path with 404 and another method with 405', async () => {
    expect((await post(protobufBody, asProtobuf, '/v1/metrics')).status).toBe(404);
    const put = await post(protobufBody, asProtobuf, '/v1/traces', 'PUT');
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('takes a body of 20 MiB after decompression and refuses one byte more with 413', async () => {
    const gzip = { ...asProtobuf, 'content-encoding': 'gzip' };
    const compressed = (byteLength: number) => Uint8Array.from(gzipSync(padding(byteLength), { level: 1 }));
    expect((await post(compressed(BODY_BYTES_MAX), gzip)).status).toBe(200);
    expect((await post(compressed(BODY_BYTES_MAX + 1), gzip)).status).toBe(413);
  });

  test('takes a plain body of 20 MiB and refuses one byte more with 413', async () => {
    expect((await post(Uint8Array.from(padding(BODY_BYTES_MAX)), asProtobuf)).status).toBe(200);
    expect((await post(Uint8Array.from(padding(BODY_BYTES_MAX + 1)), asProtobuf)).status).toBe(413);
  });
});

describe('gRPC', () => {
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

  function send(body: Uint8Array, options: { gzip?: boolean; path?: string } = {}): Promise<Buffer> {
    const client = new Client(`127.0.0.1:${receiver.grpcPort}`, credentials.createInsecure(), {
      ...(options.gzip === true && { 'grpc.default_compression_algorithm': 2 }),
      'grpc.max_send_message_length': -1,
    });
    const asIs = (bytes: Buffer) => bytes;
    return new Promise<Buffer>((resolve, reject) => {
      const deadline = { deadline: Date.now() + 5_000 };
      client.makeUnaryRequest(
        options.path ?? path,
        asIs,
        asIs,
        Buffer.from(body),
        new Metadata(),
        deadline,
        (error, answer) => {
          client.close();
          if (error === null) resolve(answer as Buffer);
          else reject(error);
        },
      );
    });
  }
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => status.OK,
      (error: ServiceError) => error.code,
    );

  test.each([
    ['plain', false],
    ['with gzip', true],
  ])('takes a request %s and answers with an empty response', async (_, gzip) => {
    expect(await send(protobufBody, { gzip })).toHaveLength(0);
    expect([...receiver.store.traces()][0]?.spans).toEqual(spans);
  });

  test('answers with a partial success where spans have no ids', async () => {
    expect((await send(unidentified)).subarray(0, 4)).toEqual(Buffer.from([0x0a, 46, 0x08, 1]));
    expect(receiver.store.counts).toMatchObject({ rejectedSpans: 1, distinctSpans: 1 });
  });

  test('answers a broken body with INVALID_ARGUMENT and stays at work', async () => {
    expect(await codeOf(send(protobufBody.slice(0, -1)))).toBe(status.INVALID_ARGUMENT);
    expect(receiver.store.counts.malformedRequests).toBe(1);
    expect(await codeOf(send(protobufBody))).toBe(status.OK);
  });

  test('answers another method with UNIMPLEMENTED', async () => {
    expect(await codeOf(send(protobufBody, { path: path.replace('Export', 'Import') }))).toBe(
      status.UNIMPLEMENTED,
    );
  });

  test.each([
    ['plain', false],
    ['after decompression', true],
  ])('takes a body of 20 MiB %s and refuses one byte more with RESOURCE_EXHAUSTED', async (_, gzip) => {
    expect(await codeOf(send(padding(BODY_BYTES_MAX), { gzip }))).toBe(status.OK);
    expect(await codeOf(send(padding(BODY_BYTES_MAX + 1), { gzip }))).toBe(status.RESOURCE_EXHAUSTED);
  });
});

test('says that a port is taken, and gives back the other one', async () => {
  const free = await startReceiver({ httpPort: 0, grpcPort: 0 });
  await free.close();
  const { httpPort } = free;
  await expect(startReceiver({ httpPort, grpcPort: receiver.grpcPort })).rejects.toThrow(/EADDRINUSE/);
  const again = await startReceiver({ httpPort, grpcPort: 0 });
  expect(again.httpPort).toBe(httpPort);
  await again.close();
});
