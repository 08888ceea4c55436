// Calls a task: loads its module, finds the function, runs it in the carried context. Threads: the task's, from
// task-thread.ts; and a task's own, for a task that it runs in turn, from blocking-runner.ts.

import { context } from '@opentelemetry/api';
import { uncarryContext } from '../carried-context.js';
import { errorData } from '../error-data.js';
import type { TaskFunction } from '../task.js';
import type { TaskCall, TaskOutcome } from '../task-message.js';

/** Modules are few; one that makes up its URLs does not fill the memory. */
const FUNCTIONS_MAX = 1024;
const NAMES_SHOWN_MAX = 20;

const functions = new Map<string, TaskFunction>();

/** Never rejects. The value is as the task gave it. */
export async function callTask(call: TaskCall): Promise<TaskOutcome> {
  const key = `${call.exportName} ${call.moduleUrl}`;
  let run = functions.get(key);
  if (run === undefined) {
    const found = await findTask(call);
    if (typeof found !== 'function') return found;
    if (functions.size < FUNCTIONS_MAX) functions.set(key, found);
    run = found;
  }
  try {
    const value = await context.with(uncarryContext(call.context), run, undefined, ...call.args);
    return { kind: 'value', value };
  } catch (error) {
    return { kind: 'error', error: errorData(error) };
  }
}

async function findTask({ moduleUrl, exportName }: TaskCall): Promise<TaskFunction | TaskOutcome> {
  let exported: Record<string, unknown>;
  try {
    exported = await import(moduleUrl);
  } catch (error) {
    return {
      kind: 'refused',
      code: 'ERR_OFFLOOP_TASK_MODULE',
      message: `the module of the task ${exportName}, ${moduleUrl}, did not load: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'See the cause. It is loaded again in each thread: what it needs must be there too.',
      cause: errorData(error),
    };
  }
  // Of a CommonJS module Node finds most names, but not all.
  const found =
    exported[exportName] ?? (exported.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof found === 'function') return found as TaskFunction;
  const names = Object.keys(exported).slice(0, NAMES_SHOWN_MAX).join(', ') || 'nothing';
  return {
    kind: 'refused',
    code: 'ERR_OFFLOOP_TASK_EXPORT',
    message: `${moduleUrl} exports ${found === undefined ? `no ${exportName}` : `${exportName}, but it is no function`}; it exports ${names}.`,
    remedy: 'Export the function under the name that defineTask was given.',
  };
}
