// Program of the server process: hello as JSON, from node:http or Fastify. Knows nothing of telemetry; what it runs under
// is preloaded. Run by bench/http-server/server-process.ts, which asks over the IPC channel and ends it by closing that.

const { readFileSync } = require('node:fs');

const HELLO = { hello: 'world' };

async function listen(kind) {
  if (kind === 'http') {
    const { createServer } = require('node:http');
    const server = createServer((_request, response) => {
      const body = JSON.stringify(HELLO);
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }
  const app = require('fastify')();
  app.get('/hello', async () => HELLO);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

/** As bench/load/cpu.ts, which also says why in this order. */
function readCpu() {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1');
  return { mainNanos: Number(stat.slice(0, stat.indexOf(' '))), processNanos: (user + system) * 1000 };
}

listen(process.argv[2]).then((server) => {
  process.on('message', () => process.send(readCpu()));
  // Then nothing holds the process: it ends by itself, and telemetry with it.
  process.once('disconnect', () => {
    server.close();
    server.closeAllConnections();
  });
  process.send({ port: server.address().port });
});
