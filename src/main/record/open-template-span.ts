// HOT. A span of a template between start and end: ids and a start time. Thread: producer. Caller: template.ts.
// An unsampled span has no `compiled` and ignores its end.

import type { TraceState } from '@opentelemetry/api';
import { nowMillis } from '../trace/clock.js';
import { SpanIdentity } from '../trace/ids/span-identity.js';
import { type CompiledTemplate, NOT_RECORDED, NOW, TAKES_GENERAL_FORM } from './compiled-template.js';

const STATUS_ERROR = 2;

export class OpenTemplateSpan extends SpanIdentity {
  declare readonly parentId0: number;
  declare readonly parentId1: number;
  /** SPAN_* bits of the record. */
  declare bits: number;
  declare readonly startMillis: number;
  /** Undefined: not sampled, before start(), or ended. */
  declare private compiled: CompiledTemplate | undefined;

  declare readonly traceFlags: number;

  constructor(
    compiled: CompiledTemplate | undefined,
    traceFlags: number,
    bits: number,
    startMillis: number,
    traceState: TraceState | undefined,
    traceId0: number,
    traceId1: number,
    traceId2: number,
    traceId3: number,
    spanId0: number,
    spanId1: number,
    parentId0: number,
    parentId1: number,
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
    this.parentId0 = parentId0;
    this.parentId1 = parentId1;
    this.bits = bits;
    this.startMillis = startMillis;
    this.compiled = compiled;
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
    // The values are read here, one by one, and never handed on as an array: V8 then makes none of them (80 bytes and
    // 15 ns a span). template.ts does the same for a span already measured.
    let stringLength = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') stringLength += value.length;
    }
    let at = NOT_RECORDED;
    try {
      at = compiled.begin(this, NOW, stringLength);
      if (at >= 0) {
        for (let i = 0; i < values.length; i++) at = compiled.value(at, i, values[i]);
        compiled.finish(at);
      }
    } catch (error) {
      compiled.giveUp(error);
      return;
    }
    if (at === TAKES_GENERAL_FORM) {
      const all: unknown[] = [];
      for (let i = 0; i < values.length; i++) all.push(values[i]);
      compiled.recordGeneral(this, nowMillis(), all);
    }
  }
}

/**
 * What template.start gives before start() was called, and where tracing is suppressed. It also keeps the hidden class of
 * all others (see `Recording.keepExample`), so its start is no integer, as theirs.
 */
export const INERT_SPAN = new OpenTemplateSpan(undefined, 0, 0, 0.5, undefined, 0, 0, 0, 0, 0, 0, 0, 0);
