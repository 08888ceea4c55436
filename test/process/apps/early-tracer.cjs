// Takes its tracer when it is loaded, as CommonJS modules do, and starts telemetry afterwards.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('early');

const { start } = require('offloop');

start();
for (let i = 0; i < 10; i++) tracer.startSpan(`early ${i}`).end();
