// Reads the counters of all threads. Thread: any. Callers: the public `stats()`, exit report, tests.
// The equation: recorded = delivered + dropped(by reason) + pending, and pending is 0 once everything is settled.

import { type DropReason, LaneCounter, ProducerCounter } from '../../shared/counters.js';

export interface Stats {
  /** Spans that ended sampled. */
  readonly recorded: number;
  /** Spans that the collector acknowledged. */
  readonly delivered: number;
  /** Spans lost, by the reason why. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly droppedTotal: number;
  /** Recorded, and neither delivered nor dropped yet. */
  readonly pending: number;
  readonly ring: { readonly capacityBytes: number; readonly usedBytes: number };
  readonly workers: number;
  readonly workerRestarts: number;
  readonly batchesSent: number;
  /** Bytes of request bodies, compressed if they were. */
  readonly bytesSent: number;
  readonly retries: number;
  /** Spans too large for a ring, sent over the control port. */
  readonly largeSpans: number;
  /** What user code passed in and could not be taken as it was. */
  readonly invalid: { readonly attributes: number; readonly times: number; readonly arguments: number };
  /** Exceptions inside offloop, and problems the workers reported. */
  readonly internalErrors: number;
  /** Calls of the application's processors, sampler, id generator, and callbacks of traced calls that threw or failed. */
  readonly plugInErrors: number;
  readonly doorbellRings: number;
  /** Other threads of the application that record into this thread's pool: their spans are in all the numbers above. */
  readonly threads: ThreadCounts;
}

export interface ThreadCounts {
  /** Those that record, or have ended and have spans under way. */
  readonly recording: number;
  /** Those that ended, and everything they recorded was delivered or dropped. */
  readonly ended: number;
  /** Those that found no place (256 at a time): they export by themselves, and count for themselves. */
  readonly refused: number;
}

/** A block of counters; a LaneWriter and a Lane are one each. */
export interface Counted {
  readonly counters: Float64Array;
}

/** One producer in one lane: a LaneWriter is one. Without a ring: what producers counted that are gone. */
export interface ProducerAccount extends Counted {
  readonly ring?: { readonly capacity: number; usedBytes(): number };
}

export interface StatsSources {
  readonly writers: readonly ProducerAccount[];
  readonly lanes: readonly Counted[];
  readonly workers: number;
  readonly workerRestarts: number;
  readonly threads?: ThreadCounts;
  /** `lanes` count nothing any more: what is recorded now came after the end. */
  readonly isFinal?: boolean;
}

export function readStats(sources: StatsSources): Stats {
  const producer = (counter: number) => sum(sources.writers.map((writer) => writer.counters[counter]));
  const lane = (counter: number) => sum(sources.lanes.map((each) => each.counters[counter]));
  const dropped: Record<DropReason, number> = {
    queue_full: producer(ProducerCounter.DroppedQueueFull) + lane(LaneCounter.DroppedQueueFull),
    record_too_large: producer(ProducerCounter.DroppedRecordTooLarge),
    already_shutdown: producer(ProducerCounter.DroppedAlreadyShutdown),
    encode_failed: producer(ProducerCounter.DroppedEncodeFailed) + lane(LaneCounter.DroppedEncodeFailed),
    rejected: lane(LaneCounter.DroppedRejected),
    export_failed: lane(LaneCounter.DroppedExportFailed),
    shutdown_timeout: lane(LaneCounter.DroppedShutdownTimeout),
    thread_ended: producer(ProducerCounter.DroppedThreadEnded),
  };
  const delivered = lane(LaneCounter.Delivered);
  // After all others: threads go on, and count a span as recorded first.
  const recorded = producer(ProducerCounter.Recorded);
  if (sources.isFinal) dropped.already_shutdown += recorded - delivered - sum(Object.values(dropped));
  const droppedTotal = sum(Object.values(dropped));
  return {
    recorded,
    delivered,
    dropped,
    droppedTotal,
    pending: recorded - delivered - droppedTotal,
    ring: {
      capacityBytes: sum(sources.writers.map((writer) => writer.ring?.capacity ?? 0)),
      usedBytes: sum(sources.writers.map((writer) => writer.ring?.usedBytes() ?? 0)),
    },
    workers: sources.workers,
    workerRestarts: sources.workerRestarts,
    batchesSent: lane(LaneCounter.BatchesSent),
    bytesSent: lane(LaneCounter.BytesSent),
    retries: lane(LaneCounter.Retries),
    largeSpans: producer(ProducerCounter.LargeSent),
    invalid: {
      attributes: producer(ProducerCounter.InvalidAttributes),
      times: producer(ProducerCounter.InvalidTimes),
      arguments: producer(ProducerCounter.InvalidArguments),
    },
    internalErrors: producer(ProducerCounter.InternalErrors) + lane(LaneCounter.Errors),
    plugInErrors: 0,
    doorbellRings: producer(ProducerCounter.DoorbellRings),
    threads: sources.threads ?? NO_THREADS,
  };
}

/** Stats of a telemetry that records nothing (disabled, or inside an export worker). */
export function emptyStats(): Stats {
  return readStats({ writers: [], lanes: [], workers: 0, workerRestarts: 0 });
}

const NO_THREADS: ThreadCounts = { recording: 0, ended: 0, refused: 0 };

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
