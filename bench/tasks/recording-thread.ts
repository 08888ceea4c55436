// A worker thread of `threads`: attaches to the pool of the main thread, and records a lap whenever it is told to.

import { parentPort, workerData } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { readThreadNanos } from '../load/cpu.ts';
import { withOptions } from '../load/styles.ts';
import { ValueSource } from '../load/values.ts';
import { LAP_SPANS, LapBoard } from './lap-board.ts';

const POOL = 64;

const { bit, memory } = workerData as { readonly bit: number; readonly memory: SharedArrayBuffer };
const telemetry = start();
const record = withOptions(trace.getTracer('bench', '1.0.0'));
const pool = new ValueSource().pool(POOL);
const board = new LapBoard(memory);
parentPort?.postMessage('ready');

for (let order = board.next(0); order !== undefined; order = board.next(order.lap)) {
  if ((order.bits & bit) === 0) continue;
  const cpuNanos = readThreadNanos();
  const startMillis = performance.now();
  for (let index = 0; index < LAP_SPANS; index++) record(pool[index & (POOL - 1)]);
  const wallMillis = performance.now() - startMillis;
  board.done(bit, { wallMillis, cpuMicros: (readThreadNanos() - cpuNanos) / 1000 });
}
if (telemetry.stats().droppedTotal > 0) throw new Error('a lap did not fit into the ring');
