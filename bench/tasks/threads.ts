// Two worker threads that record into the pool of this one, alone in turn and together. What each lap takes is told by the
// threads themselves: their wall clock, and their own CPU time, in which the export worker has no share.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { median } from '../stats.ts';
import { LAP_SPANS, LapBoard } from './lap-board.ts';
import { numberOption, type Task } from './task.ts';

const WARM_LAPS = 60;
/** Who records in a lap, by a bit for each thread. */
const ALONE = [1, 2];
const TOGETHER = 3;

interface Laps {
  /** Spans per second, all threads of the lap together. */
  readonly byCpu: number[];
  readonly byWall: number[];
}

export const run: Task = async (subject, options) => {
  const board = new LapBoard();
  const threads = ALONE.map(
    (bit) =>
      new Worker(new URL('./recording-thread.ts', import.meta.url), {
        workerData: { bit, memory: board.memory },
      }),
  );
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  let offered = 0;

  const lap = async (bits: number, into: Laps | undefined): Promise<void> => {
    const times = board.run(bits);
    offered += LAP_SPANS * times.length;
    await subject.flush();
    if (into === undefined) return;
    // Each thread has a core: rates add up.
    into.byCpu.push(times.reduce((sum, { cpuMicros }) => sum + (LAP_SPANS * 1e6) / cpuMicros, 0));
    into.byWall.push(
      (LAP_SPANS * times.length * 1e3) / Math.max(...times.map(({ wallMillis }) => wallMillis)),
    );
  };

  const one: Laps = { byCpu: [], byWall: [] };
  const two: Laps = { byCpu: [], byWall: [] };
  const laps = numberOption(options, 'laps');
  for (let index = 0; index < WARM_LAPS + laps; index++) {
    const isWarm = index >= WARM_LAPS;
    await lap(ALONE[index % 2], isWarm ? one : undefined);
    await lap(TOGETHER, isWarm ? two : undefined);
  }
  board.end();
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  return {
    metrics: {
      oneByCpu: median(one.byCpu),
      twoByCpu: median(two.byCpu),
      oneByWall: median(one.byWall),
      twoByWall: median(two.byWall),
    },
    offered,
  };
};
