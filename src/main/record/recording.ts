// HOT. What all spans of one producing thread share: limits, names, shapes, counters, and the way into the rings.
// Thread: producer. Callers: tracer.ts and span.ts, record/template.ts; made by lifecycle/producer-thread.ts.
//
// Never throws. Every ended sampled span is counted as recorded first and is then published, sent over the
// control port, or counted under one drop reason: recorded = delivered + dropped(by reason), exactly.

import { SPAN_HEAD, SPAN_LENGTH, SPAN_STATUS_MASK, SPAN_TRACE_ID } from '../../shared/codec/record-layout.js';
import { RecordWriter } from '../../shared/codec/record-writer.js';
import { encodeSpan, spanBytesMax } from '../../shared/codec/span-encoder.js';
import type { SpanExtra, SpanSource } from '../../shared/codec/span-source.js';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { LaneCounter, ProducerCounter } from '../../shared/counters.js';
import {
  ATTRIBUTE_ITEMS_MAX,
  LARGE_IN_FLIGHT_BYTES_MAX,
  LARGE_RECORD_BYTES_MAX,
} from '../../shared/limits.js';
import { reportMisuse } from '../lifecycle/diagnostics.js';
import { AttributeSetPool } from '../trace/attributes/attribute-set-pool.js';
import { AttributeShape, ShapeBudget } from '../trace/attributes/attribute-shape.js';
import { FLAG_RANDOM } from '../trace/ids/span-flags.js';
import type { LaneWriter } from './lane-writer.js';
import { type NameEntry, NameTable } from './name-table.js';

const STATUS_ERROR = 2;
const ENCODE_FAILED = 'a span could not be written and was dropped (encode_failed)';
const TOO_LARGE = `a span of more than ${LARGE_RECORD_BYTES_MAX} bytes was dropped (record_too_large)`;
const ATTRIBUTE_LEFT_OUT = 'an attribute was left out: its value has no OTLP form, or its key is no text';
const FORMLESS_PART = 'a part of an attribute value that has no OTLP form was left out';
const VALUE_CUT = `an attribute value was cut after ${ATTRIBUTE_ITEMS_MAX} items`;

/** Sends a record that is too large for a ring to the worker of a lane. False: too much is on its way already. */
export type SendLarge = (lane: number, record: ArrayBuffer) => boolean;

export interface RecordingParts {
  readonly lanes: readonly LaneWriter[];
  readonly limits: SpanLimits;
  readonly intern: (text: string) => number;
  readonly sendLarge: SendLarge;
  /** Roots say that their trace ids are random. */
  readonly randomFlag: boolean;
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
  /** Trace flags of a span without parent, but for the sampled one. */
  readonly rootFlags: number;
  /** When the span ended that is being recorded: in a field of its own it would be 24 bytes of every span. */
  endMillis = 0.5;
  /** After shutdown spans are still accepted, and counted as dropped. */
  closed = false;
  readonly #lanes: readonly LaneWriter[];
  readonly #lane0: LaneWriter;
  readonly #intern: (text: string) => number;
  readonly #sendLarge: SendLarge;
  readonly #shapeBudget = new ShapeBudget();
  readonly #examples: object[] = [];

  constructor(parts: RecordingParts) {
    this.limits = parts.limits;
    this.valueLengthLimit = parts.limits.attributeValueLengthLimit;
    this.#lanes = parts.lanes;
    this.#lane0 = parts.lanes[0];
    this.counters = this.#lane0.counters;
    this.#sendLarge = parts.sendLarge;
    this.rootFlags = parts.randomFlag ? FLAG_RANDOM : 0;
    this.#intern = (text) => {
      const id = parts.intern(text);
      if (id === 0) this.counters[ProducerCounter.ArenaFull]++;
      return id;
    };
    this.names = new NameTable(this.#intern);
  }

  /**
   * Keeps one object of a class that is made for every span. A full collection that meets no open span would else drop the
   * class's hidden class, and with it all optimized code: the next hundreds of spans then cost 3 to 30 us each (measured).
   */
  keepExample(example: object): void {
    this.#examples.push(example);
  }

  /** The entry of a name that user code passed: whatever it is, there is one. */
  nameEntry(name: unknown): NameEntry {
    if (typeof name === 'string') return this.names.get(name);
    this.countInvalidArgument('a name that is no string became the empty name');
    return this.names.get('');
  }

  internKey(key: string): number {
    return this.#intern(key);
  }

  childShape(shape: AttributeShape, key: string): AttributeShape {
    return shape.child(key, this.#intern, this.#shapeBudget);
  }

  countInvalidAttribute(key?: unknown): void {
    this.counters[ProducerCounter.InvalidAttributes]++;
    this.#reportMisuse(ATTRIBUTE_LEFT_OUT, typeof key === 'string' ? key : undefined);
  }

  countTruncatedValue(): void {
    this.counters[ProducerCounter.InvalidAttributes]++;
    this.#reportMisuse(VALUE_CUT);
  }

  countFormlessPart(): void {
    this.counters[ProducerCounter.InvalidAttributes]++;
    this.#reportMisuse(FORMLESS_PART);
  }

  countInvalidTime(): void {
    this.counters[ProducerCounter.InvalidTimes]++;
    this.#reportMisuse('a time that is none became now');
  }

  countInvalidTraceState(): void {
    this.countInvalidArgument('a trace state that cannot be written was left out');
  }

  countInvalidArgument(what = 'an argument makes no sense and was ignored', detail?: string): void {
    this.counters[ProducerCounter.InvalidArguments]++;
    this.#reportMisuse(what, detail);
  }

  /** One log for each span that a limit took something from, rate-limited as all are. */
  reportDiscarded(name: string, extra: SpanExtra): void {
    if (extra.droppedAttributes + extra.droppedEvents + extra.droppedLinks === 0) return;
    this.#reportMisuse('attributes, events or links of a span were discarded (span limits)', name);
  }

  /** Where the stack is used up even this throws; then the count has to do. */
  #reportMisuse(what: string, detail?: string): void {
    try {
      reportMisuse(what, detail);
    } catch {
      // Counted.
    }
  }

