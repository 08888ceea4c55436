// Calls a task: loads its module, finds the function, runs it in the carried context. Threads: the task's, from
// task-thread.ts; and a task's own, for a task that it runs in turn, from blocking-runner.ts.

import { context } from '@opentelemetry/api';
import { uncarryContext } from '../message/carried-context.js';
import { errorData } from '../message/error-data.js';
import type { TaskCall, TaskOutcome } from '../message/task-message.js';
import { splitTaskKey, type TaskFunction } from '../task.js';

/** Modules are few; one that makes up its URLs does not fill the memory. */
const FUNCTIONS_MAX = 1024;
const NAMES_SHOWN_MAX = 20;

const functions = new Map<string, TaskFunction>();

/** Never throws, never rejects. The value is as the task gave it. */
export function callTask(call: TaskCall): TaskOutcome | Promise<TaskOutcome> {
  const run = functions.get(call[0]);
  return run === undefined ? loadAndCall(call) : callFound(run, call);
}

async function loadAndCall(call: TaskCall): Promise<TaskOutcome> {
  const [key] = call;
  const found = await findTask(key);
  if (typeof found !== 'function') return found;
  if (functions.size < FUNCTIONS_MAX) functions.set(key, found);
  return callFound(found, call);
}

function callFound(run: TaskFunction, [, args, span, baggage]: TaskCall): TaskOutcome | Promise<TaskOutcome> {
  try {
    const value: unknown = context.with(uncarryContext(span, baggage), run, undefined, ...args);
    const mayBePromise = (typeof value === 'object' && value !== null) || typeof value === 'function';
    return mayBePromise && 'then' in value ? awaited(value) : ['value', value];
  } catch (error) {
    return ['error', errorData(error)];
  }
}

async function awaited(promise: unknown): Promise<TaskOutcome> {
  try {
    return ['value', await promise];
  } catch (error) {
    return ['error', errorData(error)];
  }
}

async function findTask(key: string): Promise<TaskFunction | TaskOutcome> {
  const { moduleUrl, exportName } = splitTaskKey(key);
  let exported: Record<string, unknown>;
  try {
    exported = await import(/* webpackIgnore: true */ moduleUrl);
  } catch (error) {
    return [
      'refused',
      {
        code: 'ERR_OFFLOOP_TASK_MODULE',
        message: `the module of the task ${exportName}, ${moduleUrl}, did not load: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'See the cause. It is loaded again in each thread: what it needs must be there too.',
        cause: errorData(error),
      },
    ];
  }
  // Of a CommonJS module Node finds most names, but not all.
  const found =
    exported[exportName] ?? (exported.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof found === 'function') return found as TaskFunction;
  const names = Object.keys(exported).slice(0, NAMES_SHOWN_MAX).join(', ') || 'nothing';
  return [
    'refused',
    {
      code: 'ERR_OFFLOOP_TASK_EXPORT',
      message: `${moduleUrl} exports ${found === undefined ? `no ${exportName}` : `${exportName}, but it is no function`}; it exports ${names}.`,
      remedy: 'Export the function under the name that defineTask was given.',
    },
  ];
}
