// An HTTP server of the program's own that keeps what it was sent: it stands for the services that exporters and samplers talk to.

import { once } from 'node:events';
import http from 'node:http';

/** `answers`: by path, what is answered instead of `{}`. */
export async function startCapture(answers = {}) {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url.split('?')[0];
    requests.push({
      method: request.method,
      path,
      query: request.url.split('?')[1] ?? '',
      contentType: request.headers['content-type'] ?? '',
      encoding: request.headers['content-encoding'] ?? '',
      authorization: request.headers.authorization ?? '',
      body: Buffer.concat(chunks).toString('base64'),
    });
    const { status = 200, body } = answers[path] ?? {};
    const isProtobuf = request.headers['content-type'] === 'application/x-protobuf';
    response.writeHead(status, isProtobuf ? {} : { 'content-type': 'application/json' });
    response.end(isProtobuf ? '' : JSON.stringify(body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    requests,
    port,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
