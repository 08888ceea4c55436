// What the global propagator makes of headers, and what it writes for a span from them.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import 'offloop/register';
import { say } from './say.mjs';

const extracted = propagation.extract(ROOT_CONTEXT, JSON.parse(process.argv[2]));
const headers = {};
propagation.inject(extracted, headers);
say('propagated', {
  headers,
  fields: propagation.fields(),
  recording: trace.getTracer('test').startSpan('span').isRecording(),
  active: context.with(extracted, () => trace.getActiveSpan()?.spanContext().traceId),
});
