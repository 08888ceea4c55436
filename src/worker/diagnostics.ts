// What goes wrong in the worker, told to main's diag: counted always, said seldom. Thread: worker. Callers: all parts
// of the pipeline. The control server gives it a listener once main is connected.

import { LaneCounter } from '../shared/counters.js';

export type DiagnosticLevel = 'error' | 'warn' | 'info' | 'debug';
export type DiagnosticListener = (level: DiagnosticLevel, message: string) => void;

/** One kind of message is said once in this time; what was left out is said with the next one. */
export const DIAGNOSTIC_PERIOD_MILLIS = 10_000;
/** Messages kept until main listens. */
export const DIAGNOSTIC_BACKLOG_MAX = 16;
/** Kinds told apart; further ones share one period. */
const KINDS_MAX = 64;
const MESSAGE_LENGTH_MAX = 1024;

interface Kind {
  saidMillis: number;
  suppressed: number;
}

export class Diagnostics {
  readonly #counters: Float64Array;
  readonly #nowMillis: () => number;
  readonly #kinds = new Map<string, Kind>();
  readonly #backlog: [DiagnosticLevel, string][] = [];
  #listener: DiagnosticListener | undefined;

  constructor(counters: Float64Array, nowMillis: () => number) {
    this.#counters = counters;
    this.#nowMillis = nowMillis;
  }

  /** `kind` is a short constant: messages of one kind are rate-limited together. */
  report(level: DiagnosticLevel, kind: string, message: string): void {
    if (level === 'error') this.#counters[LaneCounter.Errors]++;
    const state = this.#stateOf(kind);
    const now = this.#nowMillis();
    if (now - state.saidMillis < DIAGNOSTIC_PERIOD_MILLIS) {
      state.suppressed++;
      return;
    }
    const more = state.suppressed > 0 ? ` (and ${state.suppressed} more since the last report)` : '';
    state.saidMillis = now;
    state.suppressed = 0;
    this.#say(level, `${kind}: ${message.slice(0, MESSAGE_LENGTH_MAX)}${more}`);
  }

  listen(listener: DiagnosticListener): void {
    this.#listener = listener;
    for (const [level, message] of this.#backlog.splice(0)) this.#say(level, message);
  }

  #say(level: DiagnosticLevel, message: string): void {
    if (!this.#listener) {
      if (this.#backlog.length < DIAGNOSTIC_BACKLOG_MAX) this.#backlog.push([level, message]);
      return;
    }
    try {
      this.#listener(level, message);
    } catch {
      this.#counters[LaneCounter.Errors]++;
    }
  }

  #stateOf(kind: string): Kind {
    const known = this.#kinds.get(kind);
    if (known) return known;
    if (this.#kinds.size >= KINDS_MAX && kind !== 'other') return this.#stateOf('other');
    const state = { saidMillis: Number.NEGATIVE_INFINITY, suppressed: 0 };
    this.#kinds.set(kind, state);
    return state;
  }
}

/** A thrown value in words. */
export function causeOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : `a thrown ${typeof error}`;
}
