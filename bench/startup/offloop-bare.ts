// offloop started in code. Run by scenarios/startup.ts. One span is recorded afterwards, so that the sink can tell
// that it really started.

import { createRequire } from 'node:module';
import type { StartupArgument, StartupReport } from './report.ts';

const argument = JSON.parse(process.argv[2]) as StartupArgument;
const load =
  argument.load === 'require'
    ? createRequire(import.meta.url)
    : (name: string): Promise<unknown> => import(name);

const cpuBefore = process.threadCpuUsage();
const begin = process.hrtime.bigint();
const { start } = (await load('offloop')) as typeof import('offloop');
const telemetry = start({
  serviceName: 'bench',
  exporter: { protocol: 'http/protobuf', url: `http://127.0.0.1:${argument.httpPort}/v1/traces` },
});
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;
const cpu = process.threadCpuUsage(cpuBefore);
const startMainCpuMillis = (cpu.user + cpu.system) / 1e3;

await telemetry.ready;
const report: StartupReport = { startMillis, startMainCpuMillis, readyBytes: process.memoryUsage.rss() };
const { trace } = await import('@opentelemetry/api');
trace.getTracer('bench').startSpan('started').end();
await telemetry.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
