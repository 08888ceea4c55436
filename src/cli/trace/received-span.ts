// A span as the local receiver read it from OTLP: plain, lossless objects that survive a structured clone
// (the receiver process sends them to the demo). Used by the readers, the store and the tree.

export type ReceivedValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'array'; readonly value: readonly ReceivedValue[] }
  | { readonly kind: 'map'; readonly value: readonly ReceivedAttribute[] };

export interface ReceivedAttribute {
  readonly key: string;
  readonly value: ReceivedValue;
}

export interface ReceivedEvent {
  readonly timeUnixNanos: bigint;
  readonly name: string;
  readonly attributes: readonly ReceivedAttribute[];
  readonly droppedAttributesCount: number;
}

export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly ReceivedAttribute[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
}

export interface ReceivedResource {
  readonly attributes: readonly ReceivedAttribute[];
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface ReceivedScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly ReceivedAttribute[];
  readonly schemaUrl: string;
}

export interface ReceivedSpan {
  /** Lower-case hex; empty where the sender sent none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  /** The numbers of OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startUnixNanos: bigint;
  readonly endUnixNanos: bigint;
  readonly attributes: readonly ReceivedAttribute[];
  readonly droppedAttributesCount: number;
  readonly events: readonly ReceivedEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly ReceivedLink[];
  readonly droppedLinksCount: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly flags: number;
  readonly resource: ReceivedResource;
  readonly scope: ReceivedScope;
}

export function serviceNameOf(span: ReceivedSpan): string {
  for (const { key, value } of span.resource.attributes) {
    if (key === 'service.name' && value.kind === 'string') return value.value;
  }
  return 'unknown_service';
}
