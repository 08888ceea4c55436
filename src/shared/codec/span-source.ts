// What the span encoder reads: the fields of a finished span. main/trace/span.ts and the recorder's templates have
// this shape; tests build it by hand.

import type { AnyValue } from './any-value.js';

/** Unix nanoseconds as whole seconds and nanoseconds below one second: user-given times keep every digit. */
export interface UnixTime {
  readonly seconds: number;
  readonly nanos: number;
}

/** Attributes in order; `ids[i]` is the arena id of `keys[i]`, 0 when the key travels in line. */
export interface AttributeList {
  readonly keys: readonly string[];
  readonly ids: readonly number[];
  readonly values: readonly AnyValue[];
  readonly count: number;
  /** Upper bound of their record bytes, see attributesBytesMax. */
  readonly bytesMax: number;
}

export interface SpanEvent {
  readonly name: string;
  readonly nameId: number;
  readonly timeMillis: number;
  readonly timeUnix: UnixTime | undefined;
  readonly attributes: AttributeList;
  readonly droppedAttributes: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly remote: boolean;
  readonly traceState: string;
  readonly attributes: AttributeList;
  readonly droppedAttributes: number;
}

/** What few spans have. */
export interface SpanExtra {
  /** Times that the user gave as wall-clock times; they replace the monotonic ones. */
  readonly startUnix: UnixTime | undefined;
  readonly endUnix: UnixTime | undefined;
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
  readonly traceState: string;
  readonly statusMessage: string;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export interface SpanSource {
  /** Ids as words in wire order (little-endian words of the wire bytes). */
  readonly traceId0: number;
  readonly traceId1: number;
  readonly traceId2: number;
  readonly traceId3: number;
  readonly spanId0: number;
  readonly spanId1: number;
  readonly parentId0: number;
  readonly parentId1: number;
  /** Word 1 of the record without the two time bits. */
  readonly head: number;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly scopeId: number;
  readonly nameId: number;
  readonly name: string;
  /** Not `attributes`: spans of the application have those, too, as an object that everybody can read. */
  readonly attributeList: AttributeList;
  readonly extra: SpanExtra | undefined;
}
