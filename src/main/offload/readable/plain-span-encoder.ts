// HOT. A readable span as nearly all are (no events, links, trace state, status message, dropped counts; attributes that are
// strings, numbers, booleans) straight into the words of a record. Thread: producer. Caller: readable-span-recorder.ts, which
// takes the way of readable-span-source.ts for all others.
//
// Records are written into memory of this module and copied into the ring: a property may be a getter that ends another span,
// and no claim may be open then. One memory for all: its address and length are constants in the compiled code.

import {
  RecordType,
  SPAN_ATTRIBUTE_COUNT,
  SPAN_BODY,
  SPAN_END,
  SPAN_END_IS_UNIX,
  SPAN_EXTRA,
  SPAN_HAS_PARENT,
  SPAN_HEAD,
  SPAN_ID,
  SPAN_NAME,
  SPAN_PARENT_ID,
  SPAN_PARENT_IS_REMOTE,
  SPAN_SCOPE,
  SPAN_START,
  SPAN_START_IS_UNIX,
  SPAN_TRACE_ID,
  ValueType,
} from '../../../shared/codec/record-layout.js';
import { RecordWriter } from '../../../shared/codec/record-writer.js';
import { finishRecord } from '../../../shared/codec/span-encoder.js';
import { RING_BYTES_MIN, recordBytesMax } from '../../../shared/limits.js';
import type { Recording } from '../../record/recording.js';
import type { ReadableSpan } from '../../sdk/types.js';
import { hasOwnWords } from '../../trace/ids/span-identity.js';
import { HexWords } from './hex-words.js';
import type { ScopeTable } from './scope-table.js';

const KIND_MAX = 4;
const STATUS_MAX = 2;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const NANOS_PER_SECOND = 1_000_000_000;
const TWO_32 = 4_294_967_296;
const UNIX_TIMES = SPAN_START_IS_UNIX | SPAN_END_IS_UNIX;

/** What one claim in any ring may ask for. */
export const RECORDS_WORDS = recordBytesMax(RING_BYTES_MIN) >> 2;
/** Words of an attribute, its key interned, but for the text of a string: type and length, or type and number. And padding. */
const ATTRIBUTE_WORDS = 4;

const bytes = Buffer.alloc(RECORDS_WORDS << 2);
const words = new Int32Array(bytes.buffer, bytes.byteOffset, RECORDS_WORDS);
const writer = new RecordWriter(words, bytes, (text, offset) => bytes.write(text, offset));
const hasOwn = Object.prototype.hasOwnProperty;
const hex = new HexWords();

/** Where `PlainSpanEncoder.encode` writes. */
export const recordWords = words;

export class PlainSpanEncoder {
  readonly #recording: Recording;
  readonly #scopes: ScopeTable;
  #lastSeconds = 0;
  #lastLow = 0;
  #lastHigh = 0;

  constructor(recording: Recording, scopes: ScopeTable) {
    this.#recording = recording;
    this.#scopes = scopes;
  }

