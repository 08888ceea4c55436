// OTel JS put together by hand: sdk-trace and the OTLP exporter, context manager and propagators. Run by
// scenarios/startup.ts. Not through global-setup.ts: stripping that file's types would be counted.

import { createRequire } from 'node:module';
import type { StartupArgument, StartupReport } from '../startup/report.ts';

const argument = JSON.parse(process.argv[2]) as StartupArgument;
const load =
  argument.load === 'require'
    ? createRequire(import.meta.url)
    : (name: string): Promise<unknown> => import(name);

const cpuBefore = process.threadCpuUsage();
const begin = process.hrtime.bigint();
const api = (await load('@opentelemetry/api')) as typeof import('@opentelemetry/api');
const hooks = (await load(
  '@opentelemetry/context-async-hooks',
)) as typeof import('@opentelemetry/context-async-hooks');
const core = (await load('@opentelemetry/core')) as typeof import('@opentelemetry/core');
const resources = (await load('@opentelemetry/resources')) as typeof import('@opentelemetry/resources');
const sdk = (await load('@opentelemetry/sdk-trace')) as typeof import('@opentelemetry/sdk-trace');
const otlp = (await load(
  '@opentelemetry/exporter-trace-otlp-proto',
)) as typeof import('@opentelemetry/exporter-trace-otlp-proto');
const exporter = new otlp.OTLPTraceExporter({ url: `http://127.0.0.1:${argument.httpPort}/v1/traces` });
const provider = new sdk.TracerProvider({
  resource: resources.defaultResource().merge(resources.resourceFromAttributes({ 'service.name': 'bench' })),
  spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
});
const contextManager = new hooks.AsyncLocalStorageContextManager();
contextManager.enable();
api.context.setGlobalContextManager(contextManager);
api.propagation.setGlobalPropagator(
  new core.CompositePropagator({
    propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
  }),
);
api.trace.setGlobalTracerProvider(provider);
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;
const cpu = process.threadCpuUsage(cpuBefore);
const startMainCpuMillis = (cpu.user + cpu.system) / 1e3;

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = { startMillis, startMainCpuMillis, readyBytes: process.memoryUsage.rss() };
api.trace.getTracer('bench').startSpan('started').end();
await provider.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
