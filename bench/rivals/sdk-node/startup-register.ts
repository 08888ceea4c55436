// sdk-node started as its documentation says, without instrumentations: those cost what they cost under either SDK.
// Run by scenarios/startup.ts.

import type { StartupReport } from '../../startup/report.ts';

const begin = process.hrtime.bigint();
const { NodeSDK } = await import('@opentelemetry/sdk-node');
const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = { startMillis, readyBytes: process.memoryUsage.rss() };
const { trace } = await import('@opentelemetry/api');
trace.getTracer('bench').startSpan('started').end();
await sdk.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
