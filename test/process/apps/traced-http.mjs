// An application whose outgoing requests are traced by the real instrumentation; offloop's own must not be.
import { trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { start } from 'offloop';
import { say } from './say.mjs';

const { start: options } = JSON.parse(process.argv[2]);
const telemetry = start(options);
process.on('exit', () => say('stats', telemetry.stats()));
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
const { createRequire } = await import('node:module');
const http = createRequire(import.meta.url)('node:http');
const server = http.createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
await trace.getTracer('test').startActiveSpan('own', async (span) => {
  await new Promise((resolve) => {
    http.get({ port: server.address().port, host: '127.0.0.1', path: '/' }, (response) => {
      response.resume().once('end', resolve);
    });
  });
  span.end();
});
server.close();
say('flushed', await telemetry.forceFlush());
say('flushed again', await telemetry.forceFlush());
