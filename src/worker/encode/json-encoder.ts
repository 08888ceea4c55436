// Span records -> ExportTraceServiceRequest in JSON (`http/json`, and lines of `file`). Worker thread. Loaded by encoder-factory.ts
// only when that protocol is configured: this is the only file that imports otlp-transformer. Records are decoded
// to the spans of the OpenTelemetry SDK, which its serializer takes; json-values.ts corrects what it gets wrong.

import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ClockAnchor } from '../../shared/clock-anchor.js';
import { decodeResourceBlob, decodeScopeBlob } from '../../shared/codec/blob-decoder.js';
import type { DecodedEvent, DecodedLink, DecodedSpan, DecodedTime } from '../../shared/codec/decoded-span.js';
import { decodeSpan } from '../../shared/codec/span-decoder.js';
import { REQUEST_BYTES_MAX } from '../../shared/limits.js';
import type { Producer } from '../producer.js';
import { entityRefsJson, withEntityRefs } from './entity-encoder.js';
import {
  attributesJsonBytes,
  markScopeName,
  type PlainAttributes,
  textJsonBytes,
  toPlainAttributes,
  unmark,
} from './json-values.js';
import type { EncodedScope } from './scope-message.js';
import type { SpanBatchEncoder } from './span-batch-encoder.js';

type ReadableSpan = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number];
type HrTime = [number, number];

const NANOS_PER_SECOND = 1_000_000_000n;
/** Field names, ids, times and punctuation of a span, of an event or link, and of the request around them. */
const SPAN_JSON_BYTES = 460;
const ITEM_JSON_BYTES = 190;
const REQUEST_JSON_BYTES = 128;
/** A batch beyond it could not become one JavaScript string; the batcher closes a batch long before. */
const JSON_BYTES_MAX = 4 * REQUEST_BYTES_MAX;

interface PlainScope {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
  readonly attributes: PlainAttributes;
}

/** Read when a batch is finished: its owner may change it (encoder-factory.ts). */
export interface JsonResource {
  attributes: PlainAttributes;
  schemaUrl: string;
  /** What the serializer does not write; undefined if there are none. */
  entityRefs: Uint8Array | undefined;
  /** Of an empty request. */
  emptyBytes: number;
}

/** Undefined for a damaged blob. */
export function jsonResource(blob: Uint8Array): JsonResource | undefined {
  const decoded = decodeResourceBlob(blob);
  if (decoded === undefined) return undefined;
  const { attributes, schemaUrl, entities = [] } = decoded;
  const entityRefs = entityRefsJson(entities);
  // The serializer writes the resource's schema URL twice (once where no reader looks for it).
  const schemaBytes = 2 * textJsonBytes(schemaUrl);
  const emptyBytes =
    REQUEST_JSON_BYTES + attributesJsonBytes(attributes) + schemaBytes + (entityRefs?.length ?? 0);
  return { attributes: toPlainAttributes(attributes), schemaUrl, entityRefs, emptyBytes };
}

export class JsonEncoder implements SpanBatchEncoder {
  readonly #resource: JsonResource;
  #spans: ReadableSpan[] = [];
  /** By the scope's content. */
  readonly #scopes = new Map<string, PlainScope>();
  #bytes: number;

  constructor(resource: JsonResource) {
    this.#resource = resource;
    this.#bytes = resource.emptyBytes;
  }

