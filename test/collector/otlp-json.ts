// Test tooling. Reads the OTLP/JSON lines of the Collector's file exporter into flat spans with comparable values.

import { createReadStream } from 'node:fs';

/** An attribute value as text that is equal exactly if kind and value are equal. */
export type CanonicalValue = string;
/** In the order received; a key that came twice is there twice. */
export type CanonicalAttributes = readonly (readonly [key: string, value: CanonicalValue])[];

export interface ReceivedEvent {
  readonly name: string;
  readonly timeUnixNanos: string;
  readonly attributes: CanonicalAttributes;
  readonly droppedAttributesCount: number;
}

export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: CanonicalAttributes;
  readonly droppedAttributesCount: number;
}

export interface ReceivedSpan {
  readonly resource: CanonicalAttributes;
  readonly scope: { readonly name: string; readonly version: string; readonly schemaUrl: string };
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  /** OTLP number, 1 to 5. */
  readonly kind: number;
  readonly startUnixNanos: string;
  readonly endUnixNanos: string;
  readonly attributes: CanonicalAttributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly ReceivedEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly ReceivedLink[];
  readonly droppedLinksCount: number;
  readonly status: { readonly code: number; readonly message: string };
}

/** Each line is one accepted request. Memory holds one line at a time. */
export async function* readSpans(file: string): AsyncGenerator<ReceivedSpan> {
  for await (const line of linesOf(file)) yield* spansOf(JSON.parse(line) as OtlpRequest);
}

/** node:readline would also end a line at U+2028, which JSON may hold as it is. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const parts: string[] = [];
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      yield parts.join('') + chunk.slice(from, end);
      parts.length = 0;
      from = end + 1;
    }
    parts.push(chunk.slice(from));
  }
  if (parts.join('') !== '') throw new Error(`${file} ends in the middle of a line`);
}

function* spansOf(request: OtlpRequest): Generator<ReceivedSpan> {
  for (const { resource, scopeSpans = [] } of request.resourceSpans ?? []) {
    const resourceAttributes = canonicalAttributes(resource?.attributes);
    for (const { scope, spans = [], schemaUrl = '' } of scopeSpans) {
      const receivedScope = { name: scope?.name ?? '', version: scope?.version ?? '', schemaUrl };
      for (const span of spans) yield toReceivedSpan(span, resourceAttributes, receivedScope);
    }
  }
}

function toReceivedSpan(
  span: OtlpSpan,
  resource: CanonicalAttributes,
  scope: ReceivedSpan['scope'],
): ReceivedSpan {
  return {
    resource,
    scope,
    traceId: span.traceId ?? '',
    spanId: span.spanId ?? '',
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    name: span.name ?? '',
    kind: span.kind ?? 0,
    startUnixNanos: span.startTimeUnixNano ?? '0',
    endUnixNanos: span.endTimeUnixNano ?? '0',
    attributes: canonicalAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    events: (span.events ?? []).map((event) => ({
      name: event.name ?? '',
      timeUnixNanos: event.timeUnixNano ?? '0',
      attributes: canonicalAttributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: span.droppedEventsCount ?? 0,
    links: (span.links ?? []).map((link) => ({
      traceId: link.traceId ?? '',
      spanId: link.spanId ?? '',
      traceState: link.traceState ?? '',
      flags: link.flags ?? 0,
      attributes: canonicalAttributes(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount ?? 0,
    })),
    droppedLinksCount: span.droppedLinksCount ?? 0,
    status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
  };
}

function canonicalAttributes(attributes: readonly OtlpKeyValue[] = []): CanonicalAttributes {
  return attributes.map(({ key = '', value }) => [key, canonicalValue(value)] as const);
}

function canonicalValue(value: OtlpAnyValue = {}): CanonicalValue {
  if (value.stringValue !== undefined) return canonical.string(value.stringValue);
  if (value.boolValue !== undefined) return canonical.boolean(value.boolValue);
  if (value.intValue !== undefined) return canonical.int(BigInt(value.intValue));
  if (value.doubleValue !== undefined) return canonical.double(Number(value.doubleValue));
  if (value.bytesValue !== undefined) return canonical.bytes(Buffer.from(value.bytesValue, 'base64'));
  if (value.arrayValue !== undefined)
    return canonical.array((value.arrayValue.values ?? []).map(canonicalValue));
  if (value.kvlistValue !== undefined) return canonical.map(canonicalAttributes(value.kvlistValue.values));
  return canonical.empty;
}

/** One form of text for each kind of value; the planned side uses the same (compare-plan.ts). */
export const canonical = {
  empty: 'empty',
  string: (value: string): CanonicalValue => JSON.stringify(value),
  boolean: (value: boolean): CanonicalValue => `bool ${value}`,
  int: (value: bigint): CanonicalValue => `int ${value}`,
  double: (value: number): CanonicalValue => `double ${value}`,
  bytes: (value: Uint8Array): CanonicalValue => `bytes ${Buffer.from(value).toString('hex')}`,
  array: (items: readonly CanonicalValue[]): CanonicalValue => `[${items.join(', ')}]`,
  /** Order of keys carries no meaning. */
  map: (entries: CanonicalAttributes): CanonicalValue =>
    `{${entries
      .map(([key, value]) => `${JSON.stringify(key)}: ${value}`)
      .sort()
      .join(', ')}}`,
} as const;

interface OtlpAnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpAnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpKeyValue[] };
}
interface OtlpKeyValue {
  readonly key?: string;
  readonly value?: OtlpAnyValue;
}
interface OtlpSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly droppedAttributesCount?: number;
  readonly events?: readonly {
    readonly name?: string;
    readonly timeUnixNano?: string;
    readonly attributes?: readonly OtlpKeyValue[];
    readonly droppedAttributesCount?: number;
  }[];
  readonly droppedEventsCount?: number;
  readonly links?: readonly {
    readonly traceId?: string;
    readonly spanId?: string;
    readonly traceState?: string;
    readonly flags?: number;
    readonly attributes?: readonly OtlpKeyValue[];
    readonly droppedAttributesCount?: number;
  }[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}
interface OtlpRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpKeyValue[] };
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name?: string; readonly version?: string };
      readonly spans?: readonly OtlpSpan[];
      readonly schemaUrl?: string;
    }[];
  }[];
}
