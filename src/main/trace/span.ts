// HOT. A sampled span while it is open; at `end` it becomes one record in the ring. Thread: producer.
// Callers: user code and instrumentations through the API's Span. Every method takes any argument and never throws:
// what makes no sense is counted and answered with a default. After `end` nothing changes any more.
// Specification: Trace API, "Span operations".

import {
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type Span,
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
import { SPAN_STATUS_MASK } from '../../shared/codec/record-layout.js';
import type { SpanSource, UnixTime } from '../../shared/codec/span-source.js';
import { COUNT_LIMIT_MAX } from '../../shared/limits.js';
import type { NameEntry } from '../record/name-table.js';
import type { Recording } from '../record/recording.js';
import type { ReadableSpan, TimedEvent } from '../sdk/types.js';
import type { AttributeSet } from './attributes/attribute-set.js';
import { nowMillis } from './clock.js';
import { exceptionAttributes } from './exception.js';
import { SpanIdentity } from './ids/span-identity.js';
import { addReadableFields } from './readable-fields.js';
import { OpenSpanExtra } from './span-extra.js';
import { isBefore, isTimeInput, toTime, wallClockNow } from './time-input.js';
import { traceStateText } from './trace-state.js';

const FLAGS_SHIFT = 16;
const STATUS_SHIFT = 24;
/** Of a span's state: no record type has this bit. */
const ENDED = 0x80;
/** Of one addLinks: the greatest limit that links can have. */
const LINKS_READ_MAX = COUNT_LIMIT_MAX;

const BAD_STATUS = 'a status that is none, or a message that is no string, was ignored';

/** What the spans of one tracer share. */
export interface SpanOrigin {
  readonly recording: Recording;
  readonly scopeId: number;
  readonly instrumentationScope: InstrumentationScope;
  readonly resource: Resource;
}

export class RecordingSpan extends SpanIdentity implements Span, ReadableSpan, SpanSource {
  declare readonly parentId0: number;
  declare readonly parentId1: number;
  declare startMillis: number;
  /** Empty after the end, when the set goes to another span. */
  declare attributeList: AttributeSet;
  declare extra: OpenSpanExtra | undefined;
  declare readonly origin: SpanOrigin;
  declare private entry: NameEntry;
  /** `head`, and ENDED. */
  declare private state: number;
  // Accessors of the prototype: readable-fields.ts.
  declare readonly kind: SpanKind;
  declare readonly parentSpanContext?: SpanContext;
  declare readonly startTime: HrTime;
  declare readonly endTime: HrTime;
  declare readonly duration: HrTime;
  declare readonly ended: boolean;
  declare readonly status: SpanStatus;
  declare readonly attributes: Attributes;
  declare readonly events: TimedEvent[];
  declare readonly links: Link[];
  declare readonly resource: Resource;
  declare readonly instrumentationScope: InstrumentationScope;
  declare readonly droppedAttributesCount: number;
  declare readonly droppedEventsCount: number;
  declare readonly droppedLinksCount: number;

  constructor(
    origin: SpanOrigin,
    entry: NameEntry,
    head: number,
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
    this.traceState = traceState;
    this.context = undefined;
    this.parentId0 = parentId0;
    this.parentId1 = parentId1;
    this.state = head;
    this.startMillis = startMillis;
    this.attributeList = origin.recording.attributeSets.take(entry.attributeCountMax);
    this.extra = undefined;
    this.origin = origin;
    this.entry = entry;
  }

  /** Word 1 of the record: type, kind, flags, SPAN_* bits. */
  get head(): number {
    return this.state & ~ENDED;
  }

  get traceFlags(): number {
    return (this.state >>> FLAGS_SHIFT) & 0xff;
  }

  /** While it is being recorded. */
  get endMillis(): number {
    return this.origin.recording.endMillis;
  }

  get scopeId(): number {
    return this.origin.scopeId;
  }

  get nameId(): number {
    return this.entry.id;
  }

  get name(): string {
    return this.entry.name;
  }

  setAttribute(key: string, value: SpanAttributeValue): this {
    if (!this.isOver()) {
      this.attributeList.set(
        key,
        value,
        this.origin.recording.limits.attributeCountLimit,
        this.origin.recording,
      );
    }
    return this;
  }

  setAttributes(attributes: SpanAttributes): this {
    if (!this.isOver()) {
      this.attributeList.setAll(
        attributes,
        this.origin.recording.limits.attributeCountLimit,
        this.origin.recording,
      );
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: SpanAttributes | TimeInput, time?: TimeInput): this {
    if (this.isOver()) return this;
    try {
      const isTime = isTimeInput(attributesOrTime);
      this.makeExtra().addEvent(
        this.origin.recording,
        name,
        isTime ? undefined : attributesOrTime,
        this.time(isTime && !isTimeInput(time) ? attributesOrTime : time),
      );
    } catch {
      this.origin.recording.countInvalidArgument('an event that cannot be read was left out', this.name);
      if (this.extra !== undefined) this.extra.droppedEvents++;
    }
    return this;
  }

  addLink(link: Link): this {
    if (this.isOver()) return this;
    try {
      this.makeExtra().addLink(this.origin.recording, link);
    } catch {
      this.origin.recording.countInvalidArgument('a link that cannot be read was left out', this.name);
      if (this.extra !== undefined) this.extra.droppedLinks++;
    }
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.isOver()) return this;
    try {
      // Not what iterates: an array only, and only so far, for it may be a proxy that never ends.
      const count = Array.isArray(links) ? Math.min(links.length, LINKS_READ_MAX) : 0;
      if (!Array.isArray(links) || count < links.length) {
        this.origin.recording.countInvalidArgument(
          'links that are no array, or too many, were left out',
          this.name,
        );
      }
      for (let i = 0; i < count; i++) this.addLink(links[i]);
    } catch {
      this.origin.recording.countInvalidArgument('a link that cannot be read was left out', this.name);
    }
    return this;
  }

  /** Ok is final, Error beats Unset, Unset changes nothing; a message belongs to Error only. */
  setStatus(status: SpanStatus): this {
    if (this.isOver()) return this;
    try {
      const { code, message } = status;
      const current = (this.state >>> STATUS_SHIFT) & SPAN_STATUS_MASK;
      if (current === SpanStatusCode.OK) return this;
      if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) {
        if (code !== SpanStatusCode.UNSET) this.origin.recording.countInvalidArgument(BAD_STATUS, this.name);
        return this;
      }
      this.state = (this.state & ~(SPAN_STATUS_MASK << STATUS_SHIFT)) | (code << STATUS_SHIFT);
      const isText = typeof message === 'string';
      if (code === SpanStatusCode.ERROR && isText && message !== '') {
        this.makeExtra().statusMessage = message;
      } else if (this.extra !== undefined) {
        this.extra.statusMessage = '';
      }
      if (!isText && message !== undefined && message !== null) {
        this.origin.recording.countInvalidArgument(BAD_STATUS, this.name);
      }
    } catch {
      this.origin.recording.countInvalidArgument(BAD_STATUS, this.name);
    }
    return this;
  }

  updateName(name: string): this {
    if (this.isOver()) return this;
    if (typeof name === 'string') this.entry = this.origin.recording.nameEntry(name);
    else this.origin.recording.countInvalidArgument('a new name that is no string was ignored', this.name);
    return this;
  }

  end(endTime?: TimeInput): void {
    if (this.isOver()) return;
    this.state |= ENDED;
    const { recording } = this.origin;
    const isPlain = endTime === undefined && this.extra === undefined;
    const endMillis = isPlain ? nowMillis() : this.endAt(endTime);
    const { count, dropped } = this.attributeList;
    if (count > this.entry.attributeCountMax) this.entry.attributeCountMax = count;
    if (dropped > 0) this.makeExtra().droppedAttributes = dropped;
    if (this.traceState !== undefined) this.takeTraceState();
    recording.endMillis = endMillis;
    recording.record(this);
    if (this.extra !== undefined) recording.reportDiscarded(this.name, this.extra);
    const set = this.attributeList;
    if (set.callsUnderWay > 0) return;
    this.attributeList = recording.attributeSets.ended;
    recording.attributeSets.give(set);
  }

  isRecording(): boolean {
    return (this.state & ENDED) === 0;
  }

  /** `attributes` win over what is read from the exception (specification; not in the API's type). */
  recordException(exception: Exception, time?: TimeInput, attributes?: SpanAttributes): void {
    if (this.isOver()) return;
    try {
      const described = exceptionAttributes(exception);
      if (described === undefined) {
        this.origin.recording.countInvalidArgument(
          'an exception without name and message was left out',
          this.name,
        );
        return;
      }
      this.makeExtra().addEvent(this.origin.recording, 'exception', described, this.time(time), attributes);
    } catch {
      this.origin.recording.countInvalidArgument('an exception that cannot be read was left out', this.name);
    }
  }

  /** Takes a start time that the user gave; for tracer.ts, before the span is handed out. */
  startAt(input: unknown): void {
    const time = this.time(input);
    if (typeof time === 'number') this.startMillis = time;
    else this.makeExtra().startUnix = time;
  }

  /** An end before the start becomes the start: a duration is never negative. */
  private endAt(input: unknown): number {
    const time = this.time(input);
    const start = this.extra?.startUnix ?? this.startMillis;
    if (isBefore(time, start)) {
      this.origin.recording.countInvalidArgument(
        'a span that ended before its start ended with it',
        this.name,
      );
      if (this.extra !== undefined) this.extra.endUnix = this.extra.startUnix;
      return this.startMillis;
    }
    if (typeof time === 'number') return time;
    this.makeExtra().endUnix = time;
    return this.startMillis;
  }

  /**
   * By default now: on the monotonic clock, or, after a start that the user took from the wall clock, on that one too: the
   * two may have drifted apart.
   */
  private time(input: unknown): number | UnixTime {
    if (input === undefined || input === null) return this.now();
    let time: number | UnixTime | undefined;
    try {
      time = toTime(input);
    } catch {
      time = undefined;
    }
    if (time !== undefined) return time;
    this.origin.recording.countInvalidTime();
    return this.now();
  }

  private now(): number | UnixTime {
    return this.extra?.startUnix === undefined ? nowMillis() : wallClockNow();
  }

  private makeExtra(): OpenSpanExtra {
    this.extra ??= new OpenSpanExtra();
    return this.extra;
  }

  private takeTraceState(): void {
    const text = traceStateText(this.traceState, this.origin.recording);
    if (text !== '') this.makeExtra().traceState = text;
  }

  /** A call after `end`: counted, otherwise ignored. */
  private isOver(): boolean {
    if ((this.state & ENDED) === 0) return false;
    this.origin.recording.countInvalidArgument('a span was used after its end', this.name);
    return true;
  }
}

addReadableFields(RecordingSpan.prototype);
