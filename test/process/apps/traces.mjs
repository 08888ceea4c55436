// Many small traces, each a root with children.
import { context, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { say } from './say.mjs';

const { count, start: options } = JSON.parse(process.argv[2]);
const telemetry = start(options);
process.on('exit', () => say('stats', telemetry.stats()));
const tracer = trace.getTracer('test');
for (let i = 0; i < count; i++) {
  const root = tracer.startSpan('root', { root: true });
  const active = trace.setSpan(context.active(), root);
  for (let child = 0; child < 4; child++) tracer.startSpan(`child ${child}`, {}, active).end();
  root.end();
}
