// Preloaded into every service of the demo, after offloop/register: measures what telemetry costs there and writes
// it to a file when the process has ended all else. The application knows nothing of it.

import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { start, type Telemetry } from 'offloop';
import { type ProbeReport, REPORT_FILE_VARIABLE } from './probe-report.js';
import { SpanCostMeter } from './span-cost-meter.js';

/** Prime, so that the sample does not always meet the same span of a request. */
const TIME_EVERY = 17;
const LOOP_DELAY_RESOLUTION_MILLIS = 1;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

// Threads for blocking tasks inherit the preload; what they cost main is measured on main.
if (isMainThread) probe();

function probe(): void {
  // The same handle that offloop/register got: start() is idempotent.
  const telemetry = start();

  const meter = new SpanCostMeter(TIME_EVERY);
  meter.watch(trace.getTracer('offloop-demo-probe'));

  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MILLIS });
  loopDelay.enable();

  // Any message means: the warm-up is over, measure from here.
  process.on('message', () => {
    loopDelay.reset();
    meter.reset();
  });
  // The demo is gone, whatever happened to it: end as on Ctrl-C.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The listeners above must not keep the application alive: that it ends by itself is part of the demo.
  process.channel?.unref();

  // offloop flushes in its own 'exit' listener, registered before this one.
  process.on('exit', () => {
    const file = process.env[REPORT_FILE_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(report(telemetry, meter, loopDelay)));
  });
}

function report(telemetry: Telemetry, meter: SpanCostMeter, loopDelay: LoopDelay): ProbeReport {
  const { recorded, delivered, dropped, pending, workers, workerRestarts } = telemetry.stats();
  return {
    recorded,
    delivered,
    dropped,
    pending,
    workers,
    workerRestarts,
    cost: meter.result(),
    loopDelay: {
      p50Millis: delayMillis(loopDelay.percentile(50)),
      p99Millis: delayMillis(loopDelay.percentile(99)),
      maxMillis: delayMillis(loopDelay.max),
    },
  };
}

/** The histogram holds the time between two ticks of its timer, in nanoseconds; the delay is what is above that. */
function delayMillis(intervalNanos: number): number {
  return Math.max(0, intervalNanos / 1e6 - LOOP_DELAY_RESOLUTION_MILLIS);
}
