// An independent view of OTLP trace requests: protobufjs over the official .proto files, and JSON, both brought
// to one normal form that tests compare. Nothing of src/ is used here.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const PROTO_ROOT = fileURLToPath(new URL('../proto/', import.meta.url));
const REQUEST = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => PROTO_ROOT + target;
// protobufjs's types forget that null is no error.
root.fetch = (path, callback) => callback(null as unknown as Error, readFileSync(path, 'utf8'));
root.loadSync('opentelemetry/proto/collector/trace/v1/trace_service.proto');
const requestType = root.lookupType(REQUEST);

export type NormalValue =
  | { string: string }
  | { bool: boolean }
  | { int: string }
  | { double: number }
  | { bytes: string }
  | { array: NormalValue[] }
  | { map: NormalAttribute[] }
  | { empty: true };
export interface NormalAttribute {
  key: string;
  value: NormalValue;
}
export interface NormalSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  kind: number;
  start: string;
  end: string;
  attributes: NormalAttribute[];
  droppedAttributes: number;
  events: { time: string; name: string; attributes: NormalAttribute[]; droppedAttributes: number }[];
  droppedEvents: number;
  links: {
    traceId: string;
    spanId: string;
    traceState: string;
    flags: number;
    attributes: NormalAttribute[];
    droppedAttributes: number;
  }[];
  droppedLinks: number;
  /** A message that is absent and one without content mean the same in proto3. */
  status: { code: number; message: string };
}
export interface NormalScopeSpans {
  name: string;
  version: string;
  attributes: NormalAttribute[];
  schemaUrl: string;
  spans: NormalSpan[];
}
export interface NormalResourceSpans {
  attributes: NormalAttribute[];
  schemaUrl: string;
  scopes: NormalScopeSpans[];
}

// biome-ignore lint/suspicious/noExplicitAny: what a decoder gives back has no type until it is checked
type Raw = any;
interface Form {
  id(raw: Raw): string;
  double(raw: Raw): number;
  int(raw: Raw): string;
}

const PROTO_FORM: Form = {
  id: (raw) => (raw === undefined ? '' : Buffer.from(raw, 'base64').toString('hex')),
  double: (raw) => raw,
  int: (raw) => String(raw),
};

const JSON_FORM: Form = {
  id: (raw) => raw ?? '',
  double: (raw) => {
    if (typeof raw === 'number') return raw;
    if (raw === 'NaN' || raw === 'Infinity' || raw === '-Infinity') return Number(raw);
    throw new TypeError(`${JSON.stringify(raw)} is no doubleValue`);
  },
  int: (raw) => {
    if (typeof raw !== 'string' || !/^-?\d+$/.test(raw)) throw new TypeError(`${raw} is no decimal string`);
    return raw;
  },
};

/** protobufjs refuses a request with one text that is not UTF-8; this reader shows what else is in it. */
class LenientReader extends protobuf.Reader {
  // What the decoder calls for a proto3 string.
  override stringVerify(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }
}

export function decodeProtobufRequest(
  body: Uint8Array,
  text: 'strict' | 'lenient' = 'strict',
): NormalResourceSpans[] {
  const message = requestType.decode(text === 'strict' ? body : new LenientReader(body));
  const raw = requestType.toObject(message, { longs: String, bytes: String, enums: Number });
  return normalRequest(raw, PROTO_FORM);
}

/** What protobufjs writes for the same message: fields in ascending order, shortest lengths, nothing unknown. */
export function reencodeProtobufRequest(body: Uint8Array): Uint8Array {
  return requestType.encode(requestType.decode(body)).finish();
}

export function decodeJsonRequest(body: Uint8Array): NormalResourceSpans[] {
  return normalRequest(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)), JSON_FORM);
}

export interface NormalEntityRef {
  schemaUrl: string;
  type: string;
  idKeys: string[];
  descriptionKeys: string[];
}

