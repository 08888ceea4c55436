// HOT. The ids of a span as words, and its SpanContext when somebody asks. Thread: producer. Callers: span.ts,
// unsampled-span.ts, record/template.ts extend it; tracer.ts reads a parent's words from it.
//
// Hex strings are made at the first spanContext() only (about 300 ns): a span whose context nobody propagates never
// has them.

import type { SpanContext, TraceState } from '@opentelemetry/api';
import { wordToHex } from '../../shared/codec/ids.js';

export class SpanIdentity {
  traceId0: number;
  traceId1: number;
  traceId2: number;
  traceId3: number;
  spanId0: number;
  spanId1: number;
  traceFlags: number;
  traceState: TraceState | undefined;
  // Not a #private field: those cost a call per object where V8 does not inline the constructor.
  private context: SpanContext | undefined;

  constructor(
    traceId0: number,
    traceId1: number,
    traceId2: number,
    traceId3: number,
    spanId0: number,
    spanId1: number,
    traceFlags: number,
    traceState: TraceState | undefined,
  ) {
    this.traceId0 = traceId0;
    this.traceId1 = traceId1;
    this.traceId2 = traceId2;
    this.traceId3 = traceId3;
    this.spanId0 = spanId0;
    this.spanId1 = spanId1;
    this.traceFlags = traceFlags;
    this.traceState = traceState;
    this.context = undefined;
  }

  /** The same object each time. */
  spanContext(): SpanContext {
    this.context ??= this.makeContext();
    return this.context;
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
