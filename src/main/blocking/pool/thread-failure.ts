// Why a task could not be posted, or what ended its thread -> errors that say so. Thread: the user's.
// Callers: task-thread-host.ts, blocking-pool.ts, blocking-runner.ts, block-on-runner.ts.

import { BlockingTaskError, BlockingThreadError } from '../blocking-errors.js';

/** Of a thread that has ended. `isUp`: it was ready for tasks. `error`: undefined if it has just ended. */
export function failureOf(
  name: string,
  isUp: boolean,
  error: unknown,
  exitCode: number,
): BlockingThreadError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new BlockingThreadError({
      code: 'ERR_OFFLOOP_BLOCKING_OUT_OF_MEMORY',
      message: `${name} ran out of memory, and its thread ended.`,
      remedy: 'Give it less, or raise maxOldGenerationSizeMb with configureBlocking.',
      cause: error,
    });
  }
  if (!isUp) return startFailureOf(name, error ?? new Error(`it ended with code ${exitCode}`));
  if (error === undefined) return exitFailureOf(name, exitCode);
  return new BlockingThreadError({
    code: 'ERR_OFFLOOP_BLOCKING_UNCAUGHT',
    message: `the thread of ${name} ended by an error that nothing caught: ${String(message ?? error)}.`,
    remedy: 'Wait in the task for all that it starts, and handle its errors there.',
    cause: error,
  });
}

export function startFailureOf(name: string, error: unknown): BlockingThreadError {
  return new BlockingThreadError({
    code: 'ERR_OFFLOOP_BLOCKING_START',
    message: `no thread for ${name} could be started.`,
    remedy: 'Check the limits given to configureBlocking, what --import and --require load, and the system.',
    cause: error,
  });
}

export function exitFailureOf(name: string, exitCode: number): BlockingThreadError {
  return new BlockingThreadError(
    {
      code: 'ERR_OFFLOOP_BLOCKING_THREAD_EXIT',
      message: `the thread of ${name} ended with code ${exitCode} before the task did.`,
      remedy: 'A task must not call process.exit(): let it return or throw.',
    },
    exitCode,
  );
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
