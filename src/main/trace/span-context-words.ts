// A parent's SpanContext as words. Thread: producer. Callers: tracer.ts, record/template.ts.
// A parent made by offloop hands its words over; one from elsewhere (a remote caller, another SDK's span) comes as
// hex, which is checked first: invalid ids count as no parent (Trace SDK, "Sampler").

import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import { hexToWord } from '../../shared/codec/ids.js';

/** Ids and flags which a child takes over. Filled in place: one instance per tracer, no object per span. */
export class ParentWords {
  traceId0 = 0;
  traceId1 = 0;
  traceId2 = 0;
  traceId3 = 0;
  spanId0 = 0;
  spanId1 = 0;
  flags = 0;
  remote = false;
  traceState: SpanContext['traceState'] = undefined;

  /** False: `context` is not valid, nothing was taken. */
  read(context: SpanContext): boolean {
    if (!isSpanContextValid(context)) return false;
    const { traceId, spanId } = context;
    this.traceId0 = hexToWord(traceId, 0);
    this.traceId1 = hexToWord(traceId, 8);
    this.traceId2 = hexToWord(traceId, 16);
    this.traceId3 = hexToWord(traceId, 24);
    this.spanId0 = hexToWord(spanId, 0);
    this.spanId1 = hexToWord(spanId, 8);
    this.flags = context.traceFlags & 0xff;
    this.remote = context.isRemote === true;
    this.traceState = context.traceState;
    return true;
  }
}
