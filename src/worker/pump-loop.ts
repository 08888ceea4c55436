// Turns the pipeline: pump, rest, pump again, until it was shut down. Thread: worker, or the calling thread without
// workers. Caller: lane.ts.

import { causeOf, type Diagnostics } from './diagnostics.js';
import { HEARTBEAT_MILLIS, type Pipeline } from './pipeline.js';
import type { Scheduler } from './transport/transport.js';
import type { WaitStrategy } from './wait-strategy.js';

export class PumpLoop {
  readonly #pipeline: Pipeline;
  readonly #wait: WaitStrategy;
  readonly #scheduler: Scheduler;
  readonly #diagnostics: Diagnostics;

  constructor(pipeline: Pipeline, wait: WaitStrategy, scheduler: Scheduler, diagnostics: Diagnostics) {
    this.#pipeline = pipeline;
    this.#wait = wait;
    this.#scheduler = scheduler;
    this.#diagnostics = diagnostics;
  }

  /** One turn, and everything that follows from it. */
  readonly run = (): void => {
    const sleepMillis = this.pump();
    if (this.#pipeline.isStopped) this.#wait.stop();
    else this.#wait.rest(sleepMillis, this.run);
  };

  /** One turn now. A defect in it must not end the thread: the next turn may do better. */
  pump(): number {
    try {
      return this.#pipeline.pumpOnce(this.#scheduler.now());
    } catch (error) {
      this.#diagnostics.report('error', 'pump', causeOf(error));
      return HEARTBEAT_MILLIS;
    }
  }
}
