// Takes traces out of the store once they have settled and turns them into text. Receiver process; pumped by
// receiver-command.ts with its clock.

import { drawTrace } from '../trace/trace-text.js';
import { buildTraceTree } from '../trace/trace-tree.js';
import type { TraceStore } from './trace-store.js';

/** Batches of several services arrive seconds apart; a trace with all its parents needs less patience. */
export const COMPLETE_SETTLE_MILLIS = 500;
export const INCOMPLETE_SETTLE_MILLIS = 6_000;

/** More than a reader could follow is counted and not drawn. */
export const TRACES_PER_PUMP_MAX = 20;

export class TracePrinter {
  readonly #store: TraceStore;
  readonly #write: (text: string) => void;

  constructor(store: TraceStore, write: (text: string) => void) {
    this.#store = store;
    this.#write = write;
  }

  /** With `everything`, traces that have not settled are drawn too: the end has come. */
  pump(nowMillis: number, everything = false): void {
    let drawn = 0;
    let passedOver = 0;
    for (const { traceId, spans, omittedSpans, lastArrivalMillis } of this.#store.traces()) {
      const quietMillis = nowMillis - lastArrivalMillis;
      if (quietMillis < COMPLETE_SETTLE_MILLIS && !everything) continue;
      const tree = buildTraceTree(traceId, spans);
      if (!tree.complete && quietMillis < INCOMPLETE_SETTLE_MILLIS && !everything) continue;
      this.#store.delete(traceId);
      if (drawn >= TRACES_PER_PUMP_MAX) {
        passedOver++;
        continue;
      }
      drawn++;
      const omitted = omittedSpans > 0 ? `(and ${omittedSpans} spans more than are kept)\n` : '';
      this.#write(`${drawTrace(tree)}\n${omitted}\n`);
    }
    if (passedOver > 0) this.#write(`(${passedOver} more traces, not drawn)\n\n`);
  }
}
