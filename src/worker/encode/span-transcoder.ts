// HOT. One span record -> one OTLP Span message, fields in ascending order. Worker thread. Caller: transcoder.ts.
// Nothing is allocated per span.

import type { ClockAnchor } from '../../shared/clock-anchor.js';
import {
  EXTRA_BODY,
  EXTRA_DROPPED_ATTRIBUTES,
  EXTRA_DROPPED_EVENTS,
  EXTRA_DROPPED_LINKS,
  EXTRA_EVENT_COUNT,
  EXTRA_LINK_COUNT,
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
  SPAN_START,
  SPAN_START_IS_UNIX,
  SPAN_STATUS_MASK,
  SPAN_TRACE_ID,
} from '../../shared/codec/record-layout.js';
import { lengthGuess, writeAttributes, writeName, writeStringField } from './attribute-transcoder.js';
import { writeEvents, writeLinks } from './event-transcoder.js';
import { InstantReader } from './instant-reader.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { RecordSource } from './record-source.js';

// Fields of Span. Two-byte tags (from field 16 on) are in wire order.
const TAG_SPAN = 0x12;
const TAG_TRACE_ID_16 = 0x100a;
const TAG_SPAN_ID_8 = 0x0812;
const TAG_TRACE_STATE = 0x1a;
const TAG_PARENT_ID_8 = 0x0822;
const TAG_NAME = 0x2a;
const TAG_KIND = 0x30;
const TAG_START = 0x39;
const TAG_END = 0x41;
const TAG_ATTRIBUTE = 0x4a;
const TAG_DROPPED_ATTRIBUTES = 0x50;
const TAG_DROPPED_EVENTS = 0x60;
const TAG_DROPPED_LINKS = 0x70;
const TAG_STATUS = 0x7a;
const TAG_FLAGS = 0x0185;
const TAG_STATUS_MESSAGE = 0x12;
const TAG_STATUS_CODE = 0x18;

/** Bit 8: whether the parent is remote is known. Bit 9: it is. */
const FLAGS_HAS_IS_REMOTE = 0x100;
const FLAGS_IS_REMOTE = 0x200;

/** All fields of known size, a message length, and what the small fields behind the attributes may take. */
const FIXED_BYTES = 128;

export class SpanTranscoder {
  readonly #instant = new InstantReader();

