// OTLP protobuf to plain spans, written by hand against opentelemetry/proto/trace/v1 and common/v1, so that the
// receiver needs no protobuf library and is no relative of the encoder it checks. Receiver process; called by
// both servers.

import type {
  ReceivedAttribute,
  ReceivedEvent,
  ReceivedLink,
  ReceivedResource,
  ReceivedScope,
  ReceivedSpan,
  ReceivedValue,
} from '../trace/received-span.js';
import { MalformedOtlpError } from './otlp-error.js';
import { DELIMITED, FIXED32, FIXED64, ProtobufCursor, VARINT } from './protobuf-cursor.js';

/** As protobuf libraries do: deeper values are refused before the stack is at risk. */
export const VALUE_DEPTH_MAX = 100;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const varint = (field: number) => (field << 3) | VARINT;
const fixed64 = (field: number) => (field << 3) | FIXED64;
const delimited = (field: number) => (field << 3) | DELIMITED;
const fixed32 = (field: number) => (field << 3) | FIXED32;

/** The spans of one ExportTraceServiceRequest, in wire order. Throws MalformedOtlpError only. */
export function readTraceRequest(body: Uint8Array): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  const cursor = new ProtobufCursor(body);
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) readResourceSpans(cursor.message(), spans);
    else cursor.skip(tag);
  }
  return spans;
}

function readResourceSpans(cursor: ProtobufCursor, spans: ReceivedSpan[]): void {
  // Fields may come in any order, so the resource is filled in place while its spans already point to it.
  const resource: Mutable<ReceivedResource> = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) readResource(cursor.message(), resource);
    else if (tag === delimited(2)) readScopeSpans(cursor.message(), resource, spans);
    else if (tag === delimited(3)) resource.schemaUrl = cursor.string();
    else cursor.skip(tag);
  }
}

function readResource(cursor: ProtobufCursor, resource: Mutable<ReceivedResource>): void {
  const attributes: ReceivedAttribute[] = [];
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) attributes.push(readKeyValue(cursor.message(), 0));
    else if (tag === varint(2)) resource.droppedAttributesCount = cursor.uint32();
    else cursor.skip(tag);
  }
  resource.attributes = attributes;
}

function readScopeSpans(cursor: ProtobufCursor, resource: ReceivedResource, spans: ReceivedSpan[]): void {
  const scope: Mutable<ReceivedScope> = { name: '', version: '', attributes: [], schemaUrl: '' };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) readScope(cursor.message(), scope);
    else if (tag === delimited(2)) spans.push(readSpan(cursor.message(), resource, scope));
    else if (tag === delimited(3)) scope.schemaUrl = cursor.string();
    else cursor.skip(tag);
  }
}

function readScope(cursor: ProtobufCursor, scope: Mutable<ReceivedScope>): void {
  const attributes: ReceivedAttribute[] = [];
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) scope.name = cursor.string();
    else if (tag === delimited(2)) scope.version = cursor.string();
    else if (tag === delimited(3)) attributes.push(readKeyValue(cursor.message(), 0));
    else cursor.skip(tag);
  }
  scope.attributes = attributes;
}

function readSpan(cursor: ProtobufCursor, resource: ReceivedResource, scope: ReceivedScope): ReceivedSpan {
  const attributes: ReceivedAttribute[] = [];
  const events: ReceivedEvent[] = [];
  const links: ReceivedLink[] = [];
  const span: Mutable<ReceivedSpan> = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    name: '',
    kind: 0,
    startUnixNanos: 0n,
    endUnixNanos: 0n,
    attributes,
    droppedAttributesCount: 0,
    events,
    droppedEventsCount: 0,
    links,
    droppedLinksCount: 0,
    statusCode: 0,
    statusMessage: '',
    flags: 0,
    resource,
    scope,
  };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) span.traceId = cursor.hex();
    else if (tag === delimited(2)) span.spanId = cursor.hex();
    else if (tag === delimited(3)) span.traceState = cursor.string();
    else if (tag === delimited(4)) span.parentSpanId = cursor.hex();
    else if (tag === delimited(5)) span.name = cursor.string();
    else if (tag === varint(6)) span.kind = cursor.uint32();
    else if (tag === fixed64(7)) span.startUnixNanos = cursor.fixed64();
    else if (tag === fixed64(8)) span.endUnixNanos = cursor.fixed64();
    else if (tag === delimited(9)) attributes.push(readKeyValue(cursor.message(), 0));
    else if (tag === varint(10)) span.droppedAttributesCount = cursor.uint32();
    else if (tag === delimited(11)) events.push(readEvent(cursor.message()));
    else if (tag === varint(12)) span.droppedEventsCount = cursor.uint32();
    else if (tag === delimited(13)) links.push(readLink(cursor.message()));
    else if (tag === varint(14)) span.droppedLinksCount = cursor.uint32();
    else if (tag === delimited(15)) readStatus(cursor.message(), span);
    else if (tag === fixed32(16)) span.flags = cursor.fixed32();
    else cursor.skip(tag);
  }
  return span;
}

