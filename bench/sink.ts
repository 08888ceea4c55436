// Program of the sink process: an OTLP receiver (HTTP and gRPC) that really counts the spans of every request.
// Started by sink-client.ts, which asks over the IPC channel. A process of its own, so that its work is never
// counted as a subject's.
//
// Compressed bodies are kept and unpacked when somebody asks for the count (or KEPT_BYTES_MAX is reached): on a
// machine with two cores unpacking during a run would take the time of the subject's worker.
//
// A child that wants a collector which has stopped asks for /hold: requests are then received and counted but not
// answered until somebody asks for /release.

import { createServer, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { makeGenericClientConstructor, Server, ServerCredentials } from '@grpc/grpc-js';
import { countSpans } from './count-spans.ts';
import type { SinkAnswer } from './sink-client.ts';

const KEPT_BYTES_MAX = 256 * 1024 * 1024;

let spans = 0;
let requests = 0;
let bytes = 0;
let invalid = 0;
let kept: Buffer[] = [];
let keptBytes = 0;

function count(body: Uint8Array): void {
  try {
    spans += countSpans(body);
  } catch {
    invalid++;
  }
}

function countKept(): void {
  for (const body of kept) {
    try {
      count(gunzipSync(body));
    } catch {
      invalid++;
    }
  }
  kept = [];
  keptBytes = 0;
}

function receive(body: Buffer, gzip: boolean): void {
  requests++;
  bytes += body.length;
  if (!gzip) {
    count(body);
    return;
  }
  kept.push(body);
  keptBytes += body.length;
  if (keptBytes >= KEPT_BYTES_MAX) countKept();
}

/** Answers kept back while held; undefined otherwise. */
let held: (() => void)[] | undefined;

function answer(reply: () => void): void {
  if (held === undefined) reply();
  else held.push(reply);
}

function replyHttp(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
  response.end();
}

function hold(): void {
  held ??= [];
}

function release(): void {
  const replies = held ?? [];
  held = undefined;
  for (const reply of replies) reply();
}

const http = createServer((request, response) => {
  if (request.url === '/hold' || request.url === '/release') {
    if (request.url === '/hold') hold();
    else release();
    return replyHttp(response);
  }
  if (request.url !== '/v1/traces') {
    // Other signals of a rival that starts with all of them.
    request.resume();
    return replyHttp(response);
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    receive(
      chunks.length === 1 ? chunks[0] : Buffer.concat(chunks),
      request.headers['content-encoding'] === 'gzip',
    );
    answer(() => replyHttp(response));
  });
});
http.keepAliveTimeout = 600_000;

const raw = (value: Buffer): Buffer => value;
const service = makeGenericClientConstructor(
  {
    Export: {
      path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      requestStream: false,
      responseStream: false,
      requestSerialize: raw,
      requestDeserialize: raw,
      responseSerialize: raw,
      responseDeserialize: raw,
    },
  },
  'TraceService',
).service;

const grpc = new Server({ 'grpc.max_receive_message_length': -1 });
grpc.addService(service, {
  // grpc-js has unpacked the message by now; it is counted at once.
  Export: (call: { request: Buffer }, callback: (error: null, value: Buffer) => void) => {
    receive(call.request, false);
    answer(() => callback(null, Buffer.alloc(0)));
  },
});

function send(message: SinkAnswer): void {
  process.send?.(message);
}

process.on('message', () => {
  countKept();
  send({ type: 'count', spans, requests, bytes, invalid });
});
process.on('disconnect', () => process.exit(0));

http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  const httpPort = typeof address === 'object' && address !== null ? address.port : 0;
  grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, grpcPort) => {
    if (error !== null) throw error;
    send({ type: 'ready', httpPort, grpcPort });
  });
});
