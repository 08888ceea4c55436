// What the spans of OpenTelemetry JS show of themselves, for spans that go straight to the ring: hooks of instrumentations and
// applications read `span.attributes`, `span.kind`, `span.parentSpanContext` of the span that is open. Each is made when it is read,
// so that a span which nobody reads pays nothing; changing what was read changes nothing. Thread: producer. Caller: span.ts.
//
// Not kept: attributes, events and links after the end (the set goes to another span), the end time and the duration, the flags of
// the parent. With a span processor spans are others (sdk/span.ts), and all of it is there. Specification: Trace SDK, "Additional Span Interfaces".

import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { wordToHex } from '../../shared/codec/ids.js';
import {
  SPAN_HAS_PARENT,
  SPAN_PARENT_IS_REMOTE,
  SPAN_STATUS_MASK,
} from '../../shared/codec/record-layout.js';
import type { AttributeList, SpanExtra, SpanLink, UnixTime } from '../../shared/codec/span-source.js';
import { monotonicOriginMillis, unixMillisAtMonotonicZero } from '../lifecycle/process-clock.js';
import { plainValue, put } from '../sdk/attribute-bag.js';
import type { TimedEvent } from '../sdk/types.js';
import type { RecordingSpan } from './span.js';

const STATUS_SHIFT = 24;

const FIELDS = {
  get kind(): SpanKind {
    return ((this.head >>> 8) & 0xff) - 1;
  },

  get parentSpanContext(): SpanContext | undefined {
    const bits = this.head >>> STATUS_SHIFT;
    if ((bits & SPAN_HAS_PARENT) === 0) return undefined;
    const { traceId, traceFlags, traceState } = this.spanContext();
    return {
      traceId,
      spanId: wordToHex(this.parentId0) + wordToHex(this.parentId1),
      traceFlags,
      ...((bits & SPAN_PARENT_IS_REMOTE) === 0 ? undefined : { isRemote: true }),
      ...(traceState === undefined ? undefined : { traceState }),
    };
  },

  get startTime(): HrTime {
    return hrTimeOf(this.extra?.startUnix, this.startMillis);
  },

  get endTime(): HrTime {
    return [0, 0];
  },

  get duration(): HrTime {
    return [-1, -1];
  },

  get ended(): boolean {
    return !this.isRecording();
  },

  get status(): SpanStatus {
    const code = (this.head >>> STATUS_SHIFT) & SPAN_STATUS_MASK;
    const message = this.extra?.statusMessage;
    return message === undefined || message === '' ? { code } : { code, message };
  },

  get attributes(): Attributes {
    return this.isRecording() ? attributesOf(this.attributeList) : {};
  },

  get events(): TimedEvent[] {
    return openExtra(this).events.map(({ name, timeUnix, timeMillis, attributes, droppedAttributes }) => ({
      name,
      time: hrTimeOf(timeUnix, timeMillis),
      attributes: attributesOf(attributes),
      droppedAttributesCount: droppedAttributes,
    }));
  },

  get links(): Link[] {
    return openExtra(this).links.map(linkOf);
  },

  get resource(): Resource {
    return this.origin.resource;
  },

  get instrumentationScope(): InstrumentationScope {
    return this.origin.instrumentationScope;
  },

  get droppedAttributesCount(): number {
    return this.extra?.droppedAttributes || this.attributeList.dropped;
  },

  get droppedEventsCount(): number {
    return this.extra?.droppedEvents ?? 0;
  },

  get droppedLinksCount(): number {
    return this.extra?.droppedLinks ?? 0;
  },
} satisfies object & ThisType<RecordingSpan>;

/** Once, when the class is there. Not enumerable, as members of classes are. */
export function addReadableFields(prototype: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(FIELDS))) {
    Object.defineProperty(prototype, name, { ...descriptor, enumerable: false });
  }
}

const NOTHING = { events: [], links: [] };

function openExtra(span: RecordingSpan): Pick<SpanExtra, 'events' | 'links'> {
  return (span.isRecording() ? span.extra : undefined) ?? NOTHING;
}

function attributesOf({ keys, values, count }: AttributeList): Attributes {
  const attributes: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) put(attributes, keys[i], plainValue(values[i]));
  return attributes as Attributes;
}

function linkOf({ traceId, spanId, flags, remote, attributes, droppedAttributes }: SpanLink): Link {
  return {
    context: { traceId, spanId, traceFlags: flags, ...(remote ? { isRemote: true } : undefined) },
    attributes: attributesOf(attributes),
    droppedAttributesCount: droppedAttributes,
  };
}

let unixMillisAtZero: number | undefined;

/** As the export workers convert it. */
function hrTimeOf(unix: UnixTime | undefined, millis: number): HrTime {
  if (unix !== undefined) return [unix.seconds, unix.nanos];
  unixMillisAtZero ??= unixMillisAtMonotonicZero() + monotonicOriginMillis();
  const unixMillis = unixMillisAtZero + millis;
  const seconds = Math.floor(unixMillis / 1000);
  return [seconds, Math.floor((unixMillis - seconds * 1000) * 1e6)];
}
