// Which context is active outside of any, for a CommonJS module under a context manager of `offloop/sdk`.
const { context, createContextKey, ROOT_CONTEXT } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager, TracerProvider } = require('offloop/sdk');

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const key = createContextKey('key');
const active = context.active();
const span = new TracerProvider().getTracer('test').startSpan('root');
console.log(
  JSON.stringify({
    root: {
      isSame: active === ROOT_CONTEXT,
      isEmpty: active.getValue(key) === undefined,
      isRoot: span.parentSpanContext === undefined,
      carries: context.with(active.setValue(key, 1), () => context.active().getValue(key)),
    },
  }),
);
