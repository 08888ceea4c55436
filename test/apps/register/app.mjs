// The same as app.cjs as ES modules. What is loaded is asked of CommonJS: instrumentations are.

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import express from 'express';

const app = express();
app.get('/hello/:name', (request, response) => response.end(request.params.name));
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
const request = get({ host: '127.0.0.1', port: server.address().port, path: '/hello/x' });
const [response] = await once(request, 'response');
await once(response.resume(), 'end');
server.close();
const packages = Object.keys(createRequire(import.meta.url).cache)
  .map((file) => /node_modules\/(@opentelemetry\/(?:auto-)?instrumentations?-[^/]+)/.exec(file)?.[1])
  .filter((name) => name !== undefined);
writeSync(1, `${JSON.stringify({ loaded: [...new Set(packages)].sort() })}\n`);
