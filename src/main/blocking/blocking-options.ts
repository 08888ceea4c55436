// How the pool of `runBlocking` is made: `configureBlocking`, and OFFLOOP_BLOCKING_THREADS. Thread: the user's. Callers: user
// code before the first task; blocking-runner.ts.

import { availableParallelism } from 'node:os';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import { report } from '../lifecycle/diagnostics.js';
import { BlockingError } from './blocking-errors.js';

const VARIABLE = 'OFFLOOP_BLOCKING_THREADS';
const THREADS_MAX = 64;
const QUEUE_SIZE_DEFAULT = 1024;
const QUEUE_SIZE_MAX = 1_000_000;
const KEEP_ALIVE_MILLIS_DEFAULT = 10_000;
const MILLIS_MAX = 2_147_483_647;
const MEGABYTES_MAX = 1_048_576;
/** With less than 8 a thread cannot start, with 1 V8 ends the whole process (measured: Node 24). */
const OLD_MEGABYTES_MIN = 16;
const YOUNG_MEGABYTES_MIN = 1;
/** With 0.25 a thread cannot start, with 0.1 the whole process ends without a word (measured: Node 24). */
const STACK_MEGABYTES_MIN = 1;
const STACK_MEGABYTES_MAX = 1024;

export interface BlockingOptions {
  /**
   * Most threads at a time. 1 to 64, default `OFFLOOP_BLOCKING_THREADS`, else the processors of this process. One that is ended, by
   * abort or time-out, counts until it is gone: what runs outside JavaScript in it (`execFileSync`) comes to its end first.
   */
  threads?: number;
  /** Most tasks that wait for a thread; the next one is refused. 0 to 1000000, default 1024. */
  queueSize?: number;
  /** How long a thread without a task stays, in ms. 0 to 2147483647, default 10000. */
  keepAliveMillis?: number;
  /** Stack of a thread, in MB. 1 to 1024, default Node's 4. */
  stackSizeMb?: number;
  /** Heap of a thread for long-lived objects, in MB; a task that needs more ends with its thread. 16 to 1048576, default Node's. */
  maxOldGenerationSizeMb?: number;
  /** Heap of a thread for new objects, in MB. 1 to 1048576, default Node's. */
  maxYoungGenerationSizeMb?: number;
}

export interface BlockingSettings {
  readonly threads: number;
  readonly queueSize: number;
  readonly keepAliveMillis: number;
  readonly resourceLimits: Readonly<Record<string, number>>;
}

let given: BlockingOptions = {};
let isTaken = false;

/**
 * Sets how blocking tasks are run, for this thread. To be called before the first task, else it throws a BlockingError
 * (`ERR_OFFLOOP_BLOCKING_STARTED`): the pool's threads are there. Throws an {@link OptionError} for a wrong value. What is not
 * given keeps its default; a later call replaces an earlier one.
 */
export function configureBlocking(options: BlockingOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new OptionError({
      option: 'blocking',
      value: quoteValue(options),
      range: 'an object of options',
      remedy: 'Write configureBlocking({ threads: 4 }).',
    });
  }
  if (isTaken) {
    throw new BlockingError({
      code: 'ERR_OFFLOOP_BLOCKING_STARTED',
      message: 'configureBlocking was called after the first blocking task.',
      remedy: 'Call it at the start of the application.',
    });
  }
  whole('threads', options.threads, 1, THREADS_MAX);
  whole('queueSize', options.queueSize, 0, QUEUE_SIZE_MAX);
  whole('keepAliveMillis', options.keepAliveMillis, 0, MILLIS_MAX);
  megabytes('stackSizeMb', options.stackSizeMb, STACK_MEGABYTES_MIN, STACK_MEGABYTES_MAX);
  megabytes('maxOldGenerationSizeMb', options.maxOldGenerationSizeMb, OLD_MEGABYTES_MIN, MEGABYTES_MAX);
  megabytes('maxYoungGenerationSizeMb', options.maxYoungGenerationSizeMb, YOUNG_MEGABYTES_MIN, MEGABYTES_MAX);
  given = { ...options };
}

/** Of the pool that is made now. */
export function takeBlockingSettings(environment: NodeJS.ProcessEnv = process.env): BlockingSettings {
  isTaken = true;
  const { stackSizeMb, maxOldGenerationSizeMb, maxYoungGenerationSizeMb } = given;
  const limits = { stackSizeMb, maxOldGenerationSizeMb, maxYoungGenerationSizeMb };
  return {
    threads: given.threads ?? threadsOf(environment[VARIABLE]),
    queueSize: given.queueSize ?? QUEUE_SIZE_DEFAULT,
    keepAliveMillis: given.keepAliveMillis ?? KEEP_ALIVE_MILLIS_DEFAULT,
    resourceLimits: Object.fromEntries(
      Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined),
    ),
  };
}

/** A wrong variable is said, and passed over. */
export function threadsOf(text: string | undefined): number {
  const byDefault = Math.min(availableParallelism(), THREADS_MAX);
  if (text === undefined || text.trim() === '') return byDefault;
  // Decimal digits, as all variables have them.
  const threads = /^\+?\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (threads >= 1 && threads <= THREADS_MAX) return threads;
  const value = JSON.stringify(text.slice(0, 32));
  report('warn', VARIABLE, `${VARIABLE} is ${value}, but must be 1 to ${THREADS_MAX}. ${byDefault} is used.`);
  return byDefault;
}

function whole(option: string, value: unknown, min: number, max: number): void {
  if (
    value === undefined ||
    (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
  )
    return;
  throw refusal(option, value, `an integer from ${min} to ${max}`);
}

function megabytes(option: string, value: unknown, min: number, max: number): void {
  if (value === undefined || (typeof value === 'number' && value >= min && value <= max)) return;
  throw refusal(option, value, `${min} to ${max} MB`);
}

function refusal(option: string, value: unknown, range: string): OptionError {
  const shown = typeof value === 'number' ? String(value) : typeof value;
  const remedy = 'Correct it, or leave it out for the default.';
  return new OptionError({ option: `blocking.${option}`, value: shown, range, remedy });
}
