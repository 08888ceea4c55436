// Records spans, ends in the way that the argument says, and tells in a later 'exit' listener what became of them and how
// long the listeners before took.

import { DiagConsoleLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { record, say } from './say.mjs';

const { count, how, warm = false, flushMillis, afterwards = 0, start: options } = JSON.parse(process.argv[2]);
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const telemetry = start(options);
const tracer = trace.getTracer('test');
if (warm) {
  await telemetry.ready;
  record(tracer, 10);
}
record(tracer, count);
if (flushMillis !== undefined) say('flushed', [telemetry.flushSync(flushMillis), telemetry.stats()]);

let endingMillis = 0;
process.prependListener('exit', () => {
  endingMillis = performance.now();
});
process.on('exit', (code) => {
  const exitMillis = performance.now() - endingMillis;
  record(tracer, afterwards);
  const stats = telemetry.stats();
  say('end', { code, exitMillis, stats, flushedAgain: telemetry.flushSync(10_000) });
});

if (how === 'exit') process.exit(3);
if (how === 'shutdown-and-exit') {
  void telemetry.shutdown(60_000);
  process.exit(3);
}
if (how === 'signal') process.kill(process.pid, 'SIGTERM');
