// Starts in code with the options of its first argument, says what start() threw, or how the configuration was understood.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { record, say } from './say.mjs';

let telemetry;
try {
  telemetry = start(JSON.parse(process.argv[2] ?? '{}'));
} catch (error) {
  const { code, file, line, path, message } = error;
  say('refused', { code, file, line, path, message });
}
if (telemetry !== undefined) {
  record(trace.getTracer('configured'), 10);
  const headers = {};
  const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
  propagation.inject(trace.setSpan(context.active() ?? ROOT_CONTEXT, span), headers);
  say('headers', Object.keys(headers));
  await telemetry.shutdown();
  say('stats', telemetry.stats());
}
