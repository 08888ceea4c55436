// HOT. A span that the sampler dropped: ids to propagate, and nothing else. Thread: producer. Caller: tracer.ts.
// Specification: Trace API, "Wrapping a SpanContext in a Span".

import type { Span, TraceState } from '@opentelemetry/api';
import { SpanIdentity } from './ids/span-identity.js';

export class UnsampledSpan extends SpanIdentity implements Span {
  declare readonly traceFlags: number;

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
    super();
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

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {}

  isRecording(): boolean {
    return false;
  }

  recordException(): void {}
}