/** Of each resource of a request; `json`: of a JSON text. */
export function decodeEntityRefs(body: Uint8Array, form: 'protobuf' | 'json'): NormalEntityRef[][] {
  const raw =
    form === 'json'
      ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
      : requestType.toObject(requestType.decode(body));
  return list(raw.resourceSpans).map(({ resource }) =>
    list(resource?.entityRefs).map((ref) => ({
      schemaUrl: ref.schemaUrl ?? '',
      type: ref.type ?? '',
      idKeys: [...list(ref.idKeys)],
      descriptionKeys: [...list(ref.descriptionKeys)],
    })),
  );
}

/** The order of attributes means nothing: SDK objects put keys that look like integers first. */
export function sortAttributes<T>(normal: T): T {
  if (Array.isArray(normal)) {
    const items = normal.map(sortAttributes);
    const isAttributes = items.length > 0 && items[0] !== null && Object.hasOwn(Object(items[0]), 'key');
    return (isAttributes ? items.sort((a, b) => (a.key < b.key ? -1 : 1)) : items) as T;
  }
  if (normal === null || typeof normal !== 'object') return normal;
  return Object.fromEntries(Object.entries(normal).map(([key, value]) => [key, sortAttributes(value)])) as T;
}

function normalRequest(raw: Raw, form: Form): NormalResourceSpans[] {
  return list(raw.resourceSpans).map((resourceSpans) => ({
    attributes: normalAttributes(resourceSpans.resource?.attributes, form),
    schemaUrl: resourceSpans.schemaUrl ?? '',
    scopes: list(resourceSpans.scopeSpans).map((scopeSpans) => ({
      name: scopeSpans.scope?.name ?? '',
      version: scopeSpans.scope?.version ?? '',
      attributes: normalAttributes(scopeSpans.scope?.attributes, form),
      schemaUrl: scopeSpans.schemaUrl ?? '',
      spans: list(scopeSpans.spans).map((span) => normalSpan(span, form)),
    })),
  }));
}

function normalSpan(span: Raw, form: Form): NormalSpan {
  return {
    traceId: form.id(span.traceId),
    spanId: form.id(span.spanId),
    parentSpanId: form.id(span.parentSpanId),
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    name: span.name ?? '',
    kind: span.kind ?? 0,
    start: String(span.startTimeUnixNano ?? 0),
    end: String(span.endTimeUnixNano ?? 0),
    attributes: normalAttributes(span.attributes, form),
    droppedAttributes: span.droppedAttributesCount ?? 0,
    events: list(span.events).map((event) => ({
      time: String(event.timeUnixNano ?? 0),
      name: event.name ?? '',
      attributes: normalAttributes(event.attributes, form),
      droppedAttributes: event.droppedAttributesCount ?? 0,
    })),
    droppedEvents: span.droppedEventsCount ?? 0,
    links: list(span.links).map((link) => ({
      traceId: form.id(link.traceId),
      spanId: form.id(link.spanId),
      traceState: link.traceState ?? '',
      flags: link.flags ?? 0,
      attributes: normalAttributes(link.attributes, form),
      droppedAttributes: link.droppedAttributesCount ?? 0,
    })),
    droppedLinks: span.droppedLinksCount ?? 0,
    status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
  };
}

function normalAttributes(raw: Raw, form: Form): NormalAttribute[] {
  return list(raw).map(({ key, value }) => ({ key: key ?? '', value: normalValue(value, form) }));
}

function normalValue(raw: Raw, form: Form): NormalValue {
  const kinds = Object.keys(raw);
  if (kinds.length > 1) throw new TypeError(`a value of ${kinds.length} kinds: ${kinds}`);
  switch (kinds[0]) {
    case undefined:
      return { empty: true };
    case 'stringValue':
      return { string: raw.stringValue };
    case 'boolValue':
      return { bool: raw.boolValue };
    case 'intValue':
      return { int: form.int(raw.intValue) };
    case 'doubleValue':
      return { double: form.double(raw.doubleValue) };
    case 'bytesValue':
      return { bytes: raw.bytesValue };
    case 'arrayValue':
      return { array: list(raw.arrayValue.values).map((item) => normalValue(item, form)) };
    case 'kvlistValue':
      return { map: normalAttributes(raw.kvlistValue.values, form) };
    default:
      throw new TypeError(`unknown kind of value ${kinds[0]}`);
  }
}

function list(raw: Raw): Raw[] {
  return raw ?? [];
}
