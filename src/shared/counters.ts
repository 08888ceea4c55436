// Counters in shared memory. Each block is an array of f64 words (exact up to 2^53) with exactly one writing
// thread, so an increment is a plain load and store; other threads read without locking and may see a value
// that is a moment old. A record is counted as recorded before it is published, so that at rest
// recorded = delivered + dropped(by reason) holds exactly.

/** Written by a producing thread. */
export const ProducerCounter = {
  /** Spans that ended sampled: each one is later delivered or dropped for one reason. */
  Recorded: 0,
  DroppedQueueFull: 1,
  DroppedRecordTooLarge: 2,
  DroppedAlreadyShutdown: 3,
  DroppedEncodeFailed: 4,
  /** Records too large for the ring, sent over the control port. */
  LargeSent: 5,
  LargeSentBytes: 6,
  /** Attribute values that no OTLP value stands for (symbol, function), or whose reading threw. */
  InvalidAttributes: 7,
  /** Times that were no times (NaN), replaced by now. */
  InvalidTimes: 8,
  /** Everything user code passed in that was answered with a default. */
  InvalidArguments: 9,
  /** Strings that found the arena full and travelled inline. */
  ArenaFull: 10,
  DoorbellRings: 11,
  /** Exceptions inside offloop that user code did not see. */
  InternalErrors: 12,
  /** Bytes of the large record that is being sent to main at this moment, by a thread that is not main; else 0. */
  LargeUnderWayBytes: 13,
  /** Spans of threads that were terminated while they wrote them. Written by main, in the totals of ended threads. */
  DroppedThreadEnded: 14,
} as const;
export const PRODUCER_COUNTER_COUNT = 16;

/**
 * Written by an export worker: one block for the lane, and one for each of its producers, with those that say what became
 * of records (Delivered, Dropped*, Large*).
 */
export const LaneCounter = {
  Delivered: 0,
  /** Refused by the collector in a partial success. */
  DroppedRejected: 1,
  /** Failed for good, or the retries ran out. */
  DroppedExportFailed: 2,
  DroppedEncodeFailed: 3,
  /** Given up at shutdown, when its time was over. */
  DroppedShutdownTimeout: 4,
  LargeReceived: 5,
  LargeReceivedBytes: 6,
  BatchesSent: 7,
  BytesSent: 8,
  Retries: 9,
  SpansRead: 10,
  Errors: 11,
  /**
   * Large records delivered or dropped, in the order of their arrival: what LargeSent is compared with by a flush,
   * and LargeSentBytes by the bound on what is in flight.
   */
  LargeSettled: 12,
  LargeSettledBytes: 13,
  /** Large records above the lane's byte bound. */
  DroppedQueueFull: 14,
  /** Of requests whose answer is not there yet, retries included. No sum: what is under way at this moment. */
  SpansInFlight: 15,
} as const;
export const LANE_COUNTER_COUNT = 16;

export type DropReason =
  | 'queue_full'
  | 'record_too_large'
  | 'already_shutdown'
  | 'encode_failed'
  | 'rejected'
  | 'export_failed'
  | 'shutdown_timeout'
  | 'thread_ended';

export function createCounters(count: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
}
