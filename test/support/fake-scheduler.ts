// Time moved by hand, for everything in src/worker that takes a Scheduler.

import type { Scheduler } from '../../src/worker/transport/transport.js';

interface FakeTimer {
  readonly dueMillis: number;
  readonly order: number;
  readonly callback: () => void;
}

/** More promise links than any chain in src/worker has: after so many turns of the microtask queue it is empty. */
const MICROTASK_TURNS = 64;

export class FakeScheduler implements Scheduler {
  #nowMillis: number;
  #order = 0;
  readonly #timers = new Set<FakeTimer>();

  constructor(nowMillis = 0) {
    this.#nowMillis = nowMillis;
  }

  now(): number {
    return this.#nowMillis;
  }

  setTimer(callback: () => void, delayMillis: number): unknown {
    // As setTimeout does: nothing fires in the same turn, not even a delay of 0 or NaN.
    const delay = Math.max(0, delayMillis || 0);
    const timer: FakeTimer = { dueMillis: this.#nowMillis + delay, order: this.#order++, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.#timers.delete(timer as FakeTimer);
  }

  /** Timers that wait: 0 at the end of a test proves that nothing was left behind. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer, or undefined if none waits. */
  get nextTimerMillis(): number | undefined {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next && next.dueMillis - this.#nowMillis;
  }

  /** Moves time, firing what falls due in order, timers set meanwhile included. Promise callbacks do not run. */
  advance(millis: number): void {
    const end = this.#nowMillis + millis;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) this.#fire(timer);
    this.#nowMillis = end;
  }

  /** As `advance`, and lets promise callbacks run before, between and after the timers. */
  async advanceAsync(millis: number): Promise<void> {
    const end = this.#nowMillis + millis;
    await this.settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#fire(timer);
      await this.settle();
    }
    this.#nowMillis = end;
  }

  /** Lets promise callbacks run without moving time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < MICROTASK_TURNS; turn++) await Promise.resolve();
  }

  #fire(timer: FakeTimer): void {
    this.#timers.delete(timer);
    this.#nowMillis = Math.max(this.#nowMillis, timer.dueMillis);
    timer.callback();
  }

  #next(endMillis: number): FakeTimer | undefined {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMillis > endMillis) continue;
      if (
        !next ||
        timer.dueMillis < next.dueMillis ||
        (timer.dueMillis === next.dueMillis && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}
