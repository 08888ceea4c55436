// HOT. The ids of a span as words, and its SpanContext when somebody asks. Thread: producer. Callers: span.ts,
// unsampled-span.ts, record/template.ts extend it; tracer.ts reads a parent's words from it.
//
// Hex strings are made at the first spanContext() only (measured: 155 ns): a span whose context nobody propagates never
// has them.

import type { SpanContext, TraceState } from '@opentelemetry/api';
import { wordToHex } from '../../../shared/codec/ids.js';

export abstract class SpanIdentity {
  // Declared only: each subclass sets every field in its own constructor, in one go. A constructor here, and class
  // fields, would be a call per object each where V8 does not inline them.
  declare traceId0: number;
  declare traceId1: number;
  declare traceId2: number;
  declare traceId3: number;
  declare spanId0: number;
  declare spanId1: number;
  declare traceState: TraceState | undefined;
  /** Made at the first spanContext(). */
  declare protected context: SpanContext | undefined;

  abstract readonly traceFlags: number;

  /** The same object each time. */
  spanContext(): SpanContext {
    this.context ??= this.makeContext();
    return this.context;
  }

  /** Private in OpenTelemetry JS, and read by applications that write ids into their logs. */
  get _spanContext(): SpanContext {
    return this.spanContext();
  }

  private makeContext(): SpanContext {
    const context: SpanContext = {
      traceId:
        wordToHex(this.traceId0) +
        wordToHex(this.traceId1) +
        wordToHex(this.traceId2) +
        wordToHex(this.traceId3),
      spanId: wordToHex(this.spanId0) + wordToHex(this.spanId1),
      traceFlags: this.traceFlags,
    };
    if (this.traceState !== undefined) context.traceState = this.traceState;
    return context;
  }
}

const ownSpanContext = SpanIdentity.prototype.spanContext;

/** Of offloop's own spans only, and only if nobody has put another context in its place: spans may be wrapped in proxies. */
export function hasOwnWords(span: object): span is SpanIdentity {
  return (span as SpanIdentity).spanContext === ownSpanContext;
}
