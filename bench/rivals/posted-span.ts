// What crosses from main to the worker in the rival `otel-js-worker`: a span as a plain object that structured clone
// can copy. Written by posting-processor.ts, read by span-worker.ts.

import type { Attributes, HrTime, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SubjectOptions } from '../subjects/subject.ts';

export interface PostedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: ReadableSpan['links'];
  readonly events: ReadableSpan['events'];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly scopeName: string;
  readonly scopeVersion: string | undefined;
}

export interface SpanWorkerData {
  readonly options: SubjectOptions;
  readonly resource: Attributes;
}

export interface ToWorker {
  readonly spans: readonly PostedSpan[];
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly count: number; readonly delivered: boolean };

/** Span contexts may carry a trace state object with methods; only what the encoder needs is copied. */
function plainContext(context: SpanContext): SpanContext {
  return { traceId: context.traceId, spanId: context.spanId, traceFlags: context.traceFlags };
}

export function toPosted(span: ReadableSpan): PostedSpan {
  return {
    name: span.name,
    kind: span.kind,
    context: plainContext(span.spanContext()),
    parent: span.parentSpanContext === undefined ? undefined : plainContext(span.parentSpanContext),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    scopeName: span.instrumentationScope.name,
    scopeVersion: span.instrumentationScope.version,
  };
}
