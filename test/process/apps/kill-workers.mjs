// Kills export workers, as nothing in offloop offers to: the constructor of all threads is replaced before offloop is
// loaded, and every thread remembered. { kills, afterwards, start, loses }; `loses`: files that are gone before the first dies.

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { record, say } from './say.mjs';

const workers = [];
const { Worker } = threads;
let onWorker = () => {};
threads.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    workers.push(this);
    onWorker();
  }
};
syncBuiltinESMExports();

const { kills, afterwards, start: options, loses } = JSON.parse(process.argv[2]);
const { start } = await import('offloop');
const telemetry = start(options);
process.on('exit', () => say('stats', telemetry.stats()));
await telemetry.ready;
const tracer = trace.getTracer('test');
record(tracer, 100);

if (loses !== undefined) rmSync(loses, { recursive: true });

/** While there is no worker a flush says false at once; its successor says true. */
async function flush() {
  while (!(await telemetry.forceFlush())) await new Promise((resolve) => setImmediate(resolve));
}

for (let i = 0; i < kills; i++) {
  const next = new Promise((resolve) => {
    onWorker = resolve;
  });
  const victim = workers.at(-1);
  const running = victim.threadId > 0;
  const gone = once(victim, 'exit');
  void victim.terminate();
  await gone;
  say(`killed ${i}`, running);
  record(tracer, 10);
  if (afterwards === 'exit' && i === kills - 1) {
    say('ending');
    process.exit(3);
  }
  if (i < kills - 1) await next;
  // Otherwise the next one dies while it starts.
  if (afterwards === 'warm' || (afterwards === 'end' && i < kills - 1)) await flush();
}
if (afterwards === 'lost') {
  while (telemetry.stats().workers > 0) await new Promise((resolve) => setImmediate(resolve));
  record(tracer, 1);
  say('flushed', await telemetry.forceFlush());
  say('shut down', await telemetry.shutdown());
  process.exit(4);
}
// 'end': the natural end of the process has to do it.
if (afterwards !== 'end') {
  await flush();
  say('flushed');
}
say('workers', workers.length);
