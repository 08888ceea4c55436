// A record decoded into plain values: what span-decoder.ts returns. Worker thread (JSON), tools and tests; the
// protobuf path never builds these objects. Values are tagged, because OTLP tells an integer from a double where
// a JavaScript number does not.

import type { EntityRef } from './entity-refs.js';

export type DecodedValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'array'; readonly items: readonly DecodedValue[] }
  | { readonly type: 'map'; readonly entries: readonly DecodedAttribute[] }
  | { readonly type: 'empty' };

export interface DecodedAttribute {
  readonly key: string;
  readonly value: DecodedValue;
}

/** Monotonic milliseconds of the producing thread, or unix nanoseconds. */
export type DecodedTime =
  | { readonly clock: 'monotonic'; readonly millis: number }
  | { readonly clock: 'unix'; readonly nanos: bigint };

export interface DecodedEvent {
  readonly name: string;
  readonly time: DecodedTime;
  readonly attributes: readonly DecodedAttribute[];
  readonly droppedAttributes: number;
}

export interface DecodedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly traceFlags: number;
  readonly isRemote: boolean;
  readonly attributes: readonly DecodedAttribute[];
  readonly droppedAttributes: number;
}

export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly parentIsRemote: boolean;
  readonly traceFlags: number;
  readonly traceState: string;
  /** OTLP's number, 1..5; 0 = unspecified. */
  readonly kind: number;
  readonly name: string;
  /** Arena id of the scope blob. */
  readonly scopeId: number;
  readonly start: DecodedTime;
  readonly end: DecodedTime;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly attributes: readonly DecodedAttribute[];
  readonly events: readonly DecodedEvent[];
  readonly links: readonly DecodedLink[];
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export interface DecodedScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: readonly DecodedAttribute[];
}

export interface DecodedResource {
  readonly schemaUrl: string;
  readonly attributes: readonly DecodedAttribute[];
  /** Absent: none. */
  readonly entities?: readonly EntityRef[];
}
