// CommonJS: a task of this very file, run by its main thread.

const { isMainThread } = require('node:worker_threads');
const { trace } = require('@opentelemetry/api');
const { defineTask, runBlocking, start } = require('offloop');

// Taken before anything is registered, in both threads.
const tracer = trace.getTracer('cjs');

exports.double = (number) =>
  tracer.startActiveSpan('doubling', (span) => {
    span.end();
    return 2 * number;
  });
const doubleTask = defineTask(__filename, 'double');

if (isMainThread) {
  const telemetry = start(JSON.parse(process.argv[2]));
  tracer.startActiveSpan('request', async (span) => {
    const result = await runBlocking(doubleTask, [21]);
    span.end();
    await telemetry.forceFlush();
    console.log(JSON.stringify({ stats: telemetry.stats() }));
    console.log(JSON.stringify({ result }));
  });
}
