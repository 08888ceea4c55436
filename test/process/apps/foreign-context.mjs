// An application with a context manager of its own, registered before telemetry starts, or given to it with a propagator.

import { AsyncLocalStorage } from 'node:async_hooks';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { say } from './say.mjs';

const storage = new AsyncLocalStorage();
let enabled = 0;
const manager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, fn, thisArg, ...args) => storage.run(active, () => fn.apply(thisArg, args)),
  bind: (_active, target) => target,
  enable() {
    enabled++;
    return this;
  },
  disable() {
    return this;
  },
};
const propagator = {
  inject: (active, carrier) => {
    carrier.mine = trace.getSpanContext(active).spanId;
  },
  extract: (active) => active,
  fields: () => ['mine'],
};
const { start: options, isGiven } = JSON.parse(process.argv[2]);
if (!isGiven) context.setGlobalContextManager(manager);
const telemetry = start(isGiven ? { ...options, contextManager: manager, propagator } : options);
const tracer = trace.getTracer('shop');
const template = recorder.template({ name: 'template' });
await tracer.startActiveSpan('outer', async (outer) => {
  say('active', trace.getActiveSpan() === outer);
  const carrier = {};
  propagation.inject(context.active(), carrier);
  say('carrier', [Object.keys(carrier), enabled]);
  await new Promise((resolve) => setImmediate(resolve));
  tracer.startActiveSpan('inner', (inner) => {
    template.start().end();
    inner.end();
  });
  outer.end();
});
await telemetry.shutdown();
say('stats', telemetry.stats());
