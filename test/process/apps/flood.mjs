// Records far more than a ring holds while nobody takes it; says how long the slowest span took.
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { say } from './say.mjs';

const { count, start: options } = JSON.parse(process.argv[2]);
const telemetry = start(options);
await telemetry.ready;
const tracer = trace.getTracer('test');
let slowestMillis = 0;
for (let i = 0; i < count; i++) {
  const begin = performance.now();
  tracer.startSpan('span', { attributes: { i } }).end();
  slowestMillis = Math.max(slowestMillis, performance.now() - begin);
}
const { dropped, recorded, ring } = telemetry.stats();
say('flood', { slowestMillis, dropped, recorded, ring });
say('down', await telemetry.shutdown(300));
say('stats', telemetry.stats());
