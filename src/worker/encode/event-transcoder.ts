// Events and links of a span record -> OTLP Event and Link messages. Worker thread. Caller: span-transcoder.ts.
// Conventions (words, BROKEN) as in attribute-transcoder.ts.

import type { ClockAnchor } from '../../shared/clock-anchor.js';
import { LINK_REMOTE } from '../../shared/codec/record-layout.js';
import { BROKEN, writeAttributes, writeName, writeStringField } from './attribute-transcoder.js';
import type { InstantReader } from './instant-reader.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { RecordSource } from './record-source.js';

const TAG_EVENT = 0x5a;
const TAG_EVENT_TIME = 0x09;
const TAG_EVENT_NAME = 0x12;
const TAG_EVENT_ATTRIBUTE = 0x1a;
const TAG_EVENT_DROPPED = 0x20;

const TAG_LINK = 0x6a;
const TAG_LINK_TRACE_ID_16 = 0x100a;
const TAG_LINK_SPAN_ID_8 = 0x0812;
const TAG_LINK_TRACE_STATE = 0x1a;
const TAG_LINK_ATTRIBUTE = 0x22;
const TAG_LINK_DROPPED = 0x28;
const TAG_LINK_FLAGS = 0x35;

const W3C_FLAGS_MASK = 0xff;
const FLAGS_HAS_IS_REMOTE = 0x100;

/** Words of an event before its name, of a link before its trace state. */
const EVENT_HEAD_WORDS = 4;
const LINK_HEAD_WORDS = 9;
/** Tags and fixed fields of either, a message length and a dropped count included. */
const FIXED_BYTES = 64;
const LENGTH_GUESS = 1;

export function writeEvents(
  out: ProtobufWriter,
  source: RecordSource,
  instant: InstantReader,
  anchor: ClockAnchor,
  at: number,
  count: number,
): number {
  const { words, end } = source;
  let next = at;
  for (let i = 0; i < count; i++) {
    if (next + EVENT_HEAD_WORDS > end || !out.reserve(FIXED_BYTES)) return BROKEN;
    out.bytes[out.pos] = TAG_EVENT;
    const lengthAt = out.pos + 1;
    out.pos = lengthAt + LENGTH_GUESS;
    instant.read(words, next + 1, words[next] === 1, anchor);
    out.fixed64Field(TAG_EVENT_TIME, instant.low, instant.high);
    next = writeName(out, source, TAG_EVENT_NAME, words[next + 3], next + EVENT_HEAD_WORDS);
    if (next < 0 || next + 2 > end) return BROKEN;
    const dropped = words[next + 1];
    next = writeAttributes(out, source, TAG_EVENT_ATTRIBUTE, next + 2, words[next] >>> 0, 0);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return BROKEN;
    out.countField(TAG_EVENT_DROPPED, dropped);
    if (!out.endMessage(lengthAt, LENGTH_GUESS)) return BROKEN;
  }
  return next;
}

export function writeLinks(out: ProtobufWriter, source: RecordSource, at: number, count: number): number {
  const { words, end } = source;
  let next = at;
  for (let i = 0; i < count; i++) {
    if (next + LINK_HEAD_WORDS > end || !out.reserve(FIXED_BYTES)) return BROKEN;
    out.bytes[out.pos] = TAG_LINK;
    const lengthAt = out.pos + 1;
    out.pos = lengthAt + LENGTH_GUESS;
    out.idField(TAG_LINK_TRACE_ID_16, words, next, 4);
    out.idField(TAG_LINK_SPAN_ID_8, words, next + 4, 2);
    const flags = (words[next + 6] & (W3C_FLAGS_MASK | LINK_REMOTE)) | FLAGS_HAS_IS_REMOTE;
    const attributeCount = words[next + 7] >>> 0;
    const dropped = words[next + 8];
    next = writeStringField(out, source, TAG_LINK_TRACE_STATE, next + LINK_HEAD_WORDS);
    if (next < 0) return BROKEN;
    next = writeAttributes(out, source, TAG_LINK_ATTRIBUTE, next, attributeCount, 0);
    if (next < 0 || !out.reserve(FIXED_BYTES)) return BROKEN;
    out.countField(TAG_LINK_DROPPED, dropped);
    out.bytes[out.pos] = TAG_LINK_FLAGS;
    out.view.setInt32(out.pos + 1, flags, true);
    out.pos += 5;
    if (!out.endMessage(lengthAt, LENGTH_GUESS)) return BROKEN;
  }
  return next;
}
