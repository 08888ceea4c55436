// sdk-node started as its documentation says, without instrumentations: those cost what they cost under either SDK.
// Run by scenarios/startup.ts.

import { createRequire } from 'node:module';
import type { StartupArgument, StartupReport } from '../../startup/report.ts';

const argument = JSON.parse(process.argv[2]) as StartupArgument;
const load =
  argument.load === 'require'
    ? createRequire(import.meta.url)
    : (name: string): Promise<unknown> => import(name);

const cpuBefore = process.threadCpuUsage();
const begin = process.hrtime.bigint();
const { NodeSDK } = (await load('@opentelemetry/sdk-node')) as typeof import('@opentelemetry/sdk-node');
const { OTLPTraceExporter } = (await load(
  '@opentelemetry/exporter-trace-otlp-proto',
)) as typeof import('@opentelemetry/exporter-trace-otlp-proto');
const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;
const cpu = process.threadCpuUsage(cpuBefore);
const startMainCpuMillis = (cpu.user + cpu.system) / 1e3;

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = { startMillis, startMainCpuMillis, readyBytes: process.memoryUsage.rss() };
const { trace } = (await load('@opentelemetry/api')) as typeof import('@opentelemetry/api');
trace.getTracer('bench').startSpan('started').end();
await sdk.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
