// A server that sends a file through traced streams; or, with --expose-gc, streams that nobody brings to their end.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { trace } from '@opentelemetry/api';
import { start, tracedStream } from 'offloop';
import { say } from './say.mjs';

const { start: options, mode } = JSON.parse(process.argv[2]);
const telemetry = start(options);
process.on('exit', () => say('stats', telemetry.stats()));
const tracer = trace.getTracer('test');

async function serve() {
  const server = createServer((request, response) => {
    tracer.startActiveSpan(request.url, async (span) => {
      response.setHeader('content-encoding', 'gzip');
      const file = tracedStream(createReadStream(new URL(import.meta.url)), { name: 'file' });
      const gzip = tracedStream(createGzip(), { name: 'gzip' });
      await pipeline(file, gzip, response).catch((error) => span.recordException(error));
      span.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const bodies = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const body = tracedStream((await fetch(`${url}/${i}`)).body, { name: 'body', attributes: { i } });
      const chunks = await Array.fromAsync(body);
      return Buffer.concat(chunks).toString();
    }),
  );
  say('bodies', bodies);
  server.closeAllConnections();
  server.close();
}

async function* endless() {
  for (;;) yield 'chunk';
}

function* endlessSync() {
  for (;;) yield 'chunk';
}

const kept = [];

async function begin() {
  kept.push(tracedStream(endless(), { name: 'kept' }));
  kept.push(tracedStream(new Readable({ read() {} }), { name: 'kept' }));
  await kept[0].next();
  await tracedStream(endless()).next();
  tracedStream(endlessSync()).next();
  const readable = tracedStream(new Readable({ read() {} }));
  readable.push('chunk');
  readable.read();
  tracedStream(Readable.from(endless()));
  await tracedStream(ReadableStream.from(endless())).getReader().read();
  tracedStream(new TransformStream());
}

async function abandon() {
  await begin();
  // Ends of the process itself if it never comes.
  while (telemetry.stats().recorded < 6) {
    globalThis.gc();
    await turn();
  }
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await turn();
  }
  say('kept', kept.length);
}

await (mode === 'serve' ? serve() : abandon());
await telemetry.shutdown();
