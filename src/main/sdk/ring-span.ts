// A sampled span that nobody but the ring wants: no processor reads it, so it is none of those that can be read (span.ts) but
// the plain one of trace/span.ts, which goes straight to the ring. Thread: producer. Caller: tracer.ts, where start() was
// given a sampler that has to be asked, or an id generator, and no processor.

import type { Span, SpanKind, SpanOptions, TraceState } from '@opentelemetry/api';
import { RecordType, SPAN_HAS_PARENT, SPAN_PARENT_IS_REMOTE } from '../../shared/codec/record-layout.js';
import { nowMillis } from '../trace/clock.js';
import { RecordingSpan, type SpanOrigin } from '../trace/span.js';
import { applyOptions } from '../trace/tracer.js';
import type { Lineage } from './lineage.js';

export interface RingSpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly lineage: Lineage;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  /** As the user gave them. */
  readonly options: SpanOptions;
  /** Attributes of the sampler, which win; may be anything. */
  readonly added: unknown;
}

export function startRingSpan(origin: SpanOrigin, start: RingSpanStart): Span {
  const { recording } = origin;
  const { lineage, traceFlags, added } = start;
  const bits = lineage.present ? SPAN_HAS_PARENT | (lineage.remote ? SPAN_PARENT_IS_REMOTE : 0) : 0;
  const span = new RecordingSpan(
    origin,
    recording.nameEntry(start.name),
    RecordType.Span | ((start.kind + 1) << 8) | (traceFlags << 16) | (bits << 24),
    nowMillis(),
    start.traceState,
    lineage.traceId0,
    lineage.traceId1,
    lineage.traceId2,
    lineage.traceId3,
    lineage.ownId0,
    lineage.ownId1,
    lineage.present ? lineage.spanId0 : 0,
    lineage.present ? lineage.spanId1 : 0,
  );
  applyOptions(span, start.options, recording);
  if (added !== undefined) span.attributeList.setAll(added, recording.limits.attributeCountLimit, recording);
  return span;
}
