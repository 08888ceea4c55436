// The application under test, a process of its own: starts offloop by its package name, records planned spans and
// prints what offloop counted, as one line of JSON. Caller: run-app.ts. Argument: AppOptions as JSON.

import { type StartOptions, start } from 'offloop';
import { type RecordOptions, recordAll } from './record-all.ts';

export interface AppOptions extends RecordOptions {
  readonly start: StartOptions;
}

const options = JSON.parse(process.argv[2] ?? '') as AppOptions;
const telemetry = start(options.start);
const unfinishedFlushes: number[] = [];
const startedMillis = performance.now();
await recordAll(options, async () => {
  if (!(await telemetry.forceFlush())) unfinishedFlushes.push(telemetry.stats().recorded);
});
const deliveryMillis = performance.now() - startedMillis;
const shutDown = await telemetry.shutdown();
console.log(JSON.stringify({ stats: telemetry.stats(), unfinishedFlushes, deliveryMillis, shutDown }));
