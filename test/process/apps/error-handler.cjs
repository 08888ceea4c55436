// A CommonJS application whose processor throws. The argument says where its error handler is set, and what makes its spans.

const { trace } = require('@opentelemetry/api');
const core = require('@opentelemetry/core');

const { where, how, start: options } = JSON.parse(process.argv[2]);
const errors = [];
const handler = (error) => errors.push(error.message);
const broken = {
  onStart() {},
  onEnd() {
    throw new Error('broken');
  },
  async forceFlush() {},
  async shutdown() {},
};

const sdk = require('offloop/sdk');
if (where === 'core') core.setGlobalErrorHandler(handler);
else sdk.setGlobalErrorHandler(handler);

if (how === 'sdk')
  new sdk.TracerProvider({ spanProcessors: [broken] }).getTracer('test').startSpan('work').end();
else {
  require('offloop').start({ ...options, spanProcessors: [broken] });
  trace.getTracer('test').startSpan('work').end();
}
process.on('exit', () => console.log(JSON.stringify({ errors })));
