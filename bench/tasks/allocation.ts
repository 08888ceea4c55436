// Bytes that recording a span allocates on the heap of the recording thread. The child runs with a young generation
// so large that no collection happens within a burst; a burst in which one did happen is an error, not a sample.

import v8 from 'node:v8';
import { chooseStyle } from '../load/choose-style.ts';
import { ValueSource } from '../load/values.ts';
import { numberOption, type Task, textOption } from './task.ts';

const BURST = 400;
const POOL = 64;
const WARM_BURSTS = 150;

/** Flags for the child of this task. */
export const ALLOCATION_FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

export const run: Task = async (subject, options) => {
  const record = chooseStyle(subject, textOption(options, 'style'));
  const pool = new ValueSource().pool(POOL);
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('allocation: --expose-gc is missing');
  let offered = 0;
  const burst = (): void => {
    for (let index = 0; index < BURST; index++) record(pool[index & (POOL - 1)]);
    offered += BURST;
  };

  for (let index = 0; index < WARM_BURSTS; index++) {
    burst();
    await subject.flush();
  }

  // What reading the heap statistics itself allocates.
  const probe = (): number => v8.getHeapStatistics().used_heap_size;
  probe();
  const first = probe();
  const probeBytes = probe() - first;

  let bytes = 0;
  const bursts = numberOption(options, 'bursts');
  for (let index = 0; index < bursts; index++) {
    if (index % 20 === 0) collect();
    const before = probe();
    burst();
    const added = probe() - before - probeBytes;
    if (added < 0) throw new Error('allocation: the heap shrank within a burst');
    bytes += added;
    await subject.flush();
  }
  return { metrics: { bytesAllocatedPerSpan: bytes / (bursts * BURST) }, offered };
};
