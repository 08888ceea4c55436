// HOT. A finished span -> its record. The counterpart, span-decoder.ts, reads the same layout (record-layout.ts).
// Callers: main/record (into a claimed region of a ring, or into a private buffer for the control port).

import { stringBytesMax, valueBytesMax } from './any-value.js';
import { hexToWord } from './ids.js';
import {
  EXTRA_BODY,
  EXTRA_DROPPED_ATTRIBUTES,
  EXTRA_DROPPED_EVENTS,
  EXTRA_DROPPED_LINKS,
  EXTRA_EVENT_COUNT,
  EXTRA_LINK_COUNT,
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
  ValueType,
} from './record-layout.js';
import type { RecordWriter } from './record-writer.js';
import type { AttributeList, SpanEvent, SpanExtra, SpanLink, SpanSource, UnixTime } from './span-source.js';

const NANOS_PER_SECOND = 1_000_000_000;
const TWO_32 = 4_294_967_296;

/** Upper bound of the record's bytes, without walking the characters of any string. */
export function spanBytesMax(span: SpanSource): number {
  let bytes = SPAN_BODY * 4 + span.attributeList.bytesMax;
  if (span.nameId === 0) bytes += stringBytesMax(span.name.length);
  if (span.extra !== undefined) bytes += extraBytesMax(span.extra);
  // Not with `& ~7`: a bound past 2^31 has to stay a large number, so that the caller refuses it.
  return Math.ceil(bytes / 8) * 8;
}

/** Writes the record at `offset` bytes (a multiple of 8) and returns its length, a multiple of 8. */
export function encodeSpan(writer: RecordWriter, offset: number, span: SpanSource): number {
  const { words, doubles } = writer;
  const start = offset >> 2;
  words[start + SPAN_HEAD] = span.head;
  doubles[(start + SPAN_START) >> 1] = span.startMillis;
  doubles[(start + SPAN_END) >> 1] = span.endMillis;
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
  words[start + SPAN_ATTRIBUTE_COUNT] = span.attributeList.count;
  let at = start + SPAN_BODY;
  if (span.nameId === 0) at = writer.string(at, span.name);
  at = encodeAttributes(writer, at, span.attributeList);
  const extra = span.extra;
  if (extra === undefined) words[start + SPAN_EXTRA] = 0;
  else {
    encodeUnixTimes(words, start, extra);
    words[start + SPAN_EXTRA] = at - start;
    at = encodeExtra(writer, at, extra);
  }
  return finishRecord(words, start, at);
}

/** Pads the record, which ends before word `end`, to 8 bytes; stores its length and returns it. */
export function finishRecord(words: Int32Array, start: number, end: number): number {
  if (((end - start) & 1) !== 0) words[end] = 0;
  const length = ((end - start + 1) & ~1) << 2;
  words[start + SPAN_LENGTH] = length;
  return length;
}

export function encodeAttributes(writer: RecordWriter, start: number, list: AttributeList): number {
  const { ids, values, count } = list;
  const { words } = writer;
  let at = start;
  for (let i = 0; i < count; i++) {
    const id = ids[i];
    const value = values[i];
    // The three usual kinds are written here: V8 does not inline the call for each, the function being too large.
    if (id === 0) at = writer.inlineAttribute(at, list.keys[i], value);
    else if (typeof value === 'string') {
      words[at] = (id << 8) | ValueType.String;
      at = writer.string(at + 1, value);
    } else if (typeof value === 'boolean') {
      words[at++] = (id << 8) | (value ? ValueType.True : ValueType.False);
    } else if (typeof value === 'number' && (value | 0) === value) {
      words[at] = (id << 8) | ValueType.Int32;
      words[at + 1] = value;
      at += 2;
    } else at = writer.attribute(at, id, value);
  }
  return at;
}

/** Upper bound of the record bytes of attributes, for a list that did not add it up while it was filled. */
export function attributesBytesMax(list: Omit<AttributeList, 'bytesMax'>): number {
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
    bytes += 24 + stringBytesMax(event.name.length) + event.attributes.bytesMax;
  }
  for (const link of extra.links) {
    bytes += 36 + stringBytesMax(link.traceState.length) + link.attributes.bytesMax;
  }
  return bytes;
}

/** Times that the user gave take the place of the monotonic ones. */
function encodeUnixTimes(words: Int32Array, start: number, extra: SpanExtra): void {
  if (extra.startUnix !== undefined) {
    words[start + SPAN_HEAD] |= SPAN_START_IS_UNIX << 24;
    encodeUnixTime(words, start + SPAN_START, extra.startUnix);
  }
  if (extra.endUnix !== undefined) {
    words[start + SPAN_HEAD] |= SPAN_END_IS_UNIX << 24;
    encodeUnixTime(words, start + SPAN_END, extra.endUnix);
  }
}

function encodeExtra(writer: RecordWriter, start: number, extra: SpanExtra): number {
  const { words } = writer;
  words[start + EXTRA_DROPPED_ATTRIBUTES] = extra.droppedAttributes;
  words[start + EXTRA_DROPPED_EVENTS] = extra.droppedEvents;
  words[start + EXTRA_DROPPED_LINKS] = extra.droppedLinks;
  words[start + EXTRA_EVENT_COUNT] = extra.events.length;
  words[start + EXTRA_LINK_COUNT] = extra.links.length;
  let at = writer.string(start + EXTRA_BODY, extra.traceState);
  at = writer.string(at, extra.statusMessage);
  for (const event of extra.events) at = encodeEvent(writer, at, event);
  for (const link of extra.links) at = encodeLink(writer, at, link);
  return at;
}

function encodeEvent(writer: RecordWriter, start: number, event: SpanEvent): number {
  const { words } = writer;
  let at = start;
  words[at++] = event.timeUnix === undefined ? 0 : 1;
  at =
    event.timeUnix === undefined
      ? writer.double(at, event.timeMillis)
      : encodeUnixTime(words, at, event.timeUnix);
  words[at++] = event.nameId;
  if (event.nameId === 0) at = writer.string(at, event.name);
  words[at++] = event.attributes.count;
  words[at++] = event.droppedAttributes;
  return encodeAttributes(writer, at, event.attributes);
}

function encodeLink(writer: RecordWriter, start: number, link: SpanLink): number {
  const { words } = writer;
  let at = start;
  for (let i = 0; i < 32; i += 8) words[at++] = hexToWord(link.traceId, i);
  for (let i = 0; i < 16; i += 8) words[at++] = hexToWord(link.spanId, i);
  words[at++] = (link.flags & 0xff) | (link.remote ? LINK_REMOTE : 0);
  words[at++] = link.attributes.count;
  words[at++] = link.droppedAttributes;
  at = writer.string(at, link.traceState);
  return encodeAttributes(writer, at, link.attributes);
}

function encodeUnixTime(words: Int32Array, at: number, time: UnixTime): number {
  const product = time.seconds * NANOS_PER_SECOND;
  const productLow = Math.imul(time.seconds, NANOS_PER_SECOND) >>> 0;
  const low = productLow + time.nanos;
  words[at] = low | 0;
  words[at + 1] = (Math.round((product - productLow) / TWO_32) + (low >= TWO_32 ? 1 : 0)) | 0;
  return at + 2;
}
