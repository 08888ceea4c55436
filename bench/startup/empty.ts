// The empty program that others are compared with. Run by scenarios/startup.ts.

import type { StartupReport } from './report.ts';

await new Promise((resolve) => setImmediate(resolve));
const report: StartupReport = {
  startMillis: 0,
  startMainCpuMillis: 0,
  readyBytes: process.memoryUsage.rss(),
};
process.stdout.write(JSON.stringify(report), () => process.exit(0));
