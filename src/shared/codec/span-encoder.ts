// HOT. A finished span -> its record. The counterpart, span-decoder.ts, reads the same layout (record-layout.ts).
// Callers: main/record (into a claimed region of a ring, or into a private buffer for the control port).

import { stringBytesMax, valueBytesMax } from './any-value.js';
import { hexToWord } from './ids.js';
import {
  LINK_REMOTE,
  SPAN_ATTRIBUTE_COUNT,
  SPAN_BODY,
  SPAN_END,
  SPAN_END_IS_UNIX,
  SPAN_EXTRA,
  SPAN_HEAD,
  SPAN_ID,
  SPAN_LENGTH,
  SPAN_NAME,
  SPAN_PARENT_ID,
  SPAN_SCOPE,
  SPAN_START,
  SPAN_START_IS_UNIX,
  SPAN_TRACE_ID,
} from './record-layout.js';
import type { RecordWriter } from './record-writer.js';
import type { AttributeList, SpanEvent, SpanExtra, SpanLink, SpanSource, UnixTime } from './span-source.js';

const NANOS_PER_SECOND = 1_000_000_000;
const TWO_32 = 4_294_967_296;

/** Upper bound of the record's bytes, without walking the characters of any string. */
export function spanBytesMax(span: SpanSource): number {
  let bytes = SPAN_BODY * 4 + attributesBytesMax(span.attributes);
  if (span.nameId === 0) bytes += stringBytesMax(span.name.length);
  if (span.extra !== undefined) bytes += extraBytesMax(span.extra);
  // Not with `& ~7`: a bound past 2^31 has to stay a large number, so that the caller refuses it.
  return Math.ceil(bytes / 8) * 8;
}

/** Writes the record at `offset` bytes (a multiple of 8) and returns its length, a multiple of 8. */
export function encodeSpan(writer: RecordWriter, offset: number, span: SpanSource): number {
  const words = writer.words;
  const start = offset >> 2;
  let head = span.head;
  writer.at = start + SPAN_START;
  if (span.startUnix === undefined) writer.double(span.startMillis);
  else {
    head |= SPAN_START_IS_UNIX << 24;
    unixTime(writer, span.startUnix);
  }
  writer.at = start + SPAN_END;
  if (span.endUnix === undefined) writer.double(span.endMillis);
  else {
    head |= SPAN_END_IS_UNIX << 24;
    unixTime(writer, span.endUnix);
  }
  words[start + SPAN_HEAD] = head;
  words[start + SPAN_TRACE_ID] = span.traceId0;
  words[start + SPAN_TRACE_ID + 1] = span.traceId1;
  words[start + SPAN_TRACE_ID + 2] = span.traceId2;
  words[start + SPAN_TRACE_ID + 3] = span.traceId3;
  words[start + SPAN_ID] = span.spanId0;
  words[start + SPAN_ID + 1] = span.spanId1;
  words[start + SPAN_PARENT_ID] = span.parentId0;
  words[start + SPAN_PARENT_ID + 1] = span.parentId1;
  words[start + SPAN_SCOPE] = span.scopeId;
  words[start + SPAN_NAME] = span.nameId;
  words[start + SPAN_ATTRIBUTE_COUNT] = span.attributes.count;
  writer.at = start + SPAN_BODY;
  if (span.nameId === 0) writer.string(span.name);
  encodeAttributes(writer, span.attributes);
  if (span.extra === undefined) words[start + SPAN_EXTRA] = 0;
  else {
    words[start + SPAN_EXTRA] = writer.at - start;
    encodeExtra(writer, span.extra);
  }
  return finishRecord(writer, start);
}

/** Pads the record to 8 bytes, stores its length, returns it. */
export function finishRecord(writer: RecordWriter, start: number): number {
  if (((writer.at - start) & 1) !== 0) writer.words[writer.at++] = 0;
  const length = (writer.at - start) << 2;
  writer.words[start + SPAN_LENGTH] = length;
  return length;
}

export function encodeAttributes(writer: RecordWriter, list: AttributeList): void {
  const { ids, values, count } = list;
  for (let i = 0; i < count; i++) {
    const id = ids[i];
    if (id > 0) writer.attribute(id, values[i]);
    else writer.inlineAttribute(list.keys[i], values[i]);
  }
}

export function attributesBytesMax(list: AttributeList): number {
  const { ids, values, count } = list;
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    bytes += valueBytesMax(values[i]);
    if (ids[i] === 0) bytes += stringBytesMax(list.keys[i].length);
  }
  return bytes;
}

function extraBytesMax(extra: SpanExtra): number {
  let bytes = 20 + stringBytesMax(extra.traceState.length) + stringBytesMax(extra.statusMessage.length);
  for (const event of extra.events) {
    bytes += 24 + stringBytesMax(event.name.length) + attributesBytesMax(event.attributes);
  }
  for (const link of extra.links) {
    bytes += 36 + stringBytesMax(link.traceState.length) + attributesBytesMax(link.attributes);
  }
  return bytes;
}

function encodeExtra(writer: RecordWriter, extra: SpanExtra): void {
  writer.word(extra.droppedAttributes);
  writer.word(extra.droppedEvents);
  writer.word(extra.droppedLinks);
  writer.word(extra.events.length);
  writer.word(extra.links.length);
  writer.string(extra.traceState);
  writer.string(extra.statusMessage);
  for (const event of extra.events) encodeEvent(writer, event);
  for (const link of extra.links) encodeLink(writer, link);
}

function encodeEvent(writer: RecordWriter, event: SpanEvent): void {
  writer.word(event.timeUnix === undefined ? 0 : 1);
  if (event.timeUnix === undefined) writer.double(event.timeMillis);
  else unixTime(writer, event.timeUnix);
  writer.word(event.nameId);
  if (event.nameId === 0) writer.string(event.name);
  writer.word(event.attributes.count);
  writer.word(event.droppedAttributes);
  encodeAttributes(writer, event.attributes);
}

function encodeLink(writer: RecordWriter, link: SpanLink): void {
  for (let i = 0; i < 32; i += 8) writer.word(hexToWord(link.traceId, i));
  for (let i = 0; i < 16; i += 8) writer.word(hexToWord(link.spanId, i));
  writer.word((link.flags & 0xff) | (link.remote ? LINK_REMOTE : 0));
  writer.word(link.attributes.count);
  writer.word(link.droppedAttributes);
  writer.string(link.traceState);
  encodeAttributes(writer, link.attributes);
}

function unixTime(writer: RecordWriter, time: UnixTime): void {
  const product = time.seconds * NANOS_PER_SECOND;
  const productLow = Math.imul(time.seconds, NANOS_PER_SECOND) >>> 0;
  const low = productLow + time.nanos;
  writer.word(low | 0);
  writer.word((Math.round((product - productLow) / TWO_32) + (low >= TWO_32 ? 1 : 0)) | 0);
}