function readStatus(cursor: ProtobufCursor, span: Mutable<ReceivedSpan>): void {
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(2)) span.statusMessage = cursor.string();
    else if (tag === varint(3)) span.statusCode = cursor.uint32();
    else cursor.skip(tag);
  }
}

function readEvent(cursor: ProtobufCursor): ReceivedEvent {
  const attributes: ReceivedAttribute[] = [];
  const event: Mutable<ReceivedEvent> = {
    timeUnixNanos: 0n,
    name: '',
    attributes,
    droppedAttributesCount: 0,
  };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === fixed64(1)) event.timeUnixNanos = cursor.fixed64();
    else if (tag === delimited(2)) event.name = cursor.string();
    else if (tag === delimited(3)) attributes.push(readKeyValue(cursor.message(), 0));
    else if (tag === varint(4)) event.droppedAttributesCount = cursor.uint32();
    else cursor.skip(tag);
  }
  return event;
}

function readLink(cursor: ProtobufCursor): ReceivedLink {
  const attributes: ReceivedAttribute[] = [];
  const link: Mutable<ReceivedLink> = {
    traceId: '',
    spanId: '',
    traceState: '',
    attributes,
    droppedAttributesCount: 0,
    flags: 0,
  };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) link.traceId = cursor.hex();
    else if (tag === delimited(2)) link.spanId = cursor.hex();
    else if (tag === delimited(3)) link.traceState = cursor.string();
    else if (tag === delimited(4)) attributes.push(readKeyValue(cursor.message(), 0));
    else if (tag === varint(5)) link.droppedAttributesCount = cursor.uint32();
    else if (tag === fixed32(6)) link.flags = cursor.fixed32();
    else cursor.skip(tag);
  }
  return link;
}

function readKeyValue(cursor: ProtobufCursor, depth: number): ReceivedAttribute {
  let key = '';
  let value: ReceivedValue = { kind: 'empty' };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) key = cursor.string();
    else if (tag === delimited(2)) value = readValue(cursor.message(), depth);
    else cursor.skip(tag);
  }
  return { key, value };
}

/** A oneof: the last field that is present counts, and none at all is the empty value. */
function readValue(cursor: ProtobufCursor, depth: number): ReceivedValue {
  if (depth > VALUE_DEPTH_MAX)
    throw new MalformedOtlpError(`a value is nested deeper than ${VALUE_DEPTH_MAX}`);
  let value: ReceivedValue = { kind: 'empty' };
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) value = { kind: 'string', value: cursor.string() };
    else if (tag === varint(2)) value = { kind: 'boolean', value: cursor.varint() !== 0n };
    else if (tag === varint(3)) value = { kind: 'int', value: cursor.int64() };
    else if (tag === fixed64(4)) value = { kind: 'double', value: cursor.double() };
    else if (tag === delimited(5)) value = { kind: 'array', value: readArray(cursor.message(), depth + 1) };
    else if (tag === delimited(6)) value = { kind: 'map', value: readMap(cursor.message(), depth + 1) };
    // Copied: a view would keep the whole request alive for as long as the trace is kept.
    else if (tag === delimited(7)) value = { kind: 'bytes', value: Uint8Array.from(cursor.bytes()) };
    else cursor.skip(tag);
  }
  return value;
}

function readArray(cursor: ProtobufCursor, depth: number): ReceivedValue[] {
  const values: ReceivedValue[] = [];
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) values.push(readValue(cursor.message(), depth));
    else cursor.skip(tag);
  }
  return values;
}

function readMap(cursor: ProtobufCursor, depth: number): ReceivedAttribute[] {
  const entries: ReceivedAttribute[] = [];
  while (!cursor.atEnd) {
    const tag = cursor.tag();
    if (tag === delimited(1)) entries.push(readKeyValue(cursor.message(), depth));
    else cursor.skip(tag);
  }
  return entries;
}
