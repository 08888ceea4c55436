// Two servers, the first asks the second. A client that no instrumentation patches sends the first a trace context; says what the
// second one got.

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { connect } from 'node:net';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const second = createServer((request, response) => {
  writeSync(1, `${JSON.stringify({ loaded: [request.headers.traceparent ?? 'none'] })}\n`);
  response.end();
}).listen(0, '127.0.0.1');
await once(second, 'listening');
const first = createServer((_request, response) => {
  get({ host: '127.0.0.1', port: second.address().port }, (answer) => {
    answer.resume().on('end', () => response.end());
  });
}).listen(0, '127.0.0.1');
await once(first, 'listening');
const socket = connect(first.address().port, '127.0.0.1');
socket.end(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntraceparent: ${TRACEPARENT}\r\n\r\n`);
await once(socket.resume(), 'close');
first.close();
second.close();
