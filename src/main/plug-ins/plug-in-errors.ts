// What plug-ins of users throw (processors, samplers, id generators, configurators): counted, said, and gone. Thread:
// producer. Callers: everything in main/sdk that calls a plug-in. Nothing of it reaches user code or the next plug-in.
// Specification: Error handling, "Guidance"; Trace SDK, "Span processor".
//
// A processor that throws for each span would make a line for each span: per plug-in and method the error handler gets
// the first ten errors of a minute, diag one line; the count has them all.

import { causeOf, report } from '../lifecycle/diagnostics.js';
import { wasReported } from './reported-errors.js';

export type HandleError = (error: unknown) => void;

const HANDLED_PER_PERIOD_MAX = 10;
const PERIOD_MILLIS = 60_000;
const KINDS_MAX = 64;

interface Period {
  startMillis: number;
  handled: number;
}

export class PlugInErrors {
  /** Calls of plug-ins that threw or were rejected. */
  count = 0;
  readonly #handleError: HandleError;
  readonly #periods = new Map<string, Period>();

  constructor(handleError: HandleError) {
    this.#handleError = handleError;
  }

  /** `role` is what the plug-in is there for; its class says which one it is. */
  report(role: string, plugIn: unknown, method: string, error: unknown): void {
    this.count++;
    const kind = `${role} ${classNameOf(plugIn)}.${method}`;
    report('error', kind, `${kind} failed: ${causeOf(error)}`);
    if (wasReported(error) || !this.#mayHandle(kind)) return;
    try {
      this.#handleError(error);
    } catch {
      // The application's error handler threw: there is nobody left to tell.
    }
  }

  /**
   * For what a method returned that is not async. `async` in front of it is wrong and common: nobody waits for it, and a
   * rejection that nobody handles would end the process. True: it was.
   */
  watch(role: string, plugIn: unknown, method: string, result: unknown): boolean {
    if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false;
    Promise.resolve(result).catch((error) => this.report(role, plugIn, method, error));
    return true;
  }

  #mayHandle(kind: string): boolean {
    const now = performance.now();
    let period = this.#periods.get(kind);
    if (period === undefined) {
      if (this.#periods.size >= KINDS_MAX) this.#periods.clear();
      period = { startMillis: now, handled: 0 };
      this.#periods.set(kind, period);
    } else if (now - period.startMillis >= PERIOD_MILLIS || now < period.startMillis) {
      period.startMillis = now;
      period.handled = 0;
    }
    return period.handled++ < HANDLED_PER_PERIOD_MAX;
  }
}

function classNameOf(plugIn: unknown): string {
  try {
    const name: unknown = (plugIn as { constructor?: { name?: unknown } } | undefined)?.constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'of the application';
  } catch {
    return 'of the application';
  }
}
