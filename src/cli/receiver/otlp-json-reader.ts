// OTLP JSON to plain spans (ids in hex, 64-bit integers as strings or numbers, bytes in base64). Receiver
// process; called by http-server.ts. Like the protobuf reader it ignores fields that it does not know.

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
import { VALUE_DEPTH_MAX } from './otlp-reader.js';

type Json = Readonly<Record<string, unknown>>;

/** The spans of one ExportTraceServiceRequest. Throws MalformedOtlpError only. */
export function readTraceRequestJson(body: string): ReceivedSpan[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new MalformedOtlpError('the body is not JSON');
  }
  const spans: ReceivedSpan[] = [];
  for (const resourceSpans of objects(object(parsed, 'the body'), 'resourceSpans')) {
    const resource = readResource(resourceSpans);
    for (const scopeSpans of objects(resourceSpans, 'scopeSpans')) {
      const scope = readScope(scopeSpans);
      for (const span of objects(scopeSpans, 'spans')) spans.push(readSpan(span, resource, scope));
    }
  }
  return spans;
}

function readResource(from: Json): ReceivedResource {
  const resource = object(from.resource ?? {}, 'resource');
  return {
    attributes: attributes(resource),
    droppedAttributesCount: number(resource, 'droppedAttributesCount'),
    schemaUrl: string(from, 'schemaUrl'),
  };
}

function readScope(from: Json): ReceivedScope {
  const scope = object(from.scope ?? {}, 'scope');
  return {
    name: string(scope, 'name'),
    version: string(scope, 'version'),
    attributes: attributes(scope),
    schemaUrl: string(from, 'schemaUrl'),
  };
}

function readSpan(span: Json, resource: ReceivedResource, scope: ReceivedScope): ReceivedSpan {
  const status = object(span.status ?? {}, 'status');
  return {
    traceId: hex(span, 'traceId'),
    spanId: hex(span, 'spanId'),
    parentSpanId: hex(span, 'parentSpanId'),
    traceState: string(span, 'traceState'),
    name: string(span, 'name'),
    kind: number(span, 'kind'),
    startUnixNanos: nanos(span, 'startTimeUnixNano'),
    endUnixNanos: nanos(span, 'endTimeUnixNano'),
    attributes: attributes(span),
    droppedAttributesCount: number(span, 'droppedAttributesCount'),
    events: objects(span, 'events').map(readEvent),
    droppedEventsCount: number(span, 'droppedEventsCount'),
    links: objects(span, 'links').map(readLink),
    droppedLinksCount: number(span, 'droppedLinksCount'),
    statusCode: number(status, 'code'),
    statusMessage: string(status, 'message'),
    flags: number(span, 'flags'),
    resource,
    scope,
  };
}

function readEvent(event: Json): ReceivedEvent {
  return {
    timeUnixNanos: nanos(event, 'timeUnixNano'),
    name: string(event, 'name'),
    attributes: attributes(event),
    droppedAttributesCount: number(event, 'droppedAttributesCount'),
  };
}

function readLink(link: Json): ReceivedLink {
  return {
    traceId: hex(link, 'traceId'),
    spanId: hex(link, 'spanId'),
    traceState: string(link, 'traceState'),
    attributes: attributes(link),
    droppedAttributesCount: number(link, 'droppedAttributesCount'),
    flags: number(link, 'flags'),
  };
}

function attributes(from: Json): ReceivedAttribute[] {
  return objects(from, 'attributes').map((entry) => readKeyValue(entry, 0));
}

function readKeyValue(entry: Json, depth: number): ReceivedAttribute {
  return { key: string(entry, 'key'), value: readValue(object(entry.value ?? {}, 'value'), depth) };
}

function readValue(value: Json, depth: number): ReceivedValue {
  if (depth > VALUE_DEPTH_MAX)
    throw new MalformedOtlpError(`a value is nested deeper than ${VALUE_DEPTH_MAX}`);
  if (isSet(value.stringValue)) return { kind: 'string', value: string(value, 'stringValue') };
  if (isSet(value.boolValue)) return { kind: 'boolean', value: value.boolValue === true };
  if (isSet(value.intValue)) return { kind: 'int', value: int64(value, 'intValue') };
  if (isSet(value.doubleValue)) return { kind: 'double', value: double(value.doubleValue) };
  if (isSet(value.bytesValue)) {
    return { kind: 'bytes', value: Uint8Array.from(Buffer.from(string(value, 'bytesValue'), 'base64')) };
  }
  if (isSet(value.arrayValue)) {
    const values = objects(object(value.arrayValue, 'arrayValue'), 'values');
    return { kind: 'array', value: values.map((element) => readValue(element, depth + 1)) };
  }
  if (isSet(value.kvlistValue)) {
    const entries = objects(object(value.kvlistValue, 'kvlistValue'), 'values');
    return { kind: 'map', value: entries.map((entry) => readKeyValue(entry, depth + 1)) };
  }
  return { kind: 'empty' };
}

/** In proto3 JSON a null is an absent field; JSON writers that meet a NaN produce one. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new MalformedOtlpError(`${what} is not an object`);
}

function objects(from: Json, key: string): Json[] {
  const value = from[key] ?? [];
  if (!Array.isArray(value)) throw new MalformedOtlpError(`${key} is not an array`);
  return value.map((element) => object(element, `an element of ${key}`));
}

function string(from: Json, key: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new MalformedOtlpError(`${key} is not a string`);
  return value;
}

function hex(from: Json, key: string): string {
  const value = string(from, key);
  if (!/^(?:[0-9a-f]{2})*$/i.test(value)) throw new MalformedOtlpError(`${key} is not hex`);
  return value.toLowerCase();
}

function number(from: Json, key: string): number {
  const value = from[key] ?? 0;
  if (typeof value !== 'number') throw new MalformedOtlpError(`${key} is not a number`);
  return value;
}

// proto3 JSON has no other way to write the three doubles that JSON lacks.
function double(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new MalformedOtlpError('doubleValue is not a number');
}

function nanos(from: Json, key: string): bigint {
  const value = integer(from, key);
  if (BigInt.asUintN(64, value) !== value) throw new MalformedOtlpError(`${key} is not a time`);
  return value;
}

function int64(from: Json, key: string): bigint {
  const value = integer(from, key);
  if (BigInt.asIntN(64, value) !== value) throw new MalformedOtlpError(`${key} is outside of 64 bits`);
  return value;
}

function integer(from: Json, key: string): bigint {
  const value = from[key] ?? 0;
  const isInteger = typeof value === 'number' ? Number.isInteger(value) : /^-?\d{1,20}$/.test(String(value));
  if (!isInteger) throw new MalformedOtlpError(`${key} is not an integer`);
  return BigInt(value as number | string);
}
