// Bounds the exports that run at the same time. Export worker; caller: the pipeline.
// There is no waiting line: what finds no room stays in the ring, which is bounded and counts what it refuses.
//
//   while (limiter.hasRoom && batcher.isDue(now)) {
//     const payload = ...;
//     limiter.run(() => transport.send(payload, deadlineMillis)).then(settle);
//   }

export class InFlightLimiter {
  readonly limit: number;
  #inFlight = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.limit;
  }

  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /**
   * Runs `task` and counts it until its promise is settled. To be called only while there is room: one more
   * than the limit is the caller's mistake, and is refused rather than queued.
   */
  run<T>(task: () => Promise<T>): Promise<T> {
    if (!this.hasRoom) return Promise.reject(new RangeError(`more than ${this.limit} exports in flight`));
    this.#inFlight++;
    return this.#count(task);
  }

  async #count<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      // Before the caller's continuation: it finds the room that its own export left.
      this.#inFlight--;
    }
  }
}
