// What goes between the thread that wants a task done and the one that does it. Types, and the one clock that both read.
// Callers: blocking-runner.ts and thread/task-thread.ts.
//
// Calls and answers are lists: each named property is written, read and looked up again (a call 7.6 -> 5.3 us in both threads
// together, an answer 4.8 -> 3.8; measured by posting to a port of the same thread).

import type { MessagePort } from 'node:worker_threads';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import type { CarriedBaggage, CarriedSpan } from './carried-context.js';
import type { ErrorData } from './error-data.js';
import type { SpanData } from './span-data.js';

/** Of the pool, when its threads start. */
export interface TaskThreadData {
  readonly offloopTaskThread: true;
  readonly limits: SpanLimits | undefined;
  /** One word: spans that threads of the pool have posted and nobody has received yet. */
  readonly spansInFlight: Int32Array;
  /** Of `blockOn`: where its calls come and its answers go, and the word that wakes the caller. */
  readonly blockOn?: { readonly port: MessagePort; readonly answered: Int32Array };
}

export type TaskCall = readonly [
  /** Of the task: `taskKey`. */
  key: string,
  args: readonly unknown[],
  /** Undefined: nothing records in the caller's thread, so nothing does in the task's. */
  span: CarriedSpan | undefined,
  baggage: CarriedBaggage | undefined,
  /** Directives in force in the caller's thread; undefined: nobody has asked for them, the variable holds. */
  levels: string | undefined,
];

export type TaskOutcome =
  | readonly [kind: 'value', value: unknown]
  /** The value, which may be anything that can be cloned, comes over the thread's own port. */
  | readonly [kind: 'posted', value: undefined]
  | readonly [kind: 'error', error: ErrorData]
  | readonly [kind: 'refused', refusal: TaskRefusal];

/** The task could not be called, or its result not be sent. */
export interface TaskRefusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly cause?: ErrorData;
}

/** What the pool's thread gives back for a call. `startedMillis`: when the task began, as `monotonicMillis()` gives it. */
export type TaskReturn = readonly [
  threadId: number,
  startedMillis: number,
  runMillis: number,
  ...outcome: TaskOutcome,
];

/** What comes over a thread's own port, in this order: spans as they end, then a result. */
export type ThreadMessage =
  | { readonly span: SpanData }
  | { readonly result: unknown }
  /** Spans not posted, since too many were in flight. */
  | { readonly lostSpans: number }
  /** Only of `blockOn`: the call is over, or the thread is. */
  | { readonly answer: TaskReturn }
  | { readonly uncaught: ErrorData }
  | { readonly exitCode: number };

/** What a thread says first of all: where its messages come. */
export interface ThreadHello {
  readonly offloopPort: MessagePort;
  readonly threadId: number;
}

/** The same clock in all threads, unlike `performance.now()`. */
export function monotonicMillis(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Spans posted and not received: past this they are counted and left out. The receiver's loop may stand still. */
export const SPANS_IN_FLIGHT_MAX = 65_536;
