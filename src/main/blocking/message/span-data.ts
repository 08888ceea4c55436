// A finished span as plain data that can be posted, and back as what processors and the ring's adapter read. Thread: made in
// the task's, read in the caller's. Callers: thread/task-tracing.ts; span-sink.ts.

import type { Attributes, HrTime, Link, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '../../sdk/types.js';
import { type CarriedSpan, carrySpan, uncarrySpan } from './carried-context.js';

export interface SpanData {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: CarriedSpan;
  readonly parent: CarriedSpan | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly events: TimedEvent[];
  readonly links: readonly LinkData[];
  readonly scope: ReadableSpan['instrumentationScope'];
  /** Attributes, events, links. */
  readonly dropped: readonly [number, number, number];
}

interface LinkData {
  readonly context: CarriedSpan;
  readonly attributes: Attributes | undefined;
  readonly droppedAttributesCount: number | undefined;
}

export function spanData(span: ReadableSpan): SpanData {
  const { name, kind, parentSpanContext, startTime, endTime, duration, status, attributes, events } = span;
  const { name: scopeName, version, schemaUrl } = span.instrumentationScope;
  return {
    ...{ name, kind, startTime, endTime, duration, status, attributes, events },
    context: carrySpan(span.spanContext()),
    parent: parentSpanContext && carrySpan(parentSpanContext),
    links: span.links.map(({ context, attributes: given, droppedAttributesCount }) => ({
      context: carrySpan(context),
      attributes: given,
      droppedAttributesCount,
    })),
    scope: {
      name: scopeName,
      ...(version === undefined ? {} : { version }),
      ...(schemaUrl === undefined ? {} : { schemaUrl }),
      ...scopeAttributes(span.instrumentationScope),
    },
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}

/** `resource`: of the thread that receives it, which is the same process. */
export function readableSpan(data: SpanData, resource: Resource): ReadableSpan {
  const { context, parent, links, scope, dropped, ...same } = data;
  const spanContext = uncarrySpan(context);
  return {
    ...same,
    spanContext: () => spanContext,
    ...(parent === undefined ? {} : { parentSpanContext: uncarrySpan(parent) }),
    links: links.map(linkOf),
    instrumentationScope: scope,
    ended: true,
    resource,
    droppedAttributesCount: dropped[0],
    droppedEventsCount: dropped[1],
    droppedLinksCount: dropped[2],
  };
}

function linkOf({ context, attributes, droppedAttributesCount }: LinkData): Link {
  return {
    context: uncarrySpan(context),
    ...(attributes === undefined ? {} : { attributes }),
    ...(droppedAttributesCount === undefined ? {} : { droppedAttributesCount }),
  };
}

function scopeAttributes(scope: object): object {
  const { attributes } = scope as { attributes?: unknown };
  return attributes === undefined ? {} : { attributes };
}
