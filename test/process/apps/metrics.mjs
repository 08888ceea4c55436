// Records spans with the official metrics SDK beside, and says what a reader collects and what stats() has, each time in one step.
// { count, global, hostile, stages: ['ready' | 'flush' | 'flush-in-vain' | 'shutdown' | 'late'], start }

import { DiagConsoleLogger, DiagLogLevel, diag, metrics, trace } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { start } from 'offloop';
import { record, say } from './say.mjs';

class PullReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const {
  count = 100,
  global = false,
  hostile = false,
  stages = [],
  start: options,
} = JSON.parse(process.argv[2]);
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const reader = new PullReader();
const provider = new MeterProvider({ readers: [reader] });
if (global) metrics.setGlobalMeterProvider(provider);
const broken = {
  getMeter() {
    throw new Error('no meter');
  },
};
const telemetry = start({ ...options, ...(global ? {} : { meterProvider: hostile ? broken : provider }) });

/** Nothing is awaited between the callbacks of the collection and `stats()`. */
async function collect(name) {
  let stats;
  provider
    .getMeter('test')
    .createObservableGauge('last')
    .addCallback(() => {
      stats = telemetry.stats();
    });
  const { resourceMetrics, errors } = await reader.collect();
  const points = resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name === 'offloop')
    .flatMap(({ metrics: collected }) => collected)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        name: descriptor.name,
        unit: descriptor.unit,
        attributes,
        value,
      })),
    );
  say(name, { points, errors: errors.map(String), stats: stats ?? telemetry.stats() });
}

await telemetry.ready;
const tracer = trace.getTracer('test');
record(tracer, count);
for (const stage of stages) {
  if (stage === 'flush') await telemetry.forceFlush();
  if (stage === 'flush-in-vain') await telemetry.forceFlush(500);
  if (stage === 'shutdown') await telemetry.shutdown();
  if (stage === 'late') record(tracer, count);
  await collect(stage);
}
say('plugInErrors', telemetry.stats().plugInErrors);
process.exit(0);
