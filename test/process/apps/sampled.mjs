// Records 200 roots with a child each, with the sampler that the first argument names: one of the variables, a class
// of offloop/sdk, or an object of its own.
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from 'offloop/sdk';
import { say } from './say.mjs';

const samplers = {
  variables: () => undefined,
  classes: () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
  object: () => ({
    shouldSample: (_context, _traceId, name) => ({
      decision: name === 'child' ? 2 : 0,
      attributes: { 'sampler.rule': 'children' },
    }),
    toString: () => 'children only',
  }),
};
const sampler = samplers[JSON.parse(process.argv[2])]();
const telemetry = start(sampler === undefined ? {} : { sampler });
const tracer = trace.getTracer('sampled');
for (let i = 0; i < 200; i++) {
  const root = tracer.startSpan('root');
  tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
  root.end();
}
// Which of the two kinds of spans this process makes: a sampled child of a remote parent is recorded by either.
const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
say('spanClass', tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).constructor.name);
await telemetry.shutdown();
say('stats', telemetry.stats());