  countInternalError(): void {
    this.counters[ProducerCounter.InternalErrors]++;
  }

  get hasOneLane(): boolean {
    return this.#lanes.length === 1;
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
        lane.dropFull();
        return;
      }
      lane.ring.publish(encodeSpan(lane.writer, offset, span));
    } catch {
      lane.ring.abandon();
      counters[ProducerCounter.DroppedEncodeFailed]++;
      this.#reportMisuse(ENCODE_FAILED);
      return;
    }
    lane.wake();
  }

  /**
   * Copies `count` finished records, which lie in the first `length` words: all for one lane, and together no longer than the
   * longest record of any ring. One claim, one store of TAIL.
   */
  recordEncoded(records: Int32Array, length: number, count: number): void {
    const lane = this.laneOf(records[SPAN_TRACE_ID + 3]);
    if (this.closed || !this.#publishCopy(lane, records, 0, length, count, lane.reservedBytes)) {
      this.#recordOneByOne(lane, records, length);
    }
  }

  /** Where the room of all together is not there, errors may still take the reserved one. */
  #recordOneByOne(lane: LaneWriter, records: Int32Array, length: number): void {
    const { counters } = lane;
    for (let start = 0; start < length; ) {
      const end = start + (records[start + SPAN_LENGTH] >> 2);
      const isError = ((records[start + SPAN_HEAD] >>> 24) & SPAN_STATUS_MASK) === STATUS_ERROR;
      if (this.closed) {
        counters[ProducerCounter.Recorded]++;
        counters[ProducerCounter.DroppedAlreadyShutdown]++;
      } else if (!this.#publishCopy(lane, records, start, end, 1, isError ? 0 : lane.reservedBytes)) {
        counters[ProducerCounter.Recorded]++;
        lane.dropFull();
      }
      start = end;
    }
  }

  /** False: there is no room, and nothing was counted. */
  #publishCopy(
    lane: LaneWriter,
    records: Int32Array,
    from: number,
    to: number,
    count: number,
    reservedBytes: number,
  ): boolean {
    const { ring } = lane;
    const bytes = (to - from) << 2;
    const offset = ring.claim(bytes, reservedBytes);
    if (offset < 0) return false;
    const { words } = ring;
    const distance = (offset >> 2) - from;
    for (let i = from; i < to; i++) words[distance + i] = records[i];
    lane.counters[ProducerCounter.Recorded] += count;
    try {
      ring.publish(bytes);
    } catch {
      ring.abandon();
      lane.counters[ProducerCounter.DroppedEncodeFailed] += count;
      this.#reportMisuse(ENCODE_FAILED);
      return true;
    }
    lane.wake();
    return true;
  }

  #recordLarge(span: SpanSource, lane: LaneWriter, bytesMax: number): void {
    const counters = lane.counters;
    // The bound triples every string; a record of plain ASCII is a third of it. What could never fit is refused
    // before memory for it is asked for.
    if (bytesMax > 3 * LARGE_RECORD_BYTES_MAX) {
      this.#dropTooLarge(counters);
      return;
    }
    try {
      const record = encodeAlone(span, bytesMax);
      const bytes = record.byteLength;
      const inFlightBytes =
        counters[ProducerCounter.LargeSentBytes] - lane.settled[LaneCounter.LargeSettledBytes];
      if (bytes > LARGE_RECORD_BYTES_MAX) this.#dropTooLarge(counters);
      else if (inFlightBytes + bytes > LARGE_IN_FLIGHT_BYTES_MAX) lane.dropFull();
      else if (this.#sendLarge(this.laneIndex(span.traceId3), record)) {
        counters[ProducerCounter.LargeSent]++;
        counters[ProducerCounter.LargeSentBytes] += bytes;
      } else lane.dropFull();
    } catch {
      counters[ProducerCounter.DroppedEncodeFailed]++;
      this.#reportMisuse(ENCODE_FAILED);
    }
  }

  #dropTooLarge(counters: Float64Array): void {
    // Counted last: if the call before throws, the span is counted under another reason, not under two.
    this.#reportMisuse(TOO_LARGE);
    counters[ProducerCounter.DroppedRecordTooLarge]++;
  }
}

/** The record in a buffer of its own, cut to its length. */
function encodeAlone(span: SpanSource, bytesMax: number): ArrayBuffer {
  const buffer = new ArrayBuffer(bytesMax);
  const bytes = Buffer.from(buffer);
  const writer = new RecordWriter(new Int32Array(buffer), bytes, (text, offset) => bytes.write(text, offset));
  return buffer.slice(0, encodeSpan(writer, 0, span));
}
