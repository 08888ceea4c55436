// Starts with plug-ins of the application, in the way that the argument says, and tells what they saw.

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { say } from './say.mjs';

const { how, thenShutDown = false, start: options } = JSON.parse(process.argv[2]);

const calls = [];
const processor = {
  onStart(span) {
    calls.push(`start ${span.name}`);
    span.setAttribute('processor', 'was here');
  },
  onEnding(span) {
    span.setAttribute('ending', true);
  },
  onEnd(span) {
    calls.push(`end ${span.name} ${span.spanContext().traceFlags & 1}`);
    delete span.attributes.secret;
  },
  async forceFlush() {
    calls.push('forceFlush');
  },
  async shutdown() {
    calls.push('shutdown');
  },
};

const sampler = {
  shouldSample(_context, _traceId, name) {
    return {
      decision: name.startsWith('drop') ? 0 : name.startsWith('record') ? 1 : 2,
      attributes: { rule: name },
    };
  },
  toString: () => 'ByName',
};

let next = 0;
const idGenerator = {
  generateTraceId: () => (++next).toString(16).padStart(32, 'a'),
  generateSpanId: () => (++next).toString(16).padStart(16, 'b'),
};

const errors = [];
const broken = {
  ...processor,
  onEnd() {
    throw new Error('broken');
  },
};

const PLUG_INS = {
  processors: { spanProcessors: [processor] },
  sampler: { spanProcessors: [processor], sampler },
  'sampler alone': { sampler },
  ids: { idGenerator },
  configurator: { tracerConfigurator: (scope) => ({ enabled: scope.name !== 'noisy' }) },
  resource: { resource: resourceFromAttributes({ 'service.name': 'of the resource', region: 'north' }) },
  broken: { spanProcessors: [broken, processor] },
};

const telemetry = start({ ...options, ...PLUG_INS[how] });
setGlobalErrorHandler((error) => {
  errors.push(error.message);
});
process.on('exit', () => {
  say('calls', calls);
  say('errors', errors);
  say('stats', telemetry.stats());
});

const tracer = trace.getTracer('shop');
const template = recorder.template({ name: 'template', attributes: [['n', 'int']] });
tracer.startActiveSpan('work', { attributes: { secret: 1, kept: 2 } }, (span) => {
  trace.getTracer('noisy').startSpan('noise').end();
  template.start().end(3);
  template.record(1, 2, undefined, 4);
  span.end();
});
tracer.startSpan('drop', {}, ROOT_CONTEXT).end();
tracer.startSpan('record only', {}, ROOT_CONTEXT).end();
if (context.active() !== ROOT_CONTEXT) throw new Error('a context was left active');
if (thenShutDown) {
  const open = tracer.startSpan('open at shutdown', {}, ROOT_CONTEXT);
  say('flushed', [await telemetry.forceFlush(), await trace.getTracerProvider().getDelegate().forceFlush()]);
  say('shutdown', await telemetry.shutdown());
  open.end();
  say('later', tracer.startSpan('later').isRecording());
}
