// OTLP/HTTP: POST /v1/traces, protobuf or JSON, plain or gzip, on the loopback interface. Receiver process.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type OtlpEncoding, StatusCode, statusAnswer, successAnswer } from './otlp-answer.js';
import { MalformedOtlpError } from './otlp-error.js';
import { readTraceRequestJson } from './otlp-json-reader.js';
import { readTraceRequest } from './otlp-reader.js';
import type { TraceStore } from './trace-store.js';

/** Of a body, before and after decompression. */
export const BODY_BYTES_MAX = 20 * 1024 * 1024;

export const REJECTED_REASON = 'spans without a valid trace id and span id';

const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const gunzipAsync = promisify(gunzip);

/** Answered to the client as it stands. */
class Refusal extends Error {
  readonly httpStatus: number;
  readonly code: number;

  constructor(httpStatus: number, code: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
    this.code = code;
  }
}

export interface HttpReceiver {
  readonly port: number;
  close(): Promise<void>;
}

export async function startHttpReceiver(store: TraceStore, port: number): Promise<HttpReceiver> {
  const server = createServer((request, response) => {
    // A client that hangs up half-way rejects; there is nobody left to answer.
    answer(store, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(store: TraceStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const encoding = encodingOf(request.headers['content-type']);
  try {
    checkRoute(request);
    if (encoding === undefined) {
      throw new Refusal(
        415,
        StatusCode.InvalidArgument,
        'content-type must be application/x-protobuf or application/json',
      );
    }
    const body = await readBody(store, request);
    const spans = encoding === 'json' ? readTraceRequestJson(body.toString('utf8')) : readTraceRequest(body);
    reply(response, 200, encoding, successAnswer(encoding, store.add(spans), REJECTED_REASON));
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal.httpStatus === 400) store.counts.malformedRequests++;
    if (refusal.httpStatus === 405) response.setHeader('allow', 'POST');
    // Otherwise a client in the middle of sending would see a reset instead of the answer.
    request.resume();
    const as = encoding ?? 'json';
    reply(response, refusal.httpStatus, as, statusAnswer(as, refusal.code, refusal.message));
  }
}

function reply(response: ServerResponse, status: number, encoding: OtlpEncoding, body: Uint8Array): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPES[encoding], 'content-length': body.length });
  response.end(body);
}

function checkRoute(request: IncomingMessage): void {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== '/v1/traces')
    throw new Refusal(404, StatusCode.Unimplemented, `nothing is served at ${path}, only /v1/traces`);
  if (request.method !== 'POST')
    throw new Refusal(405, StatusCode.Unimplemented, `${request.method} is not allowed, only POST`);
}

function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === CONTENT_TYPES.protobuf) return 'protobuf';
  return mediaType === CONTENT_TYPES.json ? 'json' : undefined;
}

async function readBody(store: TraceStore, request: IncomingMessage): Promise<Buffer> {
  const contentEncoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (contentEncoding !== 'identity' && contentEncoding !== 'gzip') {
    throw new Refusal(
      415,
      StatusCode.InvalidArgument,
      `content-encoding ${contentEncoding} is not supported, only gzip`,
    );
  }
  const chunks: Buffer[] = [];
  let byteLength = 0;
  // Iterating with destroyOnReturn: false, for leaving the loop early must not cut the line before the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    byteLength += chunk.length;
    if (byteLength > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  store.counts.httpBytes += byteLength;
  const body = Buffer.concat(chunks, byteLength);
  return contentEncoding === 'gzip' ? gunzipAsync(body, { maxOutputLength: BODY_BYTES_MAX }) : body;
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof MalformedOtlpError) return new Refusal(400, StatusCode.InvalidArgument, error.message);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge();
  if (code?.startsWith('Z_')) return new Refusal(400, StatusCode.InvalidArgument, 'the body is not gzip');
  throw error;
}

function tooLarge(): Refusal {
  return new Refusal(413, StatusCode.ResourceExhausted, `the body is larger than ${BODY_BYTES_MAX} bytes`);
}
