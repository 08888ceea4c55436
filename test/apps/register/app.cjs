// An application that knows nothing of telemetry: an Express server, and one request to it over node:http. Says which
// instrumentations were loaded into this thread.
const { createServer, get } = require('node:http');
const { writeSync } = require('node:fs');
const express = require('express');

const app = express();
app.get('/hello/:name', (request, response) => response.end(request.params.name));
const server = createServer(app).listen(0, '127.0.0.1', () => {
  get({ host: '127.0.0.1', port: server.address().port, path: '/hello/x' }, (response) => {
    response.resume().on('end', () => {
      server.close();
      const packages = Object.keys(require.cache)
        .map((file) => /node_modules\/(@opentelemetry\/(?:auto-)?instrumentations?-[^/]+)/.exec(file)?.[1])
        .filter((name) => name !== undefined);
      writeSync(1, `${JSON.stringify({ loaded: [...new Set(packages)].sort() })}\n`);
    });
  });
});
