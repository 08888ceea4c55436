// CPU time of the main thread alone and of the whole process. Called by the tasks, in the child.

import { readFileSync } from 'node:fs';
import process from 'node:process';

export interface CpuReading {
  readonly mainNanos: number;
  readonly processNanos: number;
}

/**
 * The kernel brings the running thread's account up to date when the process's is read (getrusage), and not when
 * schedstat is: without the first call the second is up to a scheduler tick old.
 */
export function readCpu(): CpuReading {
  const usage = process.cpuUsage();
  const stat = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1');
  return {
    mainNanos: Number(stat.slice(0, stat.indexOf(' '))),
    processNanos: (usage.user + usage.system) * 1000,
  };
}

/** CPU time of the calling thread. */
export function readThreadNanos(): number {
  process.cpuUsage();
  const stat = readFileSync('/proc/thread-self/schedstat', 'latin1');
  return Number(stat.slice(0, stat.indexOf(' ')));
}