  /**
   * Writes the record that starts at word `start` and ends at `source.end` as field 2 of ScopeSpans. False if the
   * record is damaged or `out` is at its cap: the caller resets `out.pos`.
   */
  write(out: ProtobufWriter, source: RecordSource, start: number, anchor: ClockAnchor): boolean {
    const { words, end } = source;
    if (!out.reserve(FIXED_BYTES)) return false;
    const head = words[start + SPAN_HEAD];
    const bits = head >>> 24;
    const attributeCount = words[start + SPAN_ATTRIBUTE_COUNT] >>> 0;
    const extraOffset = words[start + SPAN_EXTRA] >>> 0;
    const extra = start + extraOffset;
    if (extraOffset !== 0 && (extraOffset < SPAN_BODY || extra + EXTRA_BODY > end)) return false;

    // The fixed fields take 76 bytes: with two attributes more than 127 is the rule.
    const guess = Math.max(attributeCount < 2 && extraOffset === 0 ? 1 : 2, lengthGuess(source, start));
    out.bytes[out.pos] = TAG_SPAN;
    const lengthAt = out.pos + 1;
    out.pos = lengthAt + guess;

    const { view, pos } = out;
    view.setInt16(pos, TAG_TRACE_ID_16, true);
    view.setInt32(pos + 2, words[start + SPAN_TRACE_ID], true);
    view.setInt32(pos + 6, words[start + SPAN_TRACE_ID + 1], true);
    view.setInt32(pos + 10, words[start + SPAN_TRACE_ID + 2], true);
    view.setInt32(pos + 14, words[start + SPAN_TRACE_ID + 3], true);
    view.setInt16(pos + 18, TAG_SPAN_ID_8, true);
    view.setInt32(pos + 20, words[start + SPAN_ID], true);
    view.setInt32(pos + 24, words[start + SPAN_ID + 1], true);
    out.pos = pos + 28;
    let messageAt = 0;
    if (extraOffset !== 0) {
      messageAt = writeStringField(out, source, TAG_TRACE_STATE, extra + EXTRA_BODY);
      if (messageAt < 0 || !out.reserve(FIXED_BYTES)) return false;
    }
    if ((bits & SPAN_HAS_PARENT) !== 0) out.idField(TAG_PARENT_ID_8, words, start + SPAN_PARENT_ID, 2);
    let next = writeName(out, source, TAG_NAME, words[start + SPAN_NAME], start + SPAN_BODY);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return false;
    out.countField(TAG_KIND, (head >>> 8) & 0xff);
    this.#writeTimes(out, words, start, bits, anchor);
    next = writeAttributes(out, source, TAG_ATTRIBUTE, next, attributeCount, 0);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return false;

    const status = bits & SPAN_STATUS_MASK;
    if (extraOffset !== 0) {
      if (!this.#writeExtra(out, source, extra, messageAt, status, anchor)) return false;
    } else if (status !== 0) {
      out.view.setInt32(out.pos, TAG_STATUS | (2 << 8) | (TAG_STATUS_CODE << 16) | (status << 24), true);
      out.pos += 4;
    }
    let flags = ((head >>> 16) & 0xff) | FLAGS_HAS_IS_REMOTE;
    if ((bits & SPAN_PARENT_IS_REMOTE) !== 0) flags |= FLAGS_IS_REMOTE;
    out.view.setInt16(out.pos, TAG_FLAGS, true);
    out.view.setInt32(out.pos + 2, flags, true);
    out.pos += 6;
    return out.endMessage(lengthAt, guess);
  }

  /** An end before the start (a wall clock that was set back, times given by hand) becomes the start. */
  #writeTimes(
    out: ProtobufWriter,
    words: Int32Array,
    start: number,
    bits: number,
    anchor: ClockAnchor,
  ): void {
    const instant = this.#instant;
    instant.read(words, start + SPAN_START, (bits & SPAN_START_IS_UNIX) !== 0, anchor);
    const { low, high } = instant;
    out.fixed64Field(TAG_START, low, high);
    instant.read(words, start + SPAN_END, (bits & SPAN_END_IS_UNIX) !== 0, anchor);
    const isBefore = instant.high === high ? instant.low >>> 0 < low >>> 0 : instant.high >>> 0 < high >>> 0;
    if (isBefore) {
      out.fixed64Field(TAG_END, low, high);
    } else {
      out.fixed64Field(TAG_END, instant.low, instant.high);
    }
  }

  /** Fields 10 to 15 of a span with an extra section at word `extra`. */
  #writeExtra(
    out: ProtobufWriter,
    source: RecordSource,
    extra: number,
    messageAt: number,
    status: number,
    anchor: ClockAnchor,
  ): boolean {
    const { words, end } = source;
    if (messageAt >= end) return false;
    // Checked when the message is written; whatever is read until then is checked by its reader.
    const messageLength = words[messageAt] >>> 0;
    let next = messageAt + 1 + ((messageLength + 3) >>> 2);
    out.countField(TAG_DROPPED_ATTRIBUTES, words[extra + EXTRA_DROPPED_ATTRIBUTES]);
    next = writeEvents(out, source, this.#instant, anchor, next, words[extra + EXTRA_EVENT_COUNT] >>> 0);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return false;
    out.countField(TAG_DROPPED_EVENTS, words[extra + EXTRA_DROPPED_EVENTS]);
    next = writeLinks(out, source, next, words[extra + EXTRA_LINK_COUNT] >>> 0);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return false;
    out.countField(TAG_DROPPED_LINKS, words[extra + EXTRA_DROPPED_LINKS]);
    if (status === 0 && messageLength === 0) return true;
    out.bytes[out.pos] = TAG_STATUS;
    const lengthAt = out.pos + 1;
    out.pos = lengthAt + 1;
    if (writeStringField(out, source, TAG_STATUS_MESSAGE, messageAt) < 0) return false;
    if (!out.reserve(FIXED_BYTES)) return false;
    out.countField(TAG_STATUS_CODE, status);
    return out.endMessage(lengthAt, 1) && out.reserve(FIXED_BYTES);
  }
}
