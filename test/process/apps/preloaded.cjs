// A CommonJS application that knows nothing of offloop, only of the OpenTelemetry API.
const { trace } = require('@opentelemetry/api');
const { writeSync } = require('node:fs');

for (let i = 0; i < 10; i++) trace.getTracer('cjs').startSpan(`span ${i}`, { attributes: { i } }).end();
writeSync(1, `${JSON.stringify({ loaded: module.constructor.name })}\n`);
