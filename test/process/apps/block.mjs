// Records spans, then blocks the main thread for some seconds.
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { record, say } from './say.mjs';

const { blockMillis, start: options } = JSON.parse(process.argv[2]);
const telemetry = start(options);
process.on('exit', () => say('stats', telemetry.stats()));
await telemetry.ready;
record(trace.getTracer('test'), 50);
const begin = performance.timeOrigin + performance.now();
const end = performance.now() + blockMillis;
while (performance.now() < end);
say('block', { begin, end: performance.timeOrigin + performance.now() });
