// Servers for fault tests: a TCP server that does to each connection what the test says, and an HTTP one that keeps
// what it was sent.

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

export interface RunningServer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: readonly net.Socket[];
  close(): Promise<void>;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpCollector extends RunningServer {
  readonly requests: readonly ReceivedRequest[];
}

type Respond = (response: http.ServerResponse, request: ReceivedRequest, index: number) => void;

/** `port` 0 takes any. */
export async function listen(server: net.Server, port = 0): Promise<RunningServer> {
  const connections: net.Socket[] = [];
  server.on('connection', (socket: net.Socket) => {
    connections.push(socket);
    socket.on('error', () => {}); // resets are what these tests are about
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    connections,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

export async function tcpServer(onConnection: (socket: net.Socket) => void): Promise<RunningServer> {
  return listen(net.createServer(onConnection));
}

export async function httpCollector(
  respond: Respond,
  options: { port?: number; tls?: https.ServerOptions } = {},
): Promise<HttpCollector> {
  const requests: ReceivedRequest[] = [];
  const onRequest = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away
    }
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    requests.push(received);
    respond(response, received, requests.length - 1);
  };
  const server = options.tls ? https.createServer(options.tls, onRequest) : http.createServer(onRequest);
  return { ...(await listen(server, options.port)), requests };
}

/** Resolves when the bytes of one whole HTTP request with Content-Length have arrived. */
export function wholeRequest(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const head = bytes.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1]);
      if (bytes.length >= head + 4 + length) resolve();
    });
  });
}

/** A port on which nobody listens (it was free a moment ago). */
export async function freePort(): Promise<number> {
  const server = await tcpServer(() => {});
  await server.close();
  return server.port;
}
