// A span with its state as plain values on the main thread: what processors and exporters of others read and, while it is
// open, write. Thread: producer. Made by tracer.ts; the counterpart of trace/span.ts, which goes straight to the ring.
//
// Invariants: the same instance from onStart to onEnd; every method takes any argument and never throws; after `end`
// nothing changes any more through it. Past a limit the incoming event or link is dropped and counted.
// Fields are plain, as OpenTelemetry JS's are: applications wrap spans in proxies, and processors change
// `attributes` in onEnd. Specification: Trace API, "Span"; Trace SDK, "Additional Span Interfaces".

import {
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type SpanAttributes,
  type SpanAttributeValue,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  type TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import type { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { exceptionAttributes } from '../trace/exception.js';
import { SpanIdentity } from '../trace/ids/span-identity.js';
import { AttributeBag } from './attribute-bag.js';
import type { InputProblems } from './input-problems.js';
import { INSPECT, type Inspect, type InspectOptions, inspected, inspectedResource } from './inspected.js';
import type { Lineage } from './lineage.js';
import { linkOf, linksOf } from './span-link.js';
import { durationOf, isTime, SpanClock } from './time.js';
import type { Span, SpanTimeSource, TimedEvent } from './types.js';

/** What the spans of one tracer share. */
export interface SdkSpanOrigin {
  readonly limits: SpanLimits;
  readonly processor: MultiSpanProcessor;
  readonly problems: InputProblems;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  /** Undefined: the clocks of the process. */
  readonly timeSource: SpanTimeSource | undefined;
}

export interface SdkSpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly lineage: Lineage;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  readonly startTime: unknown;
  readonly attributes: AttributeBag;
  readonly links: readonly Link[];
  readonly droppedLinks: number;
  /** Called once, at the end. */
  readonly onEnded: (() => void) | undefined;
}

export class SdkSpan extends SpanIdentity implements Span {
  readonly traceFlags: number;
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly attributes: Attributes;
  readonly links: Link[] = [];
  readonly events: TimedEvent[] = [];
  readonly startTime: HrTime;
  endTime: HrTime = [0, 0];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  readonly instrumentationScope: InstrumentationScope;
  private readonly _origin: SdkSpanOrigin;
  private readonly _bag: AttributeBag;
  private readonly _clock: SpanClock;
  private readonly _onEnded: (() => void) | undefined;
  private _duration: HrTime = [-1, -1];
  private _droppedEvents = 0;
  private _droppedLinks: number;
  private _ending = false;
  private _ended = false;

  constructor(origin: SdkSpanOrigin, start: SdkSpanStart) {
    super();
    const { lineage } = start;
    this.traceId0 = lineage.traceId0;
    this.traceId1 = lineage.traceId1;
    this.traceId2 = lineage.traceId2;
    this.traceId3 = lineage.traceId3;
    this.spanId0 = lineage.ownId0;
    this.spanId1 = lineage.ownId1;
    this.traceFlags = start.traceFlags;
    this.traceState = start.traceState;
    this.context = undefined;
    this._origin = origin;
    this._clock = new SpanClock(origin.timeSource);
    this._bag = start.attributes;
    this._onEnded = start.onEnded;
    this._droppedLinks = start.droppedLinks;
    this.name = start.name;
    this.kind = start.kind;
    if (lineage.parentContext !== undefined) this.parentSpanContext = lineage.parentContext;
    this.attributes = start.attributes.attributes;
    this.instrumentationScope = origin.instrumentationScope;
    this.startTime = this.startOf(start.startTime);
    for (const link of start.links) this.takeLink(link);
  }

  setAttribute(key: string, value: SpanAttributeValue): this {
    if (!this.isOver('setAttribute')) this._bag.set(key, value);
    return this;
  }

  setAttributes(attributes: SpanAttributes): this {
    if (!this.isOver('setAttributes')) this._bag.setAll(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: SpanAttributes | TimeInput, time?: TimeInput): this {
    if (this.isOver('addEvent')) return this;
    try {
      const onlyTime = isTime(attributesOrTime);
      const when = onlyTime && !isTime(time) ? attributesOrTime : time;
      this.takeEvent(name, onlyTime ? undefined : attributesOrTime, undefined, when);
    } catch {
      this._origin.problems.argument('an event');
      this._droppedEvents++;
    }
    return this;
  }

  addLink(link: Link): this {
    if (this.isOver('addLink')) return this;
    const { limits, problems } = this._origin;
    if (this.links.length >= limits.linkCountLimit) {
      this._droppedLinks++;
      return this;
    }
    const copy = linkOf(link, limits, problems);
    if (copy === undefined) this._droppedLinks++;
    else this.takeLink(copy);
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.isOver('addLinks')) return this;
    for (const link of linksOf(links, this._origin.problems)) this.addLink(link as Link);
    return this;
  }

  /** Ok is final, Error beats Unset, Unset changes nothing; a message belongs to Error only. */
  setStatus(status: SpanStatus): this {
    if (this.isOver('setStatus')) return this;
    try {
      const { code, message } = status;
      if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) {
        if (code !== SpanStatusCode.UNSET) this._origin.problems.argument('a status');
        return this;
      }
      if (this.status.code === SpanStatusCode.OK) return this;
      const isText = typeof message === 'string';
      const hasMessage = code === SpanStatusCode.ERROR && isText && message !== '';
      this.status = hasMessage ? { code, message } : { code };
      if (!isText && message !== undefined && message !== null) this._origin.problems.argument('a status');
    } catch {
      this._origin.problems.argument('a status');
    }
    return this;
  }

  updateName(name: string): this {
    if (this.isOver('updateName')) return this;
    if (typeof name === 'string') this.name = name;
    else this._origin.problems.argument('a span name');
    return this;
  }

  /** The end time is fixed first; processors may then change everything else in onEnding, and nothing in onEnd. */
  end(endTime?: TimeInput): void {
    if (this._ended || this._ending) {
      this._origin.problems.ended('end', this.name);
      return;
    }
    this._ending = true;
    this.endTime = this.timeOf(endTime);
    this._duration = durationOf(this.startTime, this.endTime);
    if (this._duration[0] < 0) {
      this._origin.problems.endBeforeStart(this.name);
      this.endTime = [...this.startTime];
      this._duration = [0, 0];
    }
    this._origin.processor.onEnding(this);
    this._ended = true;
    this._bag.closed = true;
    if (this._bag.dropped + this._droppedEvents + this._droppedLinks > 0) {
      this._origin.problems.discarded(this.name);
    }
    this._onEnded?.();
    this._origin.processor.onEnd(this);
  }

  isRecording(): boolean {
    return !this._ended;
  }

  /** `attributes` win over what is read from the exception (specification; not in the API's type). */
  recordException(exception: Exception, time?: TimeInput, attributes?: SpanAttributes): void {
    if (this.isOver('recordException')) return;
    try {
      const described = exceptionAttributes(exception);
      if (described === undefined) this._origin.problems.argument('an exception');
      else this.takeEvent('exception', described, attributes, time);
    } catch {
      this._origin.problems.argument('an exception');
    }
  }

  get resource(): Resource {
    return this._origin.resource;
  }

  /** Deprecated: what SDKs before 2.0 called it. */
  get instrumentationLibrary(): InstrumentationScope {
    return this.instrumentationScope;
  }

  get duration(): HrTime {
    return this._duration;
  }

  get ended(): boolean {
    return this._ended;
  }

  get droppedAttributesCount(): number {
    return this._bag.dropped;
  }

  get droppedEventsCount(): number {
    return this._droppedEvents;
  }

  get droppedLinksCount(): number {
    return this._droppedLinks;
  }

  [INSPECT](depth: number, options: InspectOptions, inspect: Inspect): unknown {
    const { name, kind, parentSpanContext, status, startTime, endTime, duration, ended } = this;
    const { attributes, events, links, instrumentationScope } = this;
    const shown = {
      ...{
        name,
        kind,
        spanContext: this.spanContext(),
        parentSpanContext,
        status,
        startTime,
        endTime,
        duration,
      },
      ...{ ended, attributes, events, links, instrumentationScope },
      droppedAttributesCount: this.droppedAttributesCount,
      droppedEventsCount: this._droppedEvents,
      droppedLinksCount: this._droppedLinks,
      resource: inspectedResource(this.resource),
    };
    return inspected('Span', shown, depth, options, inspect);
  }

  private takeEvent(name: unknown, attributes: unknown, stronger: unknown, time: unknown): void {
    const { limits, problems } = this._origin;
    if (this.events.length >= limits.eventCountLimit) {
      this._droppedEvents++;
      return;
    }
    if (typeof name !== 'string') problems.argument('an event name');
    const event: TimedEvent = {
      name: typeof name === 'string' ? name : '',
      time: this.timeOf(time),
    };
    if (isObject(attributes) || isObject(stronger)) {
      const bag = new AttributeBag(limits.attributePerEventCountLimit, limits, problems);
      bag.setAll(attributes);
      bag.setAll(stronger);
      event.attributes = bag.attributes;
      event.droppedAttributesCount = bag.dropped;
    }
    // A getter among the attributes may have ended the span.
    if (!this._ended) this.events.push(event);
  }

  private takeLink(link: Link): void {
    if (this._ended) return;
    if (this.links.length >= this._origin.limits.linkCountLimit) this._droppedLinks++;
    else this.links.push(link);
  }

  /** Now for what is absent, and (said) for what is no time. */
  private timeOf(input: unknown): HrTime {
    if (input === undefined || input === null) return this._clock.now();
    try {
      const time = this._clock.read(input);
      if (time !== undefined) return time;
    } catch {
      // A proxy of a date or an array: no time either.
    }
    this._origin.problems.time();
    return this._clock.now();
  }

  private startOf(input: unknown): HrTime {
    try {
      const time = this._clock.start(input);
      if (time !== undefined) return time;
    } catch {
      // As above.
    }
    this._origin.problems.time();
    return this._clock.now();
  }

  private isOver(method: string): boolean {
    if (!this._ended) return false;
    this._origin.problems.ended(method, this.name);
    return true;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