  /**
   * Writes its record at word `start`, and returns the word behind it. 0: it is none of those spans, or there is no room, and
   * nothing was counted. Throws what the span's properties throw.
   */
  encode(span: ReadableSpan, start: number): number {
    if (start + SPAN_BODY + ATTRIBUTE_WORDS > RECORDS_WORDS) return 0;
    const { events, links } = span;
    if (!Array.isArray(events) || events.length !== 0 || !Array.isArray(links) || links.length !== 0)
      return 0;
    if (span.droppedAttributesCount !== 0 || span.droppedEventsCount !== 0) return 0;
    if (span.droppedLinksCount !== 0) return 0;
    const { status, kind, instrumentationScope, name } = span;
    const { code, message } = status;
    if (message !== undefined || code < 0 || code > STATUS_MAX || (code | 0) !== code) return 0;
    if (kind < 0 || kind > KIND_MAX || (kind | 0) !== kind) return 0;
    if (typeof instrumentationScope !== 'object' || typeof name !== 'string') return 0;
    const flags = encodeIds(span, start);
    if (flags < 0) return 0;
    const parentBits = encodeParent(span, start);
    if (parentBits < 0) return 0;
    words[start + SPAN_HEAD] =
      RecordType.Span | ((kind + 1) << 8) | (flags << 16) | ((code | UNIX_TIMES | parentBits) << 24);
    if (!this.#encodeTime(span.startTime, start + SPAN_START)) return 0;
    if (!this.#encodeTime(span.endTime, start + SPAN_END)) return 0;
    words[start + SPAN_SCOPE] = this.#scopes.idOf(instrumentationScope);
    const nameId = this.#recording.nameEntry(name).id;
    if (nameId === 0) return 0;
    words[start + SPAN_NAME] = nameId;
    words[start + SPAN_EXTRA] = 0;
    const end = this.#encodeAttributes(span.attributes, start);
    return end === 0 ? 0 : start + (finishRecord(words, start, end) >> 2);
  }

  /** The word behind them; 0: they are not all plain. */
  #encodeAttributes(attributes: unknown, start: number): number {
    if (typeof attributes !== 'object' || attributes === null) return 0;
    const recording = this.#recording;
    let shape = recording.rootShape;
    let at = start + SPAN_BODY;
    let count = 0;
    for (const key in attributes) {
      if (!hasOwn.call(attributes, key)) continue;
      const value = (attributes as Record<string, unknown>)[key];
      if (value === undefined) continue;
      const next = shape.lastChild;
      shape = next !== undefined && next.key === key ? next : recording.childShape(shape, key);
      const { id } = shape;
      const spareWords = RECORDS_WORDS - ATTRIBUTE_WORDS - at;
      if (id === 0 || key === '' || spareWords < 0) return 0;
      if (typeof value === 'string') {
        const { length } = value;
        if (length > recording.valueLengthLimit || 3 * length > spareWords << 2) return 0;
        words[at] = (id << 8) | ValueType.String;
        at = writer.string(at + 1, value);
      } else if (typeof value === 'boolean') {
        words[at++] = (id << 8) | (value ? ValueType.True : ValueType.False);
      } else if (typeof value !== 'number') {
        return 0;
      } else if ((value | 0) === value) {
        words[at] = (id << 8) | ValueType.Int32;
        words[at + 1] = value;
        at += 2;
      } else at = writer.attribute(at, id, value);
      count++;
    }
    words[start + SPAN_ATTRIBUTE_COUNT] = count;
    return at;
  }

  /** False: it is no time, or one that few spans have. */
  #encodeTime(time: unknown, at: number): boolean {
    if (!Array.isArray(time)) return false;
    const seconds: unknown = time[0];
    const nanos: unknown = time[1];
    if (typeof seconds !== 'number' || typeof nanos !== 'number') return false;
    if ((nanos | 0) !== nanos || nanos < 0 || nanos >= NANOS_PER_SECOND) return false;
    if (seconds !== this.#lastSeconds && !this.#keepSeconds(seconds)) return false;
    const low = this.#lastLow + nanos;
    words[at] = low | 0;
    words[at + 1] = low >= TWO_32 ? this.#lastHigh + 1 : this.#lastHigh;
    return true;
  }

  /** Their nanoseconds as two words: the times of thousands of spans have the same ones. */
  #keepSeconds(seconds: number): boolean {
    if ((seconds | 0) !== seconds || seconds < 0) return false;
    const nanos = BigInt(seconds) * BigInt(NANOS_PER_SECOND);
    this.#lastSeconds = seconds;
    this.#lastLow = Number(BigInt.asUintN(32, nanos));
    this.#lastHigh = Number(nanos >> 32n);
    return true;
  }
}

/** Its trace flags; below 0: it has a trace state, or no ids that could be sent. */
function encodeIds(span: ReadableSpan, start: number): number {
  const traceAt = start + SPAN_TRACE_ID;
  const spanAt = start + SPAN_ID;
  if (hasOwnWords(span)) {
    words[traceAt] = span.traceId0;
    words[traceAt + 1] = span.traceId1;
    words[traceAt + 2] = span.traceId2;
    words[traceAt + 3] = span.traceId3;
    words[spanAt] = span.spanId0;
    words[spanAt + 1] = span.spanId1;
    return span.traceState === undefined ? span.traceFlags & 0xff : -1;
  }
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (traceState !== undefined || typeof traceFlags !== 'number') return -1;
  if (typeof traceId !== 'string' || traceId.length !== TRACE_ID_DIGITS) return -1;
  if (typeof spanId !== 'string' || spanId.length !== SPAN_ID_DIGITS) return -1;
  hex.invalid = 0;
  words[traceAt] = hex.word(traceId, 0);
  words[traceAt + 1] = hex.word(traceId, 8);
  words[traceAt + 2] = hex.word(traceId, 16);
  words[traceAt + 3] = hex.word(traceId, 24);
  words[spanAt] = hex.word(spanId, 0);
  words[spanAt + 1] = hex.word(spanId, 8);
  return hex.invalid === 0 ? traceFlags & 0xff : -1;
}

/** The SPAN_* bits that tell of the parent; below 0: its id is none. */
function encodeParent(span: ReadableSpan, start: number): number {
  const at = start + SPAN_PARENT_ID;
  const parent = span.parentSpanContext;
  if (parent === undefined) {
    words[at] = 0;
    words[at + 1] = 0;
    // What SDKs before 2.0 call it.
    return (span as { readonly parentSpanId?: unknown }).parentSpanId === undefined ? 0 : -1;
  }
  const { spanId, isRemote } = parent;
  if (typeof spanId !== 'string' || spanId.length !== SPAN_ID_DIGITS) return -1;
  hex.invalid = 0;
  words[at] = hex.word(spanId, 0);
  words[at + 1] = hex.word(spanId, 8);
  if (hex.invalid !== 0) return -1;
  return SPAN_HAS_PARENT | (isRemote === true ? SPAN_PARENT_IS_REMOTE : 0);
}
