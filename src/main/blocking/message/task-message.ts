// What goes between the thread that wants a task done and the one that does it. Types only.
// Callers: blocking-runner.ts and thread/task-thread.ts.
//
// Calls and answers are lists: each named property is written, read and looked up again (a call 7.6 -> 5.3 us in both threads
// together, an answer 4.8 -> 3.8; measured by posting to a port of the same thread).

import type { MessagePort } from 'node:worker_threads';
import type { SpanLimits } from '../../../shared/config/resolved-config.js';
import type { CarriedBaggage, CarriedSpan } from './carried-context.js';
import type { ErrorData } from './error-data.js';
import type { SpanData } from './span-data.js';

/** Of the pool, when its threads start. */
export interface TaskThreadData {
  readonly offloopTaskThread: true;
  readonly limits: SpanLimits | undefined;
  /** Of the caller's spans (lifecycle/process-clock.ts). Undefined: each of them reads the wall clock. */
  readonly unixMillisAtMonotonicZero: number | undefined;
  /** One word: spans that threads of the pool have posted and nobody has received yet. */
  readonly spansInFlight: Int32Array;
  /** Of `blockOn`: where its calls come and its answers go, where spans go, and the word that wakes the caller. */
  readonly blockOn?: {
    readonly calls: MessagePort;
    readonly spans: MessagePort;
    readonly answered: Int32Array;
  };
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
  | readonly [kind: 'error', error: ErrorData]
  | readonly [kind: 'refused', refusal: TaskRefusal];

/** The task could not be called, or its result not be sent. */
export interface TaskRefusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly cause?: ErrorData;
}

/** The answer to a call. `startedMillis`: when the task began, as `monotonicMillis()` gives it. */
export type TaskReturn = readonly [
  threadId: number,
  startedMillis: number,
  runMillis: number,
  ...outcome: TaskOutcome,
];

/** A span that has ended, or how many were not posted, since too many were in flight. */
export type SpansMessage = { readonly span: SpanData } | { readonly lostSpans: number };

/** What comes over a thread's port, in this order: spans as they end, then the answer. */
export type ThreadMessage = SpansMessage | TaskReturn;

/** Only of `blockOn`: the thread ends. */
export type ThreadEnd = { readonly uncaught: ErrorData } | { readonly exitCode: number };

export function isSpansMessage(message: ThreadMessage): message is SpansMessage {
  return 'span' in message || 'lostSpans' in message;
}

/** Spans posted and not received: past this they are counted and left out. The receiver's loop may stand still. */
export const SPANS_IN_FLIGHT_MAX = 65_536;
