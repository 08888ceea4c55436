// What `runBlocking`, `runBlockingAll`, `blockOn` and `defineTask` reject with or throw. Thread: any. Callers: everything in
// main/blocking, and users, who tell them apart by class or by `code`. An error that the task itself throws is none of these.

export interface BlockingErrorDetails {
  readonly code: string;
  /** What happened, in one sentence. */
  readonly message: string;
  /** What to do now. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** The class of all of them. */
export class BlockingError extends Error {
  override readonly name: string = 'BlockingError';
  /** `ERR_OFFLOOP_BLOCKING_...` or `ERR_OFFLOOP_TASK_...`. */
  readonly code: string;
  /** What to do now. */
  readonly remedy: string;

  constructor({ code, message, remedy, cause }: BlockingErrorDetails) {
    super(`offloop: ${message} ${remedy}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * The task cannot be called: it is none (`ERR_OFFLOOP_TASK_INVALID`), its module does not load (`_MODULE`) or has no
 * such function (`_EXPORT`), its arguments (`_ARGUMENTS`) or its result (`_RESULT`) cannot be cloned.
 */
export class BlockingTaskError extends BlockingError {
  override readonly name = 'BlockingTaskError';
}

/** As many tasks wait as may (`ERR_OFFLOOP_BLOCKING_QUEUE_FULL`); this one was never begun. */
export class BlockingQueueFullError extends BlockingError {
  override readonly name = 'BlockingQueueFullError';
  /** Tasks that wait. */
  readonly queueSize: number;

  constructor(task: string, queueSize: number) {
    super({
      code: 'ERR_OFFLOOP_BLOCKING_QUEUE_FULL',
      message: `${task} was refused: ${queueSize} blocking tasks wait already.`,
      remedy: 'Try it later, take in less work, or raise queueSize with configureBlocking.',
    });
    this.queueSize = queueSize;
  }
}

/** `timeoutMillis` was over (`ERR_OFFLOOP_BLOCKING_TIMEOUT`): the task was taken from the queue, or its thread ended. */
export class BlockingTimeoutError extends BlockingError {
  override readonly name = 'BlockingTimeoutError';
  readonly timeoutMillis: number;

  constructor(task: string, timeoutMillis: number, isRunning: boolean) {
    super({
      code: 'ERR_OFFLOOP_BLOCKING_TIMEOUT',
      message: `${task} took longer than ${timeoutMillis} ms ${isRunning ? 'and was ended with its thread' : 'waiting for a thread'}.`,
      remedy: 'Raise timeoutMillis, or let the task do less.',
    });
    this.timeoutMillis = timeoutMillis;
  }
}

/**
 * The task's thread is gone, the next task gets a new one: it called `process.exit` (`ERR_OFFLOOP_BLOCKING_THREAD_EXIT`),
 * ran out of memory (`_OUT_OF_MEMORY`), had an error that nothing caught (`_UNCAUGHT`), or could not be started (`_START`).
 */
export class BlockingThreadError extends BlockingError {
  override readonly name = 'BlockingThreadError';
  /** Of the thread; undefined if it did not end by itself. */
  readonly exitCode: number | undefined;

  constructor(details: BlockingErrorDetails, exitCode?: number) {
    super(details);
    this.exitCode = exitCode;
  }
}
