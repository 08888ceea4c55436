// offloop started from the environment, as `--import offloop/register` does. Run by scenarios/startup.ts.

import { createRequire } from 'node:module';
import type { StartupArgument, StartupReport } from './report.ts';

const argument = JSON.parse(process.argv[2]) as StartupArgument;
const load =
  argument.load === 'require'
    ? createRequire(import.meta.url)
    : (name: string): Promise<unknown> => import(name);

const cpuBefore = process.threadCpuUsage();
const begin = process.hrtime.bigint();
await load('offloop/register');
const startMillis = Number(process.hrtime.bigint() - begin) / 1e6;
const cpu = process.threadCpuUsage(cpuBefore);
const startMainCpuMillis = (cpu.user + cpu.system) / 1e3;

const { start } = await import('offloop');
const telemetry = start();
await telemetry.ready;
const report: StartupReport = { startMillis, startMainCpuMillis, readyBytes: process.memoryUsage.rss() };
const { trace } = await import('@opentelemetry/api');
trace.getTracer('bench').startSpan('started').end();
await telemetry.shutdown();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
