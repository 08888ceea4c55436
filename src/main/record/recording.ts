// HOT. What all spans of one producing thread share: limits, names, shapes, counters, and the way into the rings.
// Thread: producer. Callers: tracer.ts and span.ts, record/template.ts; made by lifecycle/producer-thread.ts.
//
// Never throws. Every ended sampled span is counted as recorded first and is then published, sent over the
// control port, or counted under one drop reason: recorded = delivered + dropped(by reason), exactly.

import { SPAN_STATUS_MASK } from '../../shared/codec/record-layout.js';
import { RecordWriter } from '../../shared/codec/record-writer.js';
import { encodeSpan, spanBytesMax } from '../../shared/codec/span-encoder.js';
import type { SpanSource } from '../../shared/codec/span-source.js';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import { LARGE_IN_FLIGHT_BYTES_MAX, LARGE_RECORD_BYTES_MAX } from '../../shared/limits.js';
import { AttributeSetPool } from '../trace/attribute-set-pool.js';
import { AttributeShape, ShapeBudget } from '../trace/attribute-shape.js';
import type { LaneWriter } from './lane-writer.js';
import { type NameEntry, NameTable } from './name-table.js';

const STATUS_ERROR = 2;

/** Sends a record that is too large for a ring to the worker of a lane, over its control port. */
export type SendLarge = (lane: number, record: ArrayBuffer) => void;

export interface RecordingParts {
  readonly lanes: readonly LaneWriter[];
  readonly limits: SpanLimits;
  readonly intern: (text: string) => number;
  readonly sendLarge: SendLarge;
}

export class Recording {
  readonly limits: SpanLimits;
  /** `limits.attributeValueLengthLimit`, one load nearer. */
  readonly valueLengthLimit: number;
  readonly names: NameTable;
  readonly rootShape = AttributeShape.root();
  readonly attributeSets = new AttributeSetPool(this.rootShape);
  /** Of lane 0: what concerns no single span's lane is counted there. */
  readonly counters: Float64Array;
  /** After shutdown spans are still accepted, and counted as dropped. */
  closed = false;
  readonly #lanes: readonly LaneWriter[];
  readonly #lane0: LaneWriter;
  readonly #intern: (text: string) => number;
  readonly #sendLarge: SendLarge;
  readonly #shapeBudget = new ShapeBudget();

  constructor(parts: RecordingParts) {
    this.limits = parts.limits;
    this.valueLengthLimit = parts.limits.attributeValueLengthLimit;
    this.#lanes = parts.lanes;
    this.#lane0 = parts.lanes[0];
    this.counters = this.#lane0.counters;
    this.#sendLarge = parts.sendLarge;
    this.#intern = (text) => {
      const id = parts.intern(text);
      if (id === 0) this.counters[ProducerCounter.ArenaFull]++;
      return id;
    };
    this.names = new NameTable(this.#intern);
  }

  /** The entry of a name that user code passed: whatever it is, there is one. */
  nameEntry(name: unknown): NameEntry {
    if (typeof name === 'string') return this.names.get(name);
    this.countInvalidArgument();
    return this.names.get('');
  }

  internKey(key: string): number {
    return this.#intern(key);
  }

  childShape(shape: AttributeShape, key: string): AttributeShape {
    return shape.child(key, this.#intern, this.#shapeBudget);
  }

  countInvalidAttribute(): void {
    this.counters[ProducerCounter.InvalidAttributes]++;
  }

  countTruncatedValue(): void {
    this.counters[ProducerCounter.InvalidAttributes]++;
  }

  countInvalidTime(): void {
    this.counters[ProducerCounter.InvalidTimes]++;
  }

  countInvalidArgument(): void {
    this.counters[ProducerCounter.InvalidArguments]++;
  }

  countInternalError(): void {
    this.counters[ProducerCounter.InternalErrors]++;
  }

  /** The lane of a trace: all spans of it meet one worker. */
  laneIndex(traceId3: number): number {
    return this.#lanes.length === 1 ? 0 : (traceId3 >>> 0) % this.#lanes.length;
  }

  laneOf(traceId3: number): LaneWriter {
    return this.#lanes.length === 1 ? this.#lane0 : this.#lanes[this.laneIndex(traceId3)];
  }

  /** Writes a finished span. */
  record(span: SpanSource): void {
    const lane = this.laneOf(span.traceId3);
    const counters = lane.counters;
    counters[ProducerCounter.Recorded]++;
    if (this.closed) {
      counters[ProducerCounter.DroppedAlreadyShutdown]++;
      return;
    }
    // All of it, also what cannot throw by itself: where the stack is used up, every call can.
    try {
      const bytesMax = spanBytesMax(span);
      if (bytesMax > lane.ring.recordBytesMax) {
        this.#recordLarge(span, lane, bytesMax);
        return;
      }
      const isError = ((span.head >>> 24) & SPAN_STATUS_MASK) === STATUS_ERROR;
      const offset = lane.ring.claim(bytesMax, isError ? 0 : lane.reservedBytes);
      if (offset < 0) {
        counters[ProducerCounter.DroppedQueueFull]++;
        return;
      }
      lane.ring.publish(encodeSpan(lane.writer, offset, span));
    } catch {
      lane.ring.abandon();
      counters[ProducerCounter.DroppedEncodeFailed]++;
      return;
    }
    lane.wake();
  }

  #recordLarge(span: SpanSource, lane: LaneWriter, bytesMax: number): void {
    const counters = lane.counters;
    // The bound triples every string; a record of plain ASCII is a third of it. What could never fit is refused
    // before memory for it is asked for.
    if (bytesMax > 3 * LARGE_RECORD_BYTES_MAX) {
      counters[ProducerCounter.DroppedRecordTooLarge]++;
      return;
    }
    try {
      const record = encodeAlone(span, bytesMax);
      const bytes = record.byteLength;
      const inFlightBytes =
        counters[ProducerCounter.LargeSentBytes] - lane.laneCounters[LaneCounter.LargeSettledBytes];
      if (bytes > LARGE_RECORD_BYTES_MAX) counters[ProducerCounter.DroppedRecordTooLarge]++;
      else if (inFlightBytes + bytes > LARGE_IN_FLIGHT_BYTES_MAX)
        counters[ProducerCounter.DroppedQueueFull]++;
      else {
        this.#sendLarge(this.laneIndex(span.traceId3), record);
        counters[ProducerCounter.LargeSent]++;
        counters[ProducerCounter.LargeSentBytes] += bytes;
      }
    } catch {
      counters[ProducerCounter.DroppedEncodeFailed]++;
    }
  }
}

/** The record in a buffer of its own, cut to its length. */
function encodeAlone(span: SpanSource, bytesMax: number): ArrayBuffer {
  const buffer = new ArrayBuffer(bytesMax);
  const bytes = Buffer.from(buffer);
  const writer = new RecordWriter(new Int32Array(buffer), bytes, (text, offset) => bytes.write(text, offset));
  return buffer.slice(0, encodeSpan(writer, 0, span));
}
