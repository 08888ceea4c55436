// A span record -> its fields; the counterpart of span-encoder.ts over the layout of record-layout.ts. Any thread,
// not hot. Callers: worker/encode/json-encoder.ts, tools, tests.

import { decodeAttributes } from './attribute-decoder.js';
import type { DecodedEvent, DecodedLink, DecodedSpan, DecodedTime } from './decoded-span.js';
import { wordToHex } from './ids.js';
import { type InternedTexts, RecordCursor } from './record-cursor.js';
import {
  LINK_REMOTE,
  RecordType,
  SPAN_BODY,
  SPAN_END,
  SPAN_END_IS_UNIX,
  SPAN_HAS_PARENT,
  SPAN_HEAD,
  SPAN_LENGTH,
  SPAN_PARENT_IS_REMOTE,
  SPAN_START,
  SPAN_START_IS_UNIX,
  SPAN_STATUS_MASK,
  SPAN_TRACE_ID,
} from './record-layout.js';

/** The span whose record starts at `offset` bytes; undefined if no whole span record is there. */
export function decodeSpan(
  words: Int32Array,
  bytes: Uint8Array,
  offset: number,
  texts: InternedTexts,
): DecodedSpan | undefined {
  const start = offset >> 2;
  const end = spanRecordEnd(words, offset);
  if (end === 0) return undefined;
  const cursor = new RecordCursor(words, bytes, start + SPAN_HEAD, end, texts);
  const head = cursor.word();
  const bits = head >>> 24;
  cursor.at = start + SPAN_START;
  const startTime = decodeTime(cursor, (bits & SPAN_START_IS_UNIX) !== 0);
  cursor.at = start + SPAN_END;
  const endTime = decodeTime(cursor, (bits & SPAN_END_IS_UNIX) !== 0);
  cursor.at = start + SPAN_TRACE_ID;
  const traceId = hex(cursor, 4);
  const spanId = hex(cursor, 2);
  const parentSpanId = hex(cursor, 2);
  const scopeId = cursor.word();
  const nameId = cursor.word();
  const attributeCount = cursor.word();
  const extraOffset = cursor.word();
  const name = cursor.textOf(nameId);
  const attributes = decodeAttributes(cursor, attributeCount);
  if (extraOffset !== 0) {
    if (extraOffset < SPAN_BODY) return undefined;
    cursor.at = start + extraOffset;
  }
  const extra = extraOffset === 0 ? NO_EXTRA : decodeExtra(cursor);
  if (cursor.broken) return undefined;
  return {
    traceId,
    spanId,
    parentSpanId: (bits & SPAN_HAS_PARENT) !== 0 ? parentSpanId : undefined,
    parentIsRemote: (bits & SPAN_PARENT_IS_REMOTE) !== 0,
    traceFlags: (head >>> 16) & 0xff,
    kind: (head >>> 8) & 0xff,
    name,
    scopeId,
    start: startTime,
    end: endTime,
    statusCode: bits & SPAN_STATUS_MASK,
    attributes,
    ...extra,
  };
}

/** Word behind the span record at `offset`, 0 if type, alignment or length say that no whole one is there. */
export function spanRecordEnd(words: Int32Array, offset: number): number {
  const start = offset >> 2;
  if ((offset & 7) !== 0 || start < 0 || start + SPAN_BODY > words.length) return 0;
  if ((words[start + SPAN_HEAD] & 0xff) !== RecordType.Span) return 0;
  const length = words[start + SPAN_LENGTH];
  if (length < SPAN_BODY * 4 || (length & 7) !== 0 || length > words.length * 4 - offset) return 0;
  return start + (length >> 2);
}

type ExtraFields = Pick<
  DecodedSpan,
  'droppedAttributes' | 'droppedEvents' | 'droppedLinks' | 'traceState' | 'statusMessage' | 'events' | 'links'
>;

const NO_EXTRA: ExtraFields = {
  droppedAttributes: 0,
  droppedEvents: 0,
  droppedLinks: 0,
  traceState: '',
  statusMessage: '',
  events: [],
  links: [],
};

function decodeExtra(cursor: RecordCursor): ExtraFields {
  const droppedAttributes = cursor.word();
  const droppedEvents = cursor.word();
  const droppedLinks = cursor.word();
  const eventCount = cursor.word();
  const linkCount = cursor.word();
  const traceState = cursor.string();
  const statusMessage = cursor.string();
  const events: DecodedEvent[] = [];
  for (let i = 0; i < eventCount && !cursor.broken; i++) events.push(decodeEvent(cursor));
  const links: DecodedLink[] = [];
  for (let i = 0; i < linkCount && !cursor.broken; i++) links.push(decodeLink(cursor));
  return { droppedAttributes, droppedEvents, droppedLinks, traceState, statusMessage, events, links };
}

function decodeEvent(cursor: RecordCursor): DecodedEvent {
  const time = decodeTime(cursor, cursor.word() === 1);
  const name = cursor.textOf(cursor.word());
  const attributeCount = cursor.word();
  const droppedAttributes = cursor.word();
  return { name, time, attributes: decodeAttributes(cursor, attributeCount), droppedAttributes };
}

function decodeLink(cursor: RecordCursor): DecodedLink {
  const traceId = hex(cursor, 4);
  const spanId = hex(cursor, 2);
  const flags = cursor.word();
  const attributeCount = cursor.word();
  const droppedAttributes = cursor.word();
  const traceState = cursor.string();
  return {
    traceId,
    spanId,
    traceState,
    traceFlags: flags & 0xff,
    isRemote: (flags & LINK_REMOTE) !== 0,
    attributes: decodeAttributes(cursor, attributeCount),
    droppedAttributes,
  };
}

function decodeTime(cursor: RecordCursor, isUnix: boolean): DecodedTime {
  if (isUnix) return { clock: 'unix', nanos: cursor.uint64() };
  return { clock: 'monotonic', millis: cursor.double() };
}

function hex(cursor: RecordCursor, words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) text += wordToHex(cursor.word());
  return text;
}
