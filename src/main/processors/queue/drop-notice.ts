// Says when a queue starts to drop spans and when it stops, without a line for each of them. Thread: the user's.
// Caller: span-queue.ts. Specification: "Performance and Blocking of OpenTelemetry API", end-user information.
//
// A queue at its limit goes in and out of dropping with every export. One pair of lines a minute is enough: what falls in
// between is counted and said with the next line, at the latest at the shutdown.

import { warn } from '../processor-diagnostics.js';

const PERIOD_MILLIS = 60_000;

export class DropNotice {
  readonly #owner: string;
  readonly #queueSizeMax: number;
  #dropping = false;
  #startSaid = false;
  #unsaid = 0;
  #startSaidMillis = Number.NEGATIVE_INFINITY;

  constructor(owner: string, queueSizeMax: number) {
    this.#owner = owner;
    this.#queueSizeMax = queueSizeMax;
  }

  dropped(): void {
    this.#unsaid++;
    if (this.#dropping) return;
    this.#dropping = true;
    const nowMillis = performance.now();
    this.#startSaid = nowMillis - this.#startSaidMillis >= PERIOD_MILLIS;
    if (!this.#startSaid) return;
    this.#startSaidMillis = nowMillis;
    warn(`${this.#owner}: the queue of ${this.#queueSizeMax} spans is full; spans are being dropped.`);
  }

  /** A span found room. Called for every span: nearly always nothing is to be done. */
  accepted(): void {
    if (!this.#dropping) return;
    this.#dropping = false;
    if (this.#startSaid) this.sayRest();
  }

  sayRest(): void {
    if (this.#unsaid === 0) return;
    warn(`${this.#owner}: ${this.#unsaid} spans were dropped because the queue was full.`);
    this.#unsaid = 0;
  }
}
