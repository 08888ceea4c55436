// Decorates a transport with retries: exponential backoff with jitter, the server's own waiting times, and one
// deadline over all attempts. Export worker; caller: create-transport.ts. All time comes from the scheduler.
//
// A server that asks to wait (Retry-After, RetryInfo) asks the whole destination: until `notBeforeMillis` no send
// starts. The exporter looks at it and leaves its records in the ring meanwhile.

import type { ExportResult } from './export-result.js';
import type { Payload, Scheduler, Transport } from './transport.js';

export interface RetryOptions {
  readonly initialBackoffMillis: number;
  readonly backoffFactor: number;
  readonly maxBackoffMillis: number;
  /** A wait is lengthened by up to this share, so that many clients do not come back together. */
  readonly jitter: number;
  /** The longest wait that a server is granted; it may ask for days. */
  readonly maxThrottleMillis: number;
}

export const RETRY_DEFAULTS: RetryOptions = {
  initialBackoffMillis: 500,
  backoffFactor: 2,
  maxBackoffMillis: 5000,
  jitter: 0.2,
  maxThrottleMillis: 30_000,
};

export interface RetryObserver {
  /** An attempt beyond a batch's first one is about to start. */
  onRetry(cause: string): void;
}

type Retryable = Extract<ExportResult, { status: 'retryable' }>;

const CLOSED: Retryable = { status: 'retryable', cause: 'transport closed' };

export class RetryingTransport implements Transport {
  readonly #inner: Transport;
  readonly #scheduler: Scheduler;
  readonly #observer: RetryObserver;
  readonly #random: () => number;
  readonly #options: RetryOptions;
  /** Wakes every send that waits. */
  readonly #waiting = new Set<() => void>();
  #notBeforeMillis = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(
    inner: Transport,
    scheduler: Scheduler,
    observer: RetryObserver,
    random: () => number = Math.random,
    options: RetryOptions = RETRY_DEFAULTS,
  ) {
    this.#inner = inner;
    this.#scheduler = scheduler;
    this.#observer = observer;
    this.#random = random;
    this.#options = options;
  }

  useHeaders(headers: Readonly<Record<string, string>>): void {
    this.#inner.useHeaders?.(headers);
  }

  /** Until then the destination wants to be left alone; in the past if it does not. */
  get notBeforeMillis(): number {
    return this.#notBeforeMillis;
  }

  /**
   * Ends as retryable when the deadline leaves no room for another attempt, at once and not at the deadline:
   * waiting for it could change nothing.
   */
  async send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    const { initialBackoffMillis, backoffFactor, maxBackoffMillis } = this.#options;
    let last: Retryable | undefined;
    let backoffMillis = initialBackoffMillis;
    let dueMillis = this.#scheduler.now();
    for (;;) {
      const startMillis = this.#startMillis(dueMillis);
      if (startMillis >= deadlineMillis) return this.#givenUp(last, startMillis);
      if (startMillis > this.#scheduler.now()) {
        await this.#wait(startMillis - this.#scheduler.now());
        // Another send may have been told to wait meanwhile.
        if (!this.#closed && this.#scheduler.now() < this.#notBeforeMillis) continue;
      }
      if (this.#closed) return last ?? CLOSED;

      if (last) this.#observer.onRetry(last.cause);
      const result = await this.#inner.send(payload, deadlineMillis);
      if (result.status !== 'retryable') return result;
      const askedMillis = this.#throttle(result.afterMillis);
      // The server's wish counts instead of the backoff, and later waits back off from it. What is shorter than the
      // first backoff is no wish: "Retry-After: 0" would mean a tight loop against a server in trouble.
      if (askedMillis >= initialBackoffMillis) backoffMillis = Math.min(askedMillis, maxBackoffMillis);
      else if (last) backoffMillis = Math.min(backoffMillis * backoffFactor, maxBackoffMillis);
      dueMillis = this.#scheduler.now() + this.#jittered(Math.max(backoffMillis, askedMillis));
      last = result;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of [...this.#waiting]) wake();
    await this.#inner.close();
  }

  /** When to start what is due: later if the destination wants to be left alone. */
  #startMillis(dueMillis: number): number {
    return this.#notBeforeMillis > this.#scheduler.now()
      ? Math.max(dueMillis, this.#notBeforeMillis)
      : dueMillis;
  }

  #jittered(millis: number): number {
    return millis * (1 + this.#random() * this.#options.jitter);
  }

  /** Holds back all sends for what the server asked for, within bounds; returns that, 0 for nothing usable. */
  #throttle(afterMillis = 0): number {
    if (!(afterMillis > 0)) return 0;
    const askedMillis = Math.min(afterMillis, this.#options.maxThrottleMillis);
    const untilMillis = this.#scheduler.now() + this.#jittered(askedMillis);
    this.#notBeforeMillis = Math.max(this.#notBeforeMillis, untilMillis);
    return askedMillis;
  }

  #givenUp(last: Retryable | undefined, startMillis: number): Retryable {
    const cause = last?.cause ?? 'no time left before the deadline for a first attempt';
    return { status: 'retryable', afterMillis: Math.max(0, startMillis - this.#scheduler.now()), cause };
  }

  #wait(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#scheduler.clearTimer(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = this.#scheduler.setTimer(wake, millis);
      this.#waiting.add(wake);
    });
  }
}
