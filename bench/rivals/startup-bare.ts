// OTel JS put together by hand: sdk-trace and the OTLP exporter, context manager and propagators. Run by
// scenarios/startup.ts.

import type { StartupArgument, StartupReport } from '../startup/report.ts';

const { httpPort } = JSON.parse(process.argv[2]) as StartupArgument;

const begin = process.hrtime.bigint();
const { register } = await import('./global-setup.ts');
const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace');
const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${httpPort}/v1/traces` });
const provider = register(new BatchSpanProcessor({ exporter }));
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = { startMillis, readyBytes: process.memoryUsage.rss() };
const { trace } = await import('@opentelemetry/api');
trace.getTracer('bench').startSpan('started').end();
await provider.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
