// Program of the load process: as many connections as it is told, each with one request at a time, until the time is over.
// Straight on sockets: an HTTP client would take more of the second core than the server leaves. Started by load-client.ts.

import net from 'node:net';
import { performance } from 'node:perf_hooks';
import type { LoadAnswer, LoadOrder } from './load-client.ts';
import { ResponseReader } from './response-reader.ts';

const REQUEST = Buffer.from(
  'GET /hello HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench/1.0\r\naccept: application/json\r\n\r\n',
);
const BODY = '{"hello":"world"}';

function run({ port, connections, durationMillis }: LoadOrder): Promise<LoadAnswer> {
  return new Promise((resolve) => {
    let requests = 0;
    let open = connections;
    let failure: string | undefined;
    const start = performance.now();
    const end = start + durationMillis;
    const sockets: net.Socket[] = [];
    const fail = (message: string): void => {
      failure ??= message;
      for (const socket of sockets) socket.destroy();
    };
    for (let index = 0; index < connections; index++) {
      const reader = new ResponseReader();
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      sockets.push(socket);
      socket.on('connect', () => socket.write(REQUEST));
      socket.on('data', (chunk: Buffer) => {
        const response = reader.read(chunk);
        if (response === undefined) return;
        if (response.status !== 200 || response.body !== BODY) {
          fail(`answered with ${response.status} ${response.body}`);
          return;
        }
        requests++;
        // Only between requests does a connection end: each one sent is counted, by the server's telemetry too.
        if (performance.now() < end) socket.write(REQUEST);
        else socket.end();
      });
      socket.on('error', (error) => fail(error.message));
      socket.on('close', () => {
        if (performance.now() < end) fail('a connection was closed early');
        if (--open > 0) return;
        const elapsedMillis = performance.now() - start;
        resolve(failure === undefined ? { requests, elapsedMillis } : { error: failure });
      });
    }
  });
}

process.on('message', async (order) => {
  process.send?.(await run(order as LoadOrder));
});
process.on('disconnect', () => process.exit(0));