  get count(): number {
    return this.#spans.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(producer: Producer, words: Int32Array, bytes: Uint8Array, offset: number): boolean {
    const span = decodeSpan(words, bytes, offset, producer.dictionary);
    if (span === undefined) return false;
    const encodedScope = producer.dictionary.scope(span.scopeId);
    if (encodedScope === undefined) return false;
    const spanBytes = spanJsonBytes(span);
    if (this.#bytes + spanBytes > JSON_BYTES_MAX) return false;
    const scope = this.#scopeOf(encodedScope);
    if (scope === undefined) return false;
    this.#spans.push(toReadableSpan(span, scope, this.#resource, producer.anchor));
    this.#bytes += spanBytes;
    return true;
  }

  finish(): Uint8Array {
    const json = JsonTraceSerializer.serializeRequest(this.#spans);
    this.#spans = [];
    this.#scopes.clear();
    this.#bytes = this.#resource.emptyBytes;
    return json === undefined ? new Uint8Array(0) : withEntityRefs(unmark(json), this.#resource.entityRefs);
  }

  #scopeOf(encoded: EncodedScope): PlainScope | undefined {
    const known = this.#scopes.get(encoded.key);
    if (known !== undefined) return known;
    const decoded = decodeScopeBlob(encoded.blob);
    if (decoded === undefined) return undefined;
    const scope: PlainScope = {
      name: markScopeName(decoded.name, this.#scopes.size),
      version: decoded.version === '' ? undefined : decoded.version,
      schemaUrl: decoded.schemaUrl === '' ? undefined : decoded.schemaUrl,
      attributes: toPlainAttributes(decoded.attributes),
    };
    this.#scopes.set(encoded.key, scope);
    this.#bytes += REQUEST_JSON_BYTES + attributesJsonBytes(decoded.attributes);
    this.#bytes +=
      textJsonBytes(decoded.name) + textJsonBytes(decoded.version) + textJsonBytes(decoded.schemaUrl);
    return scope;
  }
}

function toReadableSpan(
  span: DecodedSpan,
  instrumentationScope: PlainScope,
  resource: { readonly attributes: PlainAttributes },
  anchor: ClockAnchor,
): ReadableSpan {
  const { traceId, spanId, parentSpanId, traceFlags, parentIsRemote, statusMessage } = span;
  const start = toNanos(span.start, anchor);
  let end = toNanos(span.end, anchor);
  if (end < start) end = start;
  const context = { traceId, spanId, traceFlags, traceState: toTraceState(span.traceState) };
  const readable = {
    name: span.name,
    // The serializer adds 1; it writes 0 (unspecified) for no kind at all.
    kind: span.kind === 0 ? undefined : span.kind - 1,
    spanContext: () => context,
    // The serializer takes the remote bit of the flags from here, and an empty id for no parent.
    parentSpanContext: { traceId, spanId: parentSpanId ?? '', traceFlags, isRemote: parentIsRemote },
    startTime: toHrTime(start),
    endTime: toHrTime(end),
    status: { code: span.statusCode, message: statusMessage === '' ? undefined : statusMessage },
    attributes: toPlainAttributes(span.attributes),
    events: span.events.map((event) => toReadableEvent(event, anchor)),
    links: span.links.map(toReadableLink),
    resource,
    instrumentationScope,
    droppedAttributesCount: span.droppedAttributes,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: span.droppedLinks,
  };
  // Not a whole ReadableSpan (duration, merge functions), but all that the serializer reads.
  return readable as unknown as ReadableSpan;
}

function toReadableEvent(event: DecodedEvent, anchor: ClockAnchor) {
  return {
    name: event.name,
    time: toHrTime(toNanos(event.time, anchor)),
    attributes: toPlainAttributes(event.attributes),
    droppedAttributesCount: event.droppedAttributes,
  };
}

function toReadableLink(link: DecodedLink) {
  const { traceId, spanId, traceFlags, isRemote } = link;
  return {
    context: { traceId, spanId, traceFlags, isRemote, traceState: toTraceState(link.traceState) },
    attributes: toPlainAttributes(link.attributes),
    droppedAttributesCount: link.droppedAttributes,
  };
}

function toTraceState(text: string): { serialize(): string } | undefined {
  return text === '' ? undefined : { serialize: () => text };
}

function toNanos(time: DecodedTime, anchor: ClockAnchor): bigint {
  if (time.clock === 'unix') return time.nanos;
  anchor.convert(time.millis);
  return (BigInt(anchor.high >>> 0) << 32n) | BigInt(anchor.low >>> 0);
}

function toHrTime(nanos: bigint): HrTime {
  return [Number(nanos / NANOS_PER_SECOND), Number(nanos % NANOS_PER_SECOND)];
}

function spanJsonBytes(span: DecodedSpan): number {
  let bytes = SPAN_JSON_BYTES + attributesJsonBytes(span.attributes);
  bytes += textJsonBytes(span.name) + textJsonBytes(span.traceState) + textJsonBytes(span.statusMessage);
  for (const event of span.events) {
    bytes += ITEM_JSON_BYTES + textJsonBytes(event.name) + attributesJsonBytes(event.attributes);
  }
  for (const link of span.links) {
    bytes += ITEM_JSON_BYTES + textJsonBytes(link.traceState) + attributesJsonBytes(link.attributes);
  }
  return bytes;
}
