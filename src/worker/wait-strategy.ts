// The only place where the worker sleeps. Thread: worker, or the calling thread without workers. Caller: pump-loop.ts.
//
// A rest ends when the lane's bell rings, when its time is over, or when it is woken (an export was settled, a call
// came over the control port). No wake-up is lost: the bell is read before the doorbells are armed, and records are
// looked for again after that; whoever publishes later finds the doorbell armed and moves the bell, on which
// waitAsync either sleeps or returns at once (protocol in shared/ring/reader.ts).

import type { LaneWords } from './lane-words.js';
import type { Scheduler } from './transport/transport.js';

export interface WaitParts {
  readonly words: LaneWords;
  readonly scheduler: Scheduler;
  /** Runs the callback after the event loop has served its sockets (setImmediate). */
  readonly defer: (callback: () => void) => void;
  /** Arms the doorbells; true if there is work already. */
  readonly arm: () => boolean;
  readonly disarm: () => void;
}

type State = 'working' | 'deferred' | 'resting' | 'stopped';

export class WaitStrategy {
  readonly #parts: WaitParts;
  #state: State = 'working';
  #timer: unknown;
  /** One promise at a time: it stays outstanding when a rest ends for another reason, and serves the next one. */
  #bellIsAwaited = false;
  /** Woken while working: the next rest is skipped. */
  #woken = false;
  #turn: () => void = () => {};

  constructor(parts: WaitParts) {
    this.#parts = parts;
  }

  /** Calls `turn` once, when the rest is over; never before this returns. */
  rest(millis: number, turn: () => void): void {
    if (this.#state === 'stopped') return;
    this.#turn = turn;
    if (millis <= 0 || this.#woken) {
      this.#defer();
      return;
    }
    const bell = this.#parts.words.bell;
    if (this.#parts.arm() || !this.#awaitBell(bell)) {
      this.#parts.disarm();
      this.#defer();
      return;
    }
    this.#state = 'resting';
    this.#timer = this.#parts.scheduler.setTimer(() => {
      this.#endRest();
      this.#run();
    }, millis);
  }

  /** Ends the rest, or skips the next one. */
  wake(): void {
    if (this.#state === 'working') this.#woken = true;
    if (this.#state !== 'resting') return;
    this.#endRest();
    this.#defer();
  }

  /** No turn is called any more, and no timer is left behind. */
  stop(): void {
    if (this.#state === 'resting') this.#endRest();
    this.#state = 'stopped';
  }

  #defer(): void {
    this.#state = 'deferred';
    this.#parts.defer(() => this.#run());
  }

  #run(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'working';
    this.#woken = false;
    this.#turn();
  }

  #endRest(): void {
    this.#state = 'working';
    this.#parts.scheduler.clearTimer(this.#timer);
    this.#parts.disarm();
  }

  /** False if the bell has rung since it was read. */
  #awaitBell(bell: number): boolean {
    if (this.#bellIsAwaited) return this.#parts.words.bell === bell;
    const rings = this.#parts.words.bellRings(bell);
    if (!rings) return false;
    this.#bellIsAwaited = true;
    rings.then(() => {
      this.#bellIsAwaited = false;
      this.wake();
    });
    return true;
  }
}
