// An application with a context manager of its own, registered before telemetry starts.

import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { say } from './say.mjs';

const storage = new AsyncLocalStorage();
context.setGlobalContextManager({
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, fn, thisArg, ...args) => storage.run(active, () => fn.apply(thisArg, args)),
  bind: (_active, target) => target,
  enable() {
    return this;
  },
  disable() {
    return this;
  },
});
const { start: options } = JSON.parse(process.argv[2]);
const telemetry = start(options);
const tracer = trace.getTracer('shop');
const template = recorder.template({ name: 'template' });
await tracer.startActiveSpan('outer', async (outer) => {
  say('active', trace.getActiveSpan() === outer);
  await new Promise((resolve) => setImmediate(resolve));
  tracer.startActiveSpan('inner', (inner) => {
    template.start().end();
    inner.end();
  });
  outer.end();
});
await telemetry.shutdown();
say('stats', telemetry.stats());
