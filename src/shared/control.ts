// The control vocabulary: all that main and an export worker say to each other besides the rings.
// It travels over one message port per worker through comlink (58 to 77 us a call: never per record).

import type { ExporterConfig, ResolvedConfig } from './config/resolved-config.js';

/** One producing thread as the worker of a lane sees it. */
export interface ProducerChannel {
  /** Unique among the producers of the process. */
  readonly id: number;
  readonly ring: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
  /**
   * ProducerCounter block of this producer in this lane: a flush compares LargeSent with the lane's LargeSettled,
   * so two lanes must not share one.
   */
  readonly counters: SharedArrayBuffer;
  /** LaneCounter block of this producer in this lane, written by the lane's worker. */
  readonly settled: SharedArrayBuffer;
  /** Monotonic process time (process.hrtime, milliseconds) at which the producer's performance.now() was 0. */
  readonly monotonicOriginMillis: number;
}

/** What a worker is born with (workerData): enough to export without the main loop ever turning. */
export interface LaneStart {
  readonly lane: number;
  /** Control words, ring/lane-layout.ts. */
  readonly words: SharedArrayBuffer;
  /** LaneCounter block. */
  readonly counters: SharedArrayBuffer;
  /** Taken out by the worker: what it was born with would keep their memory for ever. */
  readonly producers: ProducerChannel[];
  readonly config: ResolvedConfig;
  /** Unix time at which `process.hrtime` was 0: the same for all who convert times of this process. */
  readonly unixMillisAtMonotonicZero: number;
  /** Encoded resource: a scope-blob-like attribute list, codec/resource-blob.ts. */
  readonly resource: Uint8Array;
  /** Channel on which threads announce themselves (pool/pool-messages.ts). Absent: there are none but `producers`. */
  readonly poolChannel?: string | undefined;
  /** So long the first batch waits for a better resource (`WorkerControl.resource`). Absent or 0: there will be none. */
  readonly resourceWaitMillis?: number;
}

/** Neighbouring records of one producer in one lane. */
export interface RecordRange {
  /** Ring positions: of the first byte, and behind the last one. */
  readonly from: number;
  readonly to: number;
  /** Large records by their number: LargeSent before and after. */
  readonly largeFrom: number;
  readonly largeTo: number;
}

/** What main may ask of a worker. */
export interface WorkerControl {
  /** Resolves when everything published before the call was delivered or dropped, or the time is over. */
  flush(timeoutMillis: number): Promise<boolean>;
  /** Flushes, closes the transport and stops the pump. False: something was given up, and counted. */
  shutdown(timeoutMillis: number): Promise<boolean>;
  /** A record too large for the ring, in a transferred buffer. */
  large(producerId: number, record: ArrayBufferLike): void;
  /** A second time for the same id: nothing. */
  addProducer(producer: ProducerChannel): void;
  /** It records nothing any more: once all it recorded is settled, it is let go, and `producerRetired` says so. */
  retireProducer(producerId: number): void;
  /** True if none of these records, all settled, was dropped; what a collector refused in part counts as taken. */
  allDelivered(producerId: number, range: RecordRange): Promise<boolean>;
  /** Headers of all requests from now on, in place of those of the configuration. */
  headers(headers: ExporterConfig['headers']): void;
  /** The resource with what was detected late, for all batches that are closed from now on. Once, if at all. */
  resource(resource: Uint8Array): void;
}

/**
 * What the pool's `start` task carries. The control port comes with it and not with workerData, because piscina
 * transfers only with tasks.
 */
export interface LaneAttach {
  /** A MessagePort over which the worker serves WorkerControl. */
  readonly port: unknown;
  /** A MessagePort over which main serves MainControl. */
  readonly mainPort: unknown;
  /**
   * What was sent before this port: large records of a dead worker went down with it, and its successor counts them.
   * Empty for a lane's first worker.
   */
  readonly largeSent: readonly LargeSent[];
}

/** Large records of one producer that were sent to the lane. */
export interface LargeSent {
  readonly producerId: number;
  readonly count: number;
  readonly bytes: number;
}

/** What the `start` task answers once records flow. */
export interface LaneReady {
  readonly lane: number;
  readonly threadId: number;
}

/** The pipeline on the calling thread, when there are no workers. */
export interface InlineLane extends WorkerControl {
  /** One turn now, without waiting for the event loop; sockets still need the loop. */
  pump(): void;
}

/** What a worker tells main without being asked. */
export interface MainControl {
  diagnostic(level: 'error' | 'warn' | 'info' | 'debug', message: string): void;
  /** All it recorded into this lane is settled, and its memory was let go. */
  producerRetired(producerId: number): void;
}

/** What src/worker/inline.ts exports as `startInline`; main loads it by URL. */
export type StartInline = (
  start: LaneStart,
  main: MainControl,
  largeSent: readonly LargeSent[],
) => InlineLane;
