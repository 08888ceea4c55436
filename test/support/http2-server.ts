// An HTTP/2 server that does to each stream what the test says: for what no gRPC server does on purpose.

import http2 from 'node:http2';
import { listen, type RunningServer } from './raw-server.js';

export interface Http2Server extends RunningServer {
  readonly sessions: readonly http2.ServerHttp2Session[];
}

/** `onStream` is called with the whole request body. */
export async function http2Server(
  onStream: (
    stream: http2.ServerHttp2Stream,
    body: Buffer,
    headers: http2.IncomingHttpHeaders,
    index: number,
  ) => void,
): Promise<Http2Server> {
  const sessions: http2.ServerHttp2Session[] = [];
  const server = http2.createServer();
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  let streams = 0;
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => onStream(stream, Buffer.concat(chunks), headers, streams++));
  });
  return { ...(await listen(server)), sessions };
}

/** Answers as a gRPC server does: headers, one message if given, trailers. */
export function grpcAnswer(stream: http2.ServerHttp2Stream, message: Uint8Array | undefined, code = 0): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(code) }));
  stream.end(message && grpcFrame(message, 0));
}

export function grpcFrame(message: Uint8Array, flag: number): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame[0] = flag;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}
