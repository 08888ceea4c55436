// What can be run on another thread: an exported function, by the names of its module and of the export. Thread: any, also
// the task's own, where the module that defines a task is loaded again. Callers: user code; run-blocking.ts.

import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Attributes } from '@opentelemetry/api';
import { threadState } from '../package/thread-state.js';
import { BlockingTaskError } from './blocking-errors.js';

// biome-ignore lint/suspicious/noExplicitAny: a task may take and give anything that can be cloned
export type TaskFunction = (...args: any[]) => unknown;

/** Made by `defineTask`. The function's type goes along: arguments and result are checked where the task is run. */
export interface BlockingTask<F extends TaskFunction = TaskFunction> {
  readonly moduleUrl: string;
  readonly exportName: string;
  /** Only in the type: what the task runs. */
  readonly runs?: F;
}

/** What calls of a task need of it, made once. */
export interface TaskNames {
  /** Names it to its thread; see `splitTaskKey`. */
  readonly key: string;
  readonly runBlocking: string;
  readonly blockOn: string;
  readonly spanOptions: { readonly attributes: Attributes };
}

const defined = threadState('tasks', () => new WeakMap<object, TaskNames>());

/**
 * Names an exported function, so that `runBlocking` and `blockOn` can run it on another thread:
 *
 *     export function resize(image: Uint8Array, width: number): Uint8Array { ... }
 *     export const resizeTask = defineTask<typeof resize>(import.meta.url, 'resize');
 *
 * `moduleUrl`: a `file:` or `data:` URL, or an absolute path (`__filename` in CommonJS). The module is loaded once in
 * each thread that runs one of its tasks. `exportName`: of a function, synchronous or not; `default` is one too.
 * Throws a {@link BlockingTaskError} if it is neither, or there is no such file. Whether the module has the export is
 * known when the task first runs: while the module defines its task, it is not loaded to the end.
 */
export function defineTask<F extends TaskFunction>(
  moduleUrl: string | URL,
  exportName: string,
): BlockingTask<F> {
  if (typeof exportName !== 'string' || exportName === '') {
    throw invalid(
      `the export's name of a task is ${shown(exportName)}, which is no name.`,
      "Write defineTask(import.meta.url, 'nameOfTheExportedFunction').",
    );
  }
  const task: BlockingTask<F> = Object.freeze({ moduleUrl: urlOf(moduleUrl, exportName), exportName });
  defined().set(task, {
    key: `${exportName.length} ${exportName}${task.moduleUrl}`,
    runBlocking: `runBlocking ${exportName}`,
    blockOn: `blockOn ${exportName}`,
    spanOptions: { attributes: { 'code.function.name': exportName } },
  });
  return task;
}

/** Throws for what `defineTask` has not made. */
export function checkTask(task: unknown, caller: string): asserts task is BlockingTask {
  if (typeof task === 'object' && task !== null && defined().has(task)) return;
  throw invalid(
    `${caller} was called with ${typeof task === 'function' ? 'a function' : shown(task)}, which is no task.`,
    'A function cannot go to another thread: export it, and pass defineTask(import.meta.url, its name).',
  );
}

/** Of a task that was checked. */
export function taskNames(task: BlockingTask): TaskNames {
  return defined().get(task) as TaskNames;
}

/** What `defineTask` was given. */
export function splitTaskKey(key: string): { readonly moduleUrl: string; readonly exportName: string } {
  const start = key.indexOf(' ') + 1;
  const end = start + Number(key.slice(0, start));
  return { moduleUrl: key.slice(end), exportName: key.slice(start, end) };
}

function urlOf(moduleUrl: unknown, exportName: string): string {
  const text = moduleUrl instanceof URL ? moduleUrl.href : moduleUrl;
  if (typeof text === 'string') {
    if (text.startsWith('data:') || text.startsWith('node:')) return text;
    if (text.startsWith('file:')) return existing(fileURLToPath(withoutQuery(text)), text, exportName);
    if (isAbsolute(text)) return existing(text, pathToFileURL(text).href, exportName);
  }
  throw invalid(
    `the module of the task ${exportName} is ${shown(moduleUrl)}, which is no file: URL and no absolute path.`,
    'Pass import.meta.url, or __filename in CommonJS.',
  );
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

function existing(path: string, url: string, exportName: string): string {
  if (existsSync(path)) return url;
  throw invalid(
    `the module of the task ${exportName}, ${path}, does not exist.`,
    'Pass import.meta.url of the module that exports the function; a bundler must leave this file in place.',
  );
}

function invalid(message: string, remedy: string): BlockingTaskError {
  return new BlockingTaskError({ code: 'ERR_OFFLOOP_TASK_INVALID', message, remedy });
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 100))
    : value === null
      ? 'null'
      : typeof value;
}
