// Records spans under a resource with detectors, some of which answer late or never; ends as it is told.
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { say } from './say.mjs';

const { start: options, lateMillis, end } = JSON.parse(process.argv[2]);
const late = new Promise((resolve) => {
  if (lateMillis === 'never') return;
  if (lateMillis !== undefined) setTimeout(resolve, lateMillis, 'late value');
});
const resourceDetectors =
  lateMillis === undefined && end === 'all'
    ? undefined
    : ['service', 'process', { detect: () => ({ attributes: { early: true, late } }) }];
const telemetry = start({ ...options, ...(resourceDetectors && { resourceDetectors }) });
process.on('exit', () => say('stats', telemetry.stats()));
trace.getTracer('test').startSpan('span').end();
if (end === 'flush') say('flushed', await telemetry.forceFlush());
if (end === 'shutdown') say('flushed', await telemetry.shutdown());
if (end === 'exit') process.exit(0);
