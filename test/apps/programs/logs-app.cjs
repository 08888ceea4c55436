// Loggers inside requests: each line has the ids of the span that is active, from the loggers' instrumentations, and what a program
// reads of that span by itself.

const { PassThrough } = require('node:stream');
const { trace } = require('@opentelemetry/api');
const { operations, serve } = require('./serve.cjs');

const FIELDS = ['trace_id', 'span_id', 'trace_flags'];

module.exports = async ({ bunyan, http, pino, winston }) => {
  const lines = [];
  const sink = () => new PassThrough().on('data', (chunk) => lines.push(...String(chunk).trim().split('\n')));
  const loggers = {
    bunyan: bunyan.createLogger({ name: 'app', streams: [{ stream: sink() }] }),
    pino: pino(sink()),
    winston: winston.createLogger({ transports: [new winston.transports.Stream({ stream: sink() })] }),
  };
  const log = (name) => async () => {
    lines.length = 0;
    await trace.getTracer('app').startActiveSpan(name, async (span) => {
      loggers[name].info('a line');
      await new Promise((resolve) => setImmediate(resolve));
      const { traceId, spanId } = span.spanContext();
      const ids = [traceId, spanId, '1'];
      const line = JSON.parse(lines[0]);
      // Of the flags only that one: offloop has the random one, too.
      line.trace_flags = String(line.trace_flags & 1);
      span.setAttribute(
        'log.fields',
        FIELDS.map((field, i) => line[field] === ids[i]),
      );
      span.end();
    });
    return name;
  };
  const read = async () => {
    const span = trace.getActiveSpan();
    const { kind, name, ended, parentSpanContext, attributes, status, events, links } = span;
    const { instrumentationScope, resource, startTime } = span;
    const keys = Object.keys(attributes).sort();
    const seen = { kind, name, ended, status, events, links, scope: instrumentationScope.name };
    span.setAttribute('seen', JSON.stringify(seen));
    span.setAttribute('seen.attributes', keys);
    span.setAttribute('seen.service', resource.attributes['service.name']);
    span.setAttribute('seen.parent', [parentSpanContext.traceId, parentSpanContext.spanId]);
    span.setAttribute('seen.start', Math.abs(startTime[0] - Date.now() / 1000) < 60);
    return name;
  };
  const table = { '/read': read };
  for (const name of Object.keys(loggers)) table[`/${name}`] = log(name);
  await serve(http.createServer(operations(table)));
};
