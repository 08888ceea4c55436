// HOT. A span of a template between start and end: ids and a start time. Thread: producer. Caller: template.ts.
// All fields are set by CompiledTemplate.open; an unsampled span has no `compiled` and ignores its end.

import { nowMillis } from '../trace/clock.js';
import { SpanIdentity } from '../trace/span-identity.js';
import type { CompiledTemplate } from './compiled-template.js';

const STATUS_ERROR = 2;

export class OpenTemplateSpan extends SpanIdentity {
  parentId0: number;
  parentId1: number;
  /** SPAN_* bits of the record. */
  bits: number;
  startMillis: number;
  compiled: CompiledTemplate | undefined;

  constructor() {
    super(0, 0, 0, 0, 0, 0, 0, undefined);
    this.parentId0 = 0;
    this.parentId1 = 0;
    this.bits = 0;
    this.startMillis = 0;
    this.compiled = undefined;
  }

  isRecording(): boolean {
    return this.compiled !== undefined;
  }

  setError(): this {
    this.bits |= STATUS_ERROR;
    return this;
  }

  end(...values: readonly unknown[]): void {
    const compiled = this.compiled;
    if (compiled === undefined) return;
    this.compiled = undefined;
    compiled.write(this, nowMillis(), values);
  }
}
