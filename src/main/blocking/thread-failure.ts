// What piscina rejects with when a task could not be posted or its thread is gone -> errors that say so. Thread: the user's.
// Callers: blocking-pool.ts, block-on-runner.ts.

import { BlockingTaskError, BlockingThreadError } from './blocking-errors.js';
import type { BlockingJob } from './blocking-job.js';

const EXITED = /^worker exited with code: (-?\d+)$/;

export function failureOf(error: unknown, { name, call }: BlockingJob): Error {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const uncloneable = cloneFailureOf(error, name, call[1]);
  if (uncloneable !== undefined) return uncloneable;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new BlockingThreadError({
      code: 'ERR_OFFLOOP_BLOCKING_OUT_OF_MEMORY',
      message: `${name} ran out of memory, and its thread ended.`,
      remedy: 'Give it less, or raise maxOldGenerationSizeMb with configureBlocking.',
      cause: error,
    });
  }
  const exited = typeof message === 'string' ? EXITED.exec(message) : null;
  if (exited !== null) {
    return new BlockingThreadError(
      {
        code: 'ERR_OFFLOOP_BLOCKING_THREAD_EXIT',
        message: `the thread of ${name} ended with code ${exited[1]} before the task did.`,
        remedy: 'A task must not call process.exit(): let it return or throw.',
        cause: error,
      },
      Number(exited[1]),
    );
  }
  if (message === 'Terminating worker thread' || code === 'ERR_WORKER_INIT_FAILED') {
    return new BlockingThreadError({
      code: 'ERR_OFFLOOP_BLOCKING_START',
      message: `no thread for ${name} could be started.`,
      remedy:
        'Check the limits given to configureBlocking, what --import and --require load, and the system.',
      cause: error,
    });
  }
  return new BlockingThreadError({
    code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
    message: `the thread of ${name} ended by an error that nothing caught: ${String(message ?? error)}.`,
    remedy: 'Wait in the task for all that it starts, and handle its errors there.',
    cause: error,
  });
}

/** Undefined: it is another error. */
export function cloneFailureOf(
  error: unknown,
  name: string,
  args: readonly unknown[],
): BlockingTaskError | undefined {
  if (!isCloneError(error)) return undefined;
  return new BlockingTaskError({
    code: 'ERR_OFFLOOP_TASK_ARGUMENTS',
    message: `${badArgument(args)} of ${name} cannot go to another thread: ${String((error as Error).message)}`,
    remedy:
      'Pass plain data, or list what is to be moved in transferList; functions and sockets stay where they are.',
    cause: error,
  });
}

function isCloneError(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'DataCloneError';
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'ERR_INVALID_TRANSFER_OBJECT' || code === 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST';
}

function badArgument(args: readonly unknown[]): string {
  const index = args.findIndex((arg) => {
    try {
      structuredClone(arg);
      return false;
    } catch {
      return true;
    }
  });
  return index < 0 ? 'what is to be transferred' : `argument ${index}`;
}
