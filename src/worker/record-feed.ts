// Where records come from: a producer's ring (ring-feed.ts) or the control port (large-feed.ts). The pipeline
// treats both alike: records are read in order, stay with their feed until they are settled, can be encoded
// again until then, and are released in order.

import type { SpanBatchEncoder } from './encode/span-batch-encoder.js';
import type { LossLog } from './loss-log.js';
import type { Outcome, ReleaseQueue } from './release-queue.js';

export interface RecordFeed {
  readonly releases: ReleaseQueue;
  readonly losses: LossLog;
  /** Looks for the next unread record and leaves where it is in `position`. */
  next(): boolean;
  readonly position: number;
  /** Bytes of the record found by `next`. */
  readonly recordBytes: number;
  /** Steps over the record found by `next`; returns the position behind it. */
  advance(): number;
  /** Adds the record at `position`, which was read and not released, to the encoder. */
  encode(position: number, encoder: SpanBatchEncoder): boolean;
  /** Under what a record that `encode` refused is counted. */
  refusal(position: number): Outcome;
  /** Position behind everything recorded by now: what a flush waits for. */
  target(): number;
  /** True if everything before `target` was delivered or dropped, and counted. */
  hasSettled(target: number): boolean;
  /** True if a record at `position` counts as recorded before `target`. */
  isBefore(position: number, target: number): boolean;
  /** True if waiting for a fuller batch, whose first record is at `openFrom`, would soon cost records. */
  isCrowded(openFrom: number, inFlight: number): boolean;
  /** Counts what was sent and will not be received, at the end of the lane. */
  giveUpMissing?(): void;
}
