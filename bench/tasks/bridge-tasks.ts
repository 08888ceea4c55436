// Microseconds of a task that does nothing, on the way to another thread and back: runBlocking beside bare piscina, one at a time
// and 8 in flight, blockOn beside synckit. Laps of the kinds alternate in one process.

import { fileURLToPath } from 'node:url';
import { blockOn, configureBlocking, defineTask, runBlocking } from 'offloop';
import { Piscina } from 'piscina';
import type { add } from '../load/add.ts';
import { openSynckit } from '../rivals/synckit.ts';
import { median } from '../stats.ts';
import { numberOption, type Task } from './task.ts';

const LAP_TASKS = 250;
const WARM_LAPS = 20;
const THREADS = 2;
const IN_FLIGHT = 8;

export const run: Task = async (_subject, options) => {
  // What it says once a minute is not what is measured.
  process.env.OFFLOOP_BLOCK_ON = 'allow';
  const file = new URL('../load/add.ts', import.meta.url);
  const addTask = defineTask<typeof add>(file, 'add');
  configureBlocking({ threads: THREADS });
  const piscina = new Piscina({ filename: fileURLToPath(file), minThreads: THREADS, maxThreads: THREADS });
  const addSync = openSynckit();

  let made = 0;
  const offloop = (): Promise<number> => {
    made++;
    return runBlocking(addTask, [1, 2]);
  };
  const bare = (): Promise<number> => piscina.run([1, 2]);
  const laps: Record<string, () => Promise<void>> = {
    'piscina-1': () => inFlight(1, bare),
    'offloop-1': () => inFlight(1, offloop),
    'piscina-8': () => inFlight(IN_FLIGHT, bare),
    'offloop-8': () => inFlight(IN_FLIGHT, offloop),
    'synckit-block-on': async () => {
      for (let n = 0; n < LAP_TASKS; n++) check(addSync(1, 2));
    },
    'offloop-block-on': async () => {
      for (let n = 0; n < LAP_TASKS; n++) check(blockOn(addTask, [1, 2]));
      made += LAP_TASKS;
    },
  };
  const samples: Record<string, number[]> = {};
  const count = numberOption(options, 'laps');
  for (let lap = -WARM_LAPS; lap < count; lap++) {
    for (const [name, runLap] of Object.entries(laps)) {
      const start = process.hrtime.bigint();
      await runLap();
      const micros = Number(process.hrtime.bigint() - start) / 1000 / LAP_TASKS;
      if (lap < 0) continue;
      samples[name] ??= [];
      samples[name].push(micros);
    }
  }
  await piscina.destroy();
  return {
    metrics: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)])),
    offered: made,
  };
};

async function inFlight(count: number, run: () => Promise<number>): Promise<void> {
  let left = LAP_TASKS;
  const work = async (): Promise<void> => {
    while (left-- > 0) check(await run());
  };
  await Promise.all(Array.from({ length: count }, work));
}

function check(sum: number): void {
  if (sum !== 3) throw new Error(`1 + 2 is ${sum}`);
}
