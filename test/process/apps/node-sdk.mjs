// A set-up written for NodeSDK, in the way that the argument says, and what came of it.

import { context, metrics, propagation, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AsyncLocalStorageContextManager,
  B3Propagator,
  InMemorySpanExporter,
  NodeSDK,
  SimpleSpanProcessor,
} from 'offloop/sdk';
import { say } from './say.mjs';

const how = JSON.parse(process.argv[2]);
const calls = [];
const instrumentation = (name, enabled) => ({
  setTracerProvider: (provider) => calls.push(`${name} traces ${provider === trace.getTracerProvider()}`),
  setMeterProvider: (provider) => calls.push(`${name} metrics ${provider === metrics.getMeterProvider()}`),
  getConfig: () => ({ enabled }),
  enable: () => calls.push(`${name} enable`),
});
const broken = {
  ...instrumentation('broken', true),
  setTracerProvider() {
    throw new Error('broken instrumentation');
  },
};

const contextManager = new AsyncLocalStorageContextManager();
const enable = contextManager.enable.bind(contextManager);
contextManager.enable = () => {
  calls.push('context manager');
  return enable();
};

const memory = new InMemorySpanExporter();
// The shutdown empties the exporter.
memory.shutdown = async () => {};
const CONFIGURATIONS = {
  variables: undefined,
  options: {
    serviceName: 'shop',
    autoDetectResources: false,
    spanLimits: { attributeCountLimit: 1 },
    idGenerator: { generateTraceId: () => 'a'.repeat(32), generateSpanId: () => 'b'.repeat(16) },
    textMapPropagator: new B3Propagator(),
    contextManager,
    metricReaders: [],
    instrumentations: [[instrumentation('first', true)], broken, instrumentation('second', false)],
  },
  exporter: { traceExporter: memory, textMapPropagator: null },
  processors: { spanProcessors: [new SimpleSpanProcessor({ exporter: memory })], traceExporter: {} },
  sampler: { sampler: new AlwaysOffSampler(), resourceDetectors: [] },
};

const sdk = new NodeSDK(CONFIGURATIONS[how]);
if (trace.getTracer('early').startSpan('early').isRecording()) throw new Error('started by its constructor');
sdk.start();
sdk.start();
const carrier = {};
trace.getTracer('shop').startActiveSpan('work', { attributes: { a: 1, b: 2 } }, (span) => {
  propagation.inject(context.active(), carrier);
  span.end();
});
say('exported at once', memory.getFinishedSpans().length);
await Promise.all([sdk.shutdown(), sdk.shutdown()]);
say(
  'spans',
  memory.getFinishedSpans().map(({ name, resource }) => [name, resource.attributes['service.name']]),
);
say('carrier', Object.keys(carrier));
say('calls', calls);
say('later', trace.getTracer('shop').startSpan('later').isRecording());
