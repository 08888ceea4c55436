// HOT. A span that the sampler dropped: ids to propagate, and nothing else. Thread: producer. Caller: tracer.ts.
// Specification: Trace API, "Wrapping a SpanContext in a Span".

import type { Span } from '@opentelemetry/api';
import { SpanIdentity } from './span-identity.js';

export class UnsampledSpan extends SpanIdentity implements Span {
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
