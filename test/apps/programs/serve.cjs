// What every program does: listen on any port, say which, and end by itself, with everything closed, when standard input
// ends. Programs are plain Node: nothing here knows of telemetry.

const { once } = require('node:events');
const { writeSync } = require('node:fs');

/** `otherPorts`: of servers beside the HTTP one. `close`: what else keeps the process alive. */
exports.serve = async function serve(server, { otherPorts = {}, close = async () => {} } = {}) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ports = { app: server.address().port, ...otherPorts };
  process.stdin.resume().once('end', async () => {
    server.close();
    await close();
  });
  writeSync(1, `${JSON.stringify({ ports })}\n`);
};

exports.readBody = async function readBody(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

exports.sendJson = function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

/** A handler that answers with what the operation of the path returns, and 500 with the message of what it throws. */
exports.operations = function operations(table) {
  return async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const operation = table[pathname];
    if (operation === undefined) return exports.sendJson(response, 404, { error: 'no such operation' });
    try {
      exports.sendJson(response, 200, { result: await operation() });
    } catch (error) {
      exports.sendJson(response, 500, { error: error.message });
    }
  };
};
