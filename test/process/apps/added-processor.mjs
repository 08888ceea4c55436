// Starts telemetry, with a plug-in or without, and adds a span processor to the provider that is registered, as libraries do
// that have a processor of their own.

import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { say } from './say.mjs';

const { how, start: options } = JSON.parse(process.argv[2]);

const calls = [];
const added = {
  onStart: (span) => calls.push(`start ${span.name}`),
  onEnd(span) {
    calls.push(`end ${span.name} of ${span.instrumentationScope.name} ${span.instrumentationScope.version}`);
    span.attributes.added = true;
  },
  async forceFlush() {
    calls.push('forceFlush');
  },
  async shutdown() {
    calls.push('shutdown');
  },
};
const PLUG_INS = {
  plain: {},
  sampler: {
    sampler: {
      shouldSample: (_context, _traceId, name) => ({ decision: name === 'dropped' ? 0 : 2 }),
      toString: () => 'ByName',
    },
  },
};

const telemetry = start({ ...options, ...PLUG_INS[how] });
const tracer = trace.getTracer('shop', '1.2');
const template = recorder.template({ name: 'template', attributes: [['n', 'int']] });
const open = tracer.startSpan('begun before');
template.record(1, 2, undefined, 1);

const { _activeSpanProcessor } = trace.getTracerProvider().getDelegate();
_activeSpanProcessor._spanProcessors.unshift(added);

open.end();
tracer.startActiveSpan('work', (span) => {
  say('flags', span.spanContext().traceFlags);
  template.record(1, 2, span.spanContext(), 2);
  span.end();
});
trace.getTracer('later').startSpan('of a new tracer').end();
tracer.startSpan('dropped').end();
await telemetry.forceFlush();
await telemetry.shutdown();
say('calls', calls);
say('stats', telemetry.stats());
