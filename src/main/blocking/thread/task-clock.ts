// The clock of spans in a task's thread: that of the caller's thread, whose export worker converts the caller's spans, and like
// it following steps of the wall clock (shared/clock-anchor.ts). Thread: the task's. Caller: task-tracing.ts.

import { STEP_MILLIS } from '../../../shared/clock-anchor.js';
import { monotonicMillis } from '../../lifecycle/process-clock.js';
import type { SpanTimeSource } from '../../sdk/types.js';

export class TaskClock implements SpanTimeSource {
  #unixMillisAtZero: number;

  constructor(unixMillisAtMonotonicZero: number) {
    this.#unixMillisAtZero = unixMillisAtMonotonicZero;
  }

  wallMillis(): number {
    const atZero = Date.now() - monotonicMillis();
    if (Math.abs(atZero - this.#unixMillisAtZero) > STEP_MILLIS) this.#unixMillisAtZero = atZero;
    return this.#unixMillisAtZero + monotonicMillis();
  }

  monotonicMillis(): number {
    return monotonicMillis();
  }
}
