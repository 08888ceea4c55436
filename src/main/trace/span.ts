// HOT. A sampled span while it is open; at `end` it becomes one record in the ring. Thread: producer.
// Callers: user code and instrumentations through the API's Span. Every method takes any argument and never throws:
// what makes no sense is counted and answered with a default. After `end` nothing changes any more.
// Specification: Trace API, "Span operations".

import { performance } from 'node:perf_hooks';
import {
  type Exception,
  type Link,
  type Span,
  type SpanAttributes,
  type SpanAttributeValue,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  type TraceState,
} from '@opentelemetry/api';
import { SPAN_STATUS_MASK } from '../../shared/codec/record-layout.js';
import type { SpanSource, UnixTime } from '../../shared/codec/span-source.js';
import type { NameEntry } from '../record/name-table.js';
import type { Recording } from '../record/recording.js';
import { AttributeSet } from './attribute-set.js';
import { truncate } from './attribute-value.js';
import { exceptionAttributes } from './exception.js';
import { OpenSpanExtra } from './span-extra.js';
import { SpanIdentity } from './span-identity.js';
import { isTimeInput, toTime } from './time-input.js';

const STATUS_SHIFT = 24;

export class RecordingSpan extends SpanIdentity implements Span, SpanSource {
  parentId0: number;
  parentId1: number;
  head: number;
  startMillis: number;
  startUnix: UnixTime | undefined = undefined;
  endMillis = 0;
  endUnix: UnixTime | undefined = undefined;
  scopeId: number;
  nameId: number;
  name: string;
  readonly attributes: AttributeSet;
  extra: OpenSpanExtra | undefined = undefined;
  ended = false;
  readonly #recording: Recording;

  constructor(
    recording: Recording,
    entry: NameEntry,
    scopeId: number,
    head: number,
    startMillis: number,
    parentId0: number,
    parentId1: number,
    traceId0: number,
    traceId1: number,
    traceId2: number,
    traceId3: number,
    spanId0: number,
    spanId1: number,
    traceFlags: number,
    traceState: TraceState | undefined,
  ) {
    super(traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, traceFlags, traceState);
    this.#recording = recording;
    this.name = entry.name;
    this.nameId = entry.id;
    this.scopeId = scopeId;
    this.head = head;
    this.startMillis = startMillis;
    this.parentId0 = parentId0;
    this.parentId1 = parentId1;
    this.attributes = new AttributeSet(entry.shape);
  }

  setAttribute(key: string, value: SpanAttributeValue): this {
    if (!this.#isOver()) {
      this.attributes.set(key, value, this.#recording.limits.attributeCountLimit, this.#recording);
    }
    return this;
  }

  setAttributes(attributes: SpanAttributes): this {
    if (!this.#isOver()) {
      this.attributes.setAll(attributes, this.#recording.limits.attributeCountLimit, this.#recording);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: SpanAttributes | TimeInput, time?: TimeInput): this {
    if (this.#isOver()) return this;
    try {
      const onlyTime = isTimeInput(attributesOrTime);
      this.#extra().addEvent(
        this.#recording,
        name,
        onlyTime ? undefined : attributesOrTime,
        this.#time(onlyTime ? attributesOrTime : time),
      );
    } catch {
      this.#recording.countInternalError();
    }
    return this;
  }

  addLink(link: Link): this {
    if (this.#isOver()) return this;
    try {
      this.#extra().addLink(this.#recording, link);
    } catch {
      this.#recording.countInvalidArgument();
    }
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.#isOver()) return this;
    try {
      for (const link of links) this.addLink(link);
    } catch {
      this.#recording.countInvalidArgument();
    }
    return this;
  }

  /** Ok is final, Error beats Unset, Unset changes nothing; a message belongs to Error only. */
  setStatus(status: SpanStatus): this {
    if (this.#isOver()) return this;
    try {
      const { code, message } = status;
      const current = (this.head >>> STATUS_SHIFT) & SPAN_STATUS_MASK;
      if (current === SpanStatusCode.OK) return this;
      if (code !== SpanStatusCode.OK && code !== SpanStatusCode.ERROR) {
        if (code !== SpanStatusCode.UNSET) this.#recording.countInvalidArgument();
        return this;
      }
      this.head = (this.head & ~(SPAN_STATUS_MASK << STATUS_SHIFT)) | (code << STATUS_SHIFT);
      if (code === SpanStatusCode.ERROR && typeof message === 'string' && message !== '') {
        this.#extra().statusMessage = truncate(message, this.#recording.limits.attributeValueLengthLimit);
      } else if (this.extra !== undefined) {
        this.extra.statusMessage = '';
      }
    } catch {
      this.#recording.countInvalidArgument();
    }
    return this;
  }

  updateName(name: string): this {
    if (this.#isOver()) return this;
    const entry = this.#recording.nameEntry(name);
    this.name = entry.name;
    this.nameId = entry.id;
    return this;
  }

  end(endTime?: TimeInput): void {
    if (this.ended) {
      this.#recording.countInvalidArgument();
      return;
    }
    this.ended = true;
    if (endTime === undefined) this.endMillis = performance.now();
    else this.#endAt(endTime);
    if (this.attributes.dropped > 0) this.#extra().droppedAttributes = this.attributes.dropped;
    if (this.traceState !== undefined) this.#takeTraceState();
    this.#recording.record(this);
  }

  isRecording(): boolean {
    return !this.ended;
  }

  /** `attributes` win over what is read from the exception (specification; not in the API's type). */
  recordException(exception: Exception, time?: TimeInput, attributes?: SpanAttributes): void {
    if (this.#isOver()) return;
    try {
      const described = exceptionAttributes(exception);
      if (described === undefined) {
        this.#recording.countInvalidArgument();
        return;
      }
      const all = attributes === undefined ? described : { ...described, ...attributes };
      this.#extra().addEvent(this.#recording, 'exception', all, this.#time(time));
    } catch {
      this.#recording.countInternalError();
    }
  }

  /** Takes a start time that the user gave; for tracer.ts, before the span is handed out. */
  startAt(input: unknown): void {
    const time = this.#time(input);
    if (typeof time === 'number') this.startMillis = time;
    else this.startUnix = time;
  }

  #endAt(input: unknown): void {
    const time = this.#time(input);
    if (typeof time === 'number') this.endMillis = time;
    else this.endUnix = time;
  }

  #time(input: unknown): number | UnixTime {
    if (input === undefined || input === null) return performance.now();
    let time: number | UnixTime | undefined;
    try {
      time = toTime(input);
    } catch {
      time = undefined;
    }
    if (time !== undefined) return time;
    this.#recording.countInvalidTime();
    return performance.now();
  }

  #extra(): OpenSpanExtra {
    this.extra ??= new OpenSpanExtra();
    return this.extra;
  }

  #takeTraceState(): void {
    try {
      const traceState = this.traceState?.serialize() ?? '';
      if (traceState !== '') this.#extra().traceState = traceState;
    } catch {
      this.#recording.countInvalidArgument();
    }
  }

  /** A call after `end`: counted, otherwise ignored. */
  #isOver(): boolean {
    if (!this.ended) return false;
    this.#recording.countInvalidArgument();
    return true;
  }
}
