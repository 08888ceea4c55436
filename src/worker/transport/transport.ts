// What the pipeline needs of the network. Implementations: http-transport.ts, grpc-transport.ts, file-transport.ts; decorators:
// retrying-transport.ts. `send` never rejects.

import type { ExportResult } from './export-result.js';

export interface Payload {
  /** Private memory (not shared), stable until the result is there; after a success it may be written to again. */
  readonly body: Uint8Array;
  /** Set when `body` is compressed. */
  readonly encoding: 'gzip' | undefined;
  readonly spanCount: number;
  /** So many bytes in front of `body` may be written to, for what the protocol puts there. Default 0. */
  readonly headroomBytes?: number;
}

export interface Transport {
  /** Sends one request; the result is there by `deadlineMillis` (on the injected monotonic clock). */
  send(payload: Payload, deadlineMillis: number): Promise<ExportResult>;
  /**
   * The destination asked to be left alone until then: what is sent earlier waits, or comes back as retryable when its
   * deadline is over first. In the past, or undefined, if it did not.
   */
  readonly notBeforeMillis?: number | undefined;
  /** Headers of requests from now on, in place of those of the configuration. */
  useHeaders?(headers: Readonly<Record<string, string>>): void;
  /** Closes sockets; outstanding sends end as retryable. */
  close(): Promise<void>;
}

/** Time as worker code sees it; tests move it by hand. */
export interface Scheduler {
  /** Monotonic milliseconds. */
  now(): number;
  setTimer(callback: () => void, delayMillis: number): unknown;
  clearTimer(timer: unknown): void;
  /** False on a user's thread: neither timers nor sockets may keep its event loop alive. */
  readonly keepAlive?: boolean;
}
