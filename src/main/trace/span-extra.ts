// Events, links, status message and trace state of an open span: what most spans do not have, so it is made when the
// first of them comes. Thread: producer. Caller: span.ts. Past a limit the incoming item is dropped and counted.
// Specification: Trace SDK, "Span Limits"; Trace API, "Add Events", "Add Link", "Record Exception".

import type { Link, SpanContext } from '@opentelemetry/api';
import type { SpanEvent, SpanExtra, SpanLink, UnixTime } from '../../shared/codec/span-source.js';
import type { Recording } from '../record/recording.js';
import { AttributeSet } from './attributes/attribute-set.js';
import { traceStateText } from './trace-state.js';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

export class OpenSpanExtra implements SpanExtra {
  startUnix: UnixTime | undefined = undefined;
  endUnix: UnixTime | undefined = undefined;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  traceState = '';
  statusMessage = '';
  readonly events: SpanEvent[] = [];
  readonly links: SpanLink[] = [];

  /** `moreAttributes` win. */
  addEvent(
    recording: Recording,
    name: unknown,
    attributes: unknown,
    time: number | UnixTime,
    moreAttributes?: unknown,
  ): void {
    if (this.events.length >= recording.limits.eventCountLimit) {
      this.droppedEvents++;
      return;
    }
    const entry = recording.nameEntry(name);
    const set = new AttributeSet(recording.rootShape, entry.attributeCountMax);
    set.setAll(attributes, recording.limits.attributePerEventCountLimit, recording);
    set.setAll(moreAttributes, recording.limits.attributePerEventCountLimit, recording);
    this.events.push({
      name: entry.name,
      nameId: entry.id,
      timeMillis: typeof time === 'number' ? time : 0,
      timeUnix: typeof time === 'number' ? undefined : time,
      attributes: set,
      droppedAttributes: set.dropped,
    });
  }

  addLink(recording: Recording, link: Link): void {
    const ids = linkIds(link);
    if (ids === undefined) {
      recording.countInvalidArgument('a link whose ids are none was left out');
      this.droppedLinks++;
      return;
    }
    if (this.links.length >= recording.limits.linkCountLimit) {
      this.droppedLinks++;
      return;
    }
    const set = new AttributeSet(recording.rootShape, 0);
    set.setAll(link.attributes, recording.limits.attributePerLinkCountLimit, recording);
    this.links.push({
      ...ids,
      traceState: traceStateText(link.context.traceState, recording),
      attributes: set,
      droppedAttributes: set.dropped + droppedBefore(link),
    });
  }
}

/**
 * What identifies a link whose ids can be sent (zeros are allowed by the specification), else undefined. Each property
 * is read once: what was checked is what is kept.
 */
function linkIds(
  link: Link | null | undefined,
): Pick<SpanLink, 'traceId' | 'spanId' | 'flags' | 'remote'> | undefined {
  const context: unknown = link?.context;
  if (typeof context !== 'object' || context === null) return undefined;
  const { traceId, spanId, traceFlags, isRemote } = context as Partial<SpanContext>;
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId)) return undefined;
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined;
  const flags = typeof traceFlags === 'number' ? traceFlags & 0xff : 0;
  return { traceId, spanId, flags, remote: isRemote === true };
}

function droppedBefore(link: Link): number {
  const count: unknown = link.droppedAttributesCount;
  return typeof count === 'number' && count > 0 && Number.isSafeInteger(count) ? count : 0;
}
