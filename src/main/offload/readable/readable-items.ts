// Events and links of a readable span, as the encoder takes them. Thread: producer. Caller: readable-span-source.ts.
// Few spans have any, so these objects are made anew: they die young.

import type { SpanEvent, SpanLink } from '../../../shared/codec/span-source.js';
import { COUNT_LIMIT_MAX } from '../../../shared/limits.js';
import type { Recording } from '../../record/recording.js';
import { traceStateText } from '../../trace/trace-state.js';
import { ReadableAttributes } from './readable-attributes.js';
import { readTime } from './readable-time.js';

const TRACE_ID = /^[0-9a-fA-F]{32}$/;
const SPAN_ID = /^[0-9a-fA-F]{16}$/;
const COUNT_MAX = 0xffff_ffff;

export const NO_EVENTS: readonly SpanEvent[] = [];
export const NO_LINKS: readonly SpanLink[] = [];

/** A dropped count as OTLP has it. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.floor(value), COUNT_MAX) : 0;
}

export function readEvents(events: unknown, recording: Recording): readonly SpanEvent[] {
  if (!Array.isArray(events) || events.length === 0) return NO_EVENTS;
  const list: SpanEvent[] = [];
  const count = Math.min(events.length, COUNT_LIMIT_MAX);
  for (let i = 0; i < count; i++) {
    const event = readEvent(events[i], recording);
    if (event === undefined) recording.countInvalidArgument();
    else list.push(event);
  }
  return list;
}

export function readLinks(links: unknown, recording: Recording): readonly SpanLink[] {
  if (!Array.isArray(links) || links.length === 0) return NO_LINKS;
  const list: SpanLink[] = [];
  const count = Math.min(links.length, COUNT_LIMIT_MAX);
  for (let i = 0; i < count; i++) {
    const link = readLink(links[i], recording);
    if (link === undefined) recording.countInvalidArgument();
    else list.push(link);
  }
  return list;
}

function readEvent(event: unknown, recording: Recording): SpanEvent | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { name, time, attributes, droppedAttributesCount } = event as Record<string, unknown>;
  const timeUnix = { seconds: 0, nanos: 0 };
  if (!readTime(time, timeUnix)) recording.countInvalidTime();
  const entry = recording.nameEntry(name);
  const list = new ReadableAttributes(recording);
  list.fill(attributes, recording);
  return {
    name: entry.name,
    nameId: entry.id,
    timeMillis: 0,
    timeUnix,
    attributes: list,
    droppedAttributes: countOf(droppedAttributesCount) + list.dropped,
  };
}

/** Undefined: it has no ids that could be sent. */
function readLink(link: unknown, recording: Recording): SpanLink | undefined {
  if (typeof link !== 'object' || link === null) return undefined;
  const { context, attributes, droppedAttributesCount } = link as Record<string, unknown>;
  if (typeof context !== 'object' || context === null) return undefined;
  const { traceId, spanId, traceFlags, isRemote, traceState } = context as Record<string, unknown>;
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId)) return undefined;
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined;
  const list = new ReadableAttributes(recording);
  list.fill(attributes, recording);
  return {
    traceId,
    spanId,
    flags: typeof traceFlags === 'number' ? traceFlags & 0xff : 0,
    remote: isRemote === true,
    traceState: traceStateText(traceState, recording),
    attributes: list,
    droppedAttributes: countOf(droppedAttributesCount) + list.dropped,
  };
}
