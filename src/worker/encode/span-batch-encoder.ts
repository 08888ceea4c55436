// What the pipeline needs of an encoder. Implementations: protobuf (transcoder.ts, straight from record bytes)
// and JSON (json-encoder.ts, through otlp-transformer).

import type { Producer } from '../producer.js';

export interface SpanBatchEncoder {
  /** Spans added since the last finish. */
  readonly count: number;
  /** Estimate of the body's size so far, in bytes, exact enough to close a batch by size. */
  readonly bytes: number;
  /**
   * Adds the span record that starts at `offset` bytes of `producer`'s ring, or of `buffer` if the record came
   * over the control port. Returns false, having added nothing, if the record cannot be decoded.
   */
  add(producer: Producer, words: Int32Array, bytes: Uint8Array, offset: number): boolean;
  /** The OTLP request of all added spans, in memory of its own; the encoder is empty afterwards. */
  finish(): Uint8Array;
}
