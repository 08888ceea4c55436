// What runBlocking and runBlockingAll do before a task runs: checks, and loading what runs it. Thread: the user's. Callers: these two.
// Not beside them: their declarations are the door's, and name nothing of what is in here.

import { OptionError } from '../../shared/errors.js';
import { BlockingTaskError } from './blocking-errors.js';
import type { JobOptions } from './pool/blocking-job.js';
import type { RunBlockingOptions } from './run-blocking.js';
import type { BlockingTask } from './task.js';

type RunnerModule = typeof import('./blocking-runner.js');

const MILLIS_MAX = 2_147_483_647;
export const NO_OPTIONS: JobOptions = {
  signal: undefined,
  timeoutMillis: undefined,
  priority: 0,
  transferList: [],
};

let loaded: RunnerModule | undefined;

/** Undefined: no task was run yet. */
export function loadedRunner(): RunnerModule | undefined {
  return loaded;
}

/** A chunk of its own: who runs no blocking task does not load it. */
export async function loadRunner(): Promise<RunnerModule> {
  loaded ??= await import('./blocking-runner.js');
  return loaded;
}

/** Checked; throws an OptionError. */
export function jobOptions(options: RunBlockingOptions): JobOptions {
  const { signal, timeoutMillis, priority = 0, transferList = [] } = options ?? {};
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong('signal', signal, 'an AbortSignal');
  if (timeoutMillis !== undefined && !(timeoutMillis >= 1 && timeoutMillis <= MILLIS_MAX)) {
    throw wrong('timeoutMillis', timeoutMillis, `1 to ${MILLIS_MAX} ms`);
  }
  if (!Number.isFinite(priority)) throw wrong('priority', priority, 'a finite number');
  if (!Array.isArray(transferList)) throw wrong('transferList', transferList, 'a list');
  return { signal, timeoutMillis, priority, transferList };
}

export function checkArguments(args: unknown, task: BlockingTask): void {
  if (!Array.isArray(args)) throw noArguments(task, 'a list of its arguments');
}

export function noArguments(task: BlockingTask, wanted: string): BlockingTaskError {
  return new BlockingTaskError({
    code: 'ERR_OFFLOOP_TASK_ARGUMENTS',
    message: `${task.exportName} was not given ${wanted}.`,
    remedy: `Write runBlocking(task, [first, second]), with [] for none.`,
  });
}

export function wrong(option: string, value: unknown, range: string): OptionError {
  const shown = typeof value === 'number' ? String(value) : typeof value;
  return new OptionError({
    option: `runBlocking.${option}`,
    value: shown,
    range,
    remedy: 'Correct it, or leave it out.',
  });
}
