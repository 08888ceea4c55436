// Bytes that recording a span allocates on the heap of the recording thread. V8 accounts for young memory in steps of
// some 20 kB, so a burst is long; queues and batches are set so large (ALLOCATION_SUBJECT_OPTIONS) that no export runs
// within it, and the child's young generation so large that no collection does: one that did is an error, no sample.

import v8 from 'node:v8';
import { chooseStyle } from '../load/choose-style.ts';
import { ValueSource } from '../load/values.ts';
import type { SubjectOptions } from '../subjects/subject.ts';
import { numberOption, type Task, textOption } from './task.ts';

const WARM_BURST = 400;
const WARM_BURSTS = 150;
const BURST = 20_000;
const POOL = 64;

/** Flags for the child of this task. */
export const ALLOCATION_FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

export const ALLOCATION_SUBJECT_OPTIONS: Partial<SubjectOptions> = {
  maxQueueSize: 65_536,
  maxExportBatchSize: 65_536,
  ringBytes: 16 * 1024 * 1024,
};

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, textOption(options, 'style'));
  const pool = new ValueSource().pool(POOL);
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('allocation: --expose-gc is missing');
  let offered = 0;
  const burst = (count: number): void => {
    for (let index = 0; index < count; index++) record(pool[index & (POOL - 1)]);
    offered += count;
  };

  for (let index = 0; index < WARM_BURSTS; index++) {
    burst(WARM_BURST);
    await subject.flush();
  }

  let bytes = 0;
  const bursts = numberOption(options, 'bursts');
  for (let index = 0; index < bursts; index++) {
    collect();
    const profiler = new v8.GCProfiler();
    profiler.start();
    const before = v8.getHeapStatistics().used_heap_size;
    burst(BURST);
    bytes += v8.getHeapStatistics().used_heap_size - before;
    const collections = profiler.stop()?.statistics.length ?? 0;
    if (collections > 0) throw new Error('allocation: memory was collected within a burst');
    await subject.flush();
  }
  return { metrics: { bytesAllocatedPerSpan: bytes / (bursts * BURST) }, offered };
};
