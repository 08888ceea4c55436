// HOT. The parent of a new span, as words. Thread: producer. Callers: tracer.ts, record/template.ts.
// One instance per caller is filled again and again: no object per span.

import {
  type Context,
  isValidSpanId,
  isValidTraceId,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { hexToWord } from '../../shared/codec/ids.js';
import { SPAN_KEY } from '../context/span-context-node.js';
import { hasOwnWords, type SpanIdentity } from './ids/span-identity.js';
import { ParentKind, parentKind } from './sampler.js';
import { isTraceState } from './trace-state.js';

/** Where what a parent's context should not have is counted. */
export interface ParentProblems {
  countInvalidTraceState(): void;
}

export class Parent {
  /** False: the span is a root, and the other fields mean nothing. */
  present = false;
  traceId0 = 0;
  traceId1 = 0;
  traceId2 = 0;
  traceId3 = 0;
  spanId0 = 0;
  spanId1 = 0;
  flags = 0;
  remote = false;
  traceState: SpanContext['traceState'] = undefined;
  private readonly problems: ParentProblems;

  constructor(problems: ParentProblems) {
    this.problems = problems;
  }

  /** For the sampler. */
  get kind(): number {
    return this.present ? parentKind(this.flags, this.remote) : ParentKind.None;
  }

  none(): void {
    this.present = false;
  }

  fromContext(context: Context): void {
    if (context === ROOT_CONTEXT) {
      this.present = false;
      return;
    }
    const span = context.getValue(SPAN_KEY) as Span | undefined;
    if (span === undefined || span === null) this.present = false;
    else if (hasOwnWords(span)) this.fromIdentity(span);
    else this.fromSpanContext(span.spanContext());
  }

  /** A span made by offloop: its words, no hex. The invalid span of a suppressed context is no parent. */
  fromIdentity(span: SpanIdentity): void {
    this.present = (span.spanId0 | span.spanId1) !== 0;
    this.traceId0 = span.traceId0;
    this.traceId1 = span.traceId1;
    this.traceId2 = span.traceId2;
    this.traceId3 = span.traceId3;
    this.spanId0 = span.spanId0;
    this.spanId1 = span.spanId1;
    this.flags = span.traceFlags;
    this.traceState = span.traceState;
    this.remote = false;
  }

  /**
   * From elsewhere: checked, for invalid ids count as no parent (Trace SDK, "Sampler"). Each property is read once, before
   * anything is stored: a getter may start a span of its own, with this very object.
   */
  fromSpanContext(context: SpanContext): void {
    const { traceId, spanId, traceFlags, isRemote, traceState } = context;
    this.present = isValidTraceId(traceId) && isValidSpanId(spanId);
    if (!this.present) return;
    this.traceId0 = hexToWord(traceId, 0);
    this.traceId1 = hexToWord(traceId, 8);
    this.traceId2 = hexToWord(traceId, 16);
    this.traceId3 = hexToWord(traceId, 24);
    this.spanId0 = hexToWord(spanId, 0);
    this.spanId1 = hexToWord(spanId, 8);
    // Not `& 0xff` of anything: an array would be made text first.
    this.flags = typeof traceFlags === 'number' ? traceFlags & 0xff : 0;
    this.remote = isRemote === true;
    this.traceState = traceState ?? undefined;
    // Propagators and exporters of others would throw.
    if (this.traceState !== undefined && !isTraceState(traceState)) {
      this.traceState = undefined;
      this.problems.countInvalidTraceState();
    }
  }
}
