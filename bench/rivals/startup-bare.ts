// OTel JS put together by hand: sdk-trace and the OTLP exporter, context manager and propagators. Run by
// scenarios/startup.ts. Not through global-setup.ts: stripping that file's types would be counted.

import type { StartupArgument, StartupReport } from '../startup/report.ts';

const { httpPort } = JSON.parse(process.argv[2]) as StartupArgument;

const begin = process.hrtime.bigint();
const { context, propagation, trace } = await import('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = await import(
  '@opentelemetry/core'
);
const { defaultResource, resourceFromAttributes } = await import('@opentelemetry/resources');
const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${httpPort}/v1/traces` });
const provider = new TracerProvider({
  resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'bench' })),
  spanProcessors: [new BatchSpanProcessor({ exporter })],
});
const contextManager = new AsyncLocalStorageContextManager();
contextManager.enable();
context.setGlobalContextManager(contextManager);
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);
trace.setGlobalTracerProvider(provider);
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = { startMillis, readyBytes: process.memoryUsage.rss() };
trace.getTracer('bench').startSpan('started').end();
await provider.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
