// HOT. A template bound to the recording of this thread: arena ids instead of strings, and the record's fixed words.
// Thread: producer. Caller: template.ts. Never throws.

import type { Context, SpanContext } from '@opentelemetry/api';
import { type AnyValue, DoubleValue, stringBytesMax } from '../../shared/codec/any-value.js';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import {
  RecordType,
  SPAN_ATTRIBUTE_COUNT,
  SPAN_BODY,
  SPAN_END,
  SPAN_EXTRA,
  SPAN_HAS_PARENT,
  SPAN_HEAD,
  SPAN_ID,
  SPAN_NAME,
  SPAN_PARENT_ID,
  SPAN_PARENT_IS_REMOTE,
  SPAN_SCOPE,
  SPAN_START,
  SPAN_STATUS_MASK,
  SPAN_TRACE_ID,
  ValueType,
} from '../../shared/codec/record-layout.js';
import { attributesBytesMax, finishRecord } from '../../shared/codec/span-encoder.js';
import type { SpanExtra, SpanSource } from '../../shared/codec/span-source.js';
import { ProducerCounter } from '../../shared/counters.js';
import { InvariantError } from '../../shared/errors.js';
import { isSuppressed } from '../context/suppression.js';
import { truncate } from '../trace/attributes/attribute-value.js';
import { nowMillis } from '../trace/clock.js';
import { idWords, randomNonZeroWord, takeWords } from '../trace/ids/id-generator.js';
import { FLAG_RANDOM, FLAG_SAMPLED } from '../trace/ids/span-flags.js';
import { Parent } from '../trace/parent.js';
import { traceStateText } from '../trace/trace-state.js';
import type { ActiveRecording } from './active-recording.js';
import type { LaneWriter } from './lane-writer.js';
import type { NameEntry } from './name-table.js';
import { INERT_SPAN, OpenTemplateSpan } from './open-template-span.js';
import type { Recording } from './recording.js';
import type { TemplateAttribute, TemplateOptions } from './template.js';

/** Results of `begin` that are no index. */
export const NOT_RECORDED = -1;
export const TAKES_GENERAL_FORM = -2;

/**
 * As a start or end: the time of the call. The clock is then read where the time is stored: a time that is handed on as
 * an argument becomes an object of the heap first (measured: 49 bytes a span for both times).
 */
export const NOW = -1;

const STATUS_ERROR = 2;
/** Key word, and an i64 or f64. */
const PRIMITIVE_BYTES = 12;

export class CompiledTemplate {
  readonly #active: ActiveRecording;
  readonly #recording: Recording;
  readonly #parent: Parent;
  readonly #entry: NameEntry;
  readonly #scopeId: number;
  readonly #keys: readonly string[];
  readonly #ids: readonly number[];
  readonly #isDouble: readonly boolean[];
  readonly #kindBits: number;
  readonly #rootFlags: number;
  /** Everything but the strings among the values. */
  readonly #fixedBytesMax: number;
  // Of the span between begin and finish: nothing else can run on this thread meanwhile.
  #lane: LaneWriter;
  #start = 0;
  #count = 0;

  constructor(options: TemplateOptions<readonly TemplateAttribute[]>, active: ActiveRecording) {
    const { name, kind = 0, scope, attributes = [] } = options;
    const recording = active.recording;
    this.#active = active;
    this.#recording = recording;
    this.#parent = new Parent(recording);
    this.#rootFlags = recording.rootFlags;
    this.#lane = recording.laneOf(0);
    this.#entry = recording.nameEntry(name);
    this.#scopeId = active.defineScope(templateScope(scope));
    this.#keys = attributes.map(([key]) => key);
    this.#ids = this.#keys.map((key) => recording.internKey(key));
    this.#isDouble = attributes.map(([, type]) => type === 'double');
    this.#kindBits = RecordType.Span | ((kind + 1) << 8);
    let bytes = SPAN_BODY * 4 + stringBytesMax(name.length) + 8;
    for (const [i, key] of this.#keys.entries()) {
      bytes += PRIMITIVE_BYTES + (this.#ids[i] === 0 ? stringBytesMax(key.length) : 0);
    }
    // More attributes than a span may have: each span takes the general form, which counts what it drops.
    const isOverLimit = this.#keys.length > recording.limits.attributeCountLimit;
    this.#fixedBytesMax = isOverLimit ? Number.POSITIVE_INFINITY : bytes;
  }

  /** A span with ids and start; the sampler decides whether it records. */
  open(given: Context | SpanContext | undefined, startMillis: number): OpenTemplateSpan {
    const parent = this.#parent;
    try {
      if (given !== undefined && 'traceId' in given) parent.fromSpanContext(given);
      else {
        const context = given ?? this.#active.contextManager.active();
        if (isSuppressed(context)) return INERT_SPAN;
        parent.fromContext(context);
      }
    } catch {
      this.#recording.countInvalidArgument('a parent that cannot be read was ignored');
      parent.none();
    }
    const hasParent = parent.present;
    let at = takeWords(hasParent ? 2 : 6);
    let traceId0: number;
    let traceId1: number;
    let traceId2: number;
    let traceId3: number;
    if (hasParent) {
      traceId0 = parent.traceId0;
      traceId1 = parent.traceId1;
      traceId2 = parent.traceId2;
      traceId3 = parent.traceId3;
    } else {
      traceId0 = idWords[at++];
      traceId1 = idWords[at++];
      traceId2 = idWords[at++];
      traceId3 = idWords[at++];
    }
    const spanId0 = idWords[at];
    let spanId1 = idWords[at + 1];
    // As in tracer.ts: only now, when all words are read.
    if (spanId1 === 0) spanId1 = randomNonZeroWord();
    if (traceId3 === 0 && !hasParent) traceId3 = randomNonZeroWord();
    const random = hasParent ? parent.flags & FLAG_RANDOM : this.#rootFlags;
    const sampled = this.#active.sampler.isSampled(parent.kind, traceId0, traceId1, traceId2, traceId3);
    return new OpenTemplateSpan(
      sampled ? this : undefined,
      sampled ? FLAG_SAMPLED | random : random,
      hasParent ? SPAN_HAS_PARENT | (parent.remote ? SPAN_PARENT_IS_REMOTE : 0) : 0,
      startMillis === NOW ? nowMillis() : startMillis,
      hasParent ? parent.traceState : undefined,
      traceId0,
      traceId1,
      traceId2,
      traceId3,
      spanId0,
      spanId1,
      hasParent ? parent.spanId0 : 0,
      hasParent ? parent.spanId1 : 0,
    );
  }

  /** Now for what is no time. Anything but a number would throw while a claim is open, and block the ring for good. */
  checkedMillis(millis: unknown): number {
    if (typeof millis === 'number' && millis >= 0 && millis < Number.POSITIVE_INFINITY) return millis;
    this.#recording.countInvalidTime();
    return nowMillis();
  }

  /** The end of a span already measured: not before its start. */
  checkedEndMillis(endMillis: unknown, startMillis: number): number {
    const millis = this.checkedMillis(endMillis);
    if (millis >= startMillis) return millis;
    this.#recording.countInvalidArgument(
      'a span that ended before its start ended with it',
      this.#entry.name,
    );
    return startMillis;
  }

  /**
   * Claims room for a finished span and writes all but its values. Returns the index of its body, where `value` goes
   * on; NOT_RECORDED (counted) or TAKES_GENERAL_FORM.
   */
  begin(span: OpenTemplateSpan, endMillis: number, stringLength: number): number {
    const recording = this.#recording;
    const lane = recording.laneOf(span.traceId3);
    const bytesMax = this.#fixedBytesMax + 3 * stringLength;
    if (recording.closed || span.traceState !== undefined || bytesMax > lane.ring.recordBytesMax) {
      return TAKES_GENERAL_FORM;
    }
    this.#lane = lane;
    const counters = lane.counters;
    const isError = (span.bits & SPAN_STATUS_MASK) === STATUS_ERROR;
    const offset = lane.ring.claim(bytesMax, isError ? 0 : lane.reservedBytes);
    // Counted with the claim, not before: then giveUp knows by the claim whether the span was counted.
    counters[ProducerCounter.Recorded]++;
    if (offset < 0) {
      lane.dropFull();
      return NOT_RECORDED;
    }
    const { words, doubles } = lane.writer;
    const start = offset >> 2;
    words[start + SPAN_HEAD] = this.#kindBits | (span.traceFlags << 16) | (span.bits << 24);
    doubles[(start + SPAN_START) >> 1] = span.startMillis;
    doubles[(start + SPAN_END) >> 1] = endMillis === NOW ? nowMillis() : endMillis;
    words[start + SPAN_TRACE_ID] = span.traceId0;
    words[start + SPAN_TRACE_ID + 1] = span.traceId1;
    words[start + SPAN_TRACE_ID + 2] = span.traceId2;
    words[start + SPAN_TRACE_ID + 3] = span.traceId3;
    words[start + SPAN_ID] = span.spanId0;
    words[start + SPAN_ID + 1] = span.spanId1;
    words[start + SPAN_PARENT_ID] = span.parentId0;
    words[start + SPAN_PARENT_ID + 1] = span.parentId1;
    words[start + SPAN_SCOPE] = this.#scopeId;
    words[start + SPAN_NAME] = this.#entry.id;
    words[start + SPAN_EXTRA] = 0;
    this.#start = start;
    this.#count = 0;
    const at = start + SPAN_BODY;
    return this.#entry.id === 0 ? lane.writer.string(at, this.#entry.name) : at;
  }

  /** Writes the value of attribute `index`, if it is one; returns the index behind it. */
  value(at: number, index: number, value: unknown): number {
    const writer = this.#lane.writer;
    const id = this.#ids[index];
    const limit = this.#recording.valueLengthLimit;
    if (id > 0) {
      if (typeof value === 'string' && value.length <= limit) {
        this.#count++;
        writer.words[at] = (id << 8) | ValueType.String;
        return writer.string(at + 1, value);
      }
      if (typeof value === 'boolean') {
        this.#count++;
        writer.words[at] = (id << 8) | (value ? ValueType.True : ValueType.False);
        return at + 1;
      }
      if (typeof value === 'number') {
        this.#count++;
        if (!this.#isDouble[index]) return writer.attribute(at, id, value);
        writer.words[at] = (id << 8) | ValueType.Double;
        return writer.double(at + 1, value);
      }
    }
    return this.#rareValue(at, index, value);
  }

  finish(at: number): void {
    const lane = this.#lane;
    const words = lane.writer.words;
    words[this.#start + SPAN_ATTRIBUTE_COUNT] = this.#count;
    lane.publish(finishRecord(words, this.#start, at));
  }

  /**
   * To be called with what `begin`, `value` or `finish` threw (the stack was used up, a clock of the application's threw):
   * a claim left open would block the ring for good.
   */
  giveUp(error: unknown): void {
    const { ring, counters } = this.#lane;
    if (ring.claimed || error instanceof InvariantError) counters[ProducerCounter.DroppedEncodeFailed]++;
    ring.abandon();
  }

  /** A span too large for the ring, over a limit, with a trace state, or after shutdown. */
  recordGeneral(span: OpenTemplateSpan, endMillis: number, values: readonly unknown[]): void {
    const source = this.#source(span, endMillis, values);
    this.#recording.record(source);
    if (source.extra !== undefined) this.#recording.reportDiscarded(source.name, source.extra);
  }

  /** A key in line, a string past the limit, a value that is none, a value too many. */
  #rareValue(at: number, index: number, value: unknown): number {
    if (value === undefined || value === null || index >= this.#ids.length) return at;
    if (!isPrimitive(value)) {
      this.#recording.countInvalidAttribute(this.#keys[index]);
      return at;
    }
    const writer = this.#lane.writer;
    const id = this.#ids[index];
    const kept = typeof value === 'string' ? truncate(value, this.#recording.valueLengthLimit) : value;
    this.#count++;
    return id > 0 ? writer.attribute(at, id, kept) : writer.inlineAttribute(at, this.#keys[index], kept);
  }

  /** The same span in the general form: too large for the ring, over a limit, after shutdown, or with a trace state. */
  #source(span: OpenTemplateSpan, endMillis: number, values: readonly unknown[]): SpanSource {
    const keys: string[] = [];
    const ids: number[] = [];
    const kept: AnyValue[] = [];
    const { attributeCountLimit, attributeValueLengthLimit } = this.#recording.limits;
    let dropped = 0;
    for (const [i, value] of values.slice(0, this.#ids.length).entries()) {
      if (value === undefined || value === null) continue;
      const isPast = kept.length >= attributeCountLimit;
      if (!isPrimitive(value)) this.#recording.countInvalidAttribute(this.#keys[i]);
      if (isPast || !isPrimitive(value)) {
        dropped++;
        continue;
      }
      keys.push(this.#keys[i]);
      ids.push(this.#ids[i]);
      if (typeof value === 'string') kept.push(truncate(value, attributeValueLengthLimit));
      else kept.push(typeof value === 'number' && this.#isDouble[i] ? new DoubleValue(value) : value);
    }
    const list = { keys, ids, values: kept, count: kept.length };
    return {
      traceId0: span.traceId0,
      traceId1: span.traceId1,
      traceId2: span.traceId2,
      traceId3: span.traceId3,
      spanId0: span.spanId0,
      spanId1: span.spanId1,
      parentId0: span.parentId0,
      parentId1: span.parentId1,
      head: this.#kindBits | (span.traceFlags << 16) | (span.bits << 24),
      startMillis: span.startMillis,
      endMillis,
      scopeId: this.#scopeId,
      nameId: this.#entry.id,
      name: this.#entry.name,
      attributeList: { ...list, bytesMax: attributesBytesMax(list) },
      extra: extraOf(dropped, traceStateText(span.traceState, this.#recording)),
    };
  }
}

function extraOf(droppedAttributes: number, traceState: string): SpanExtra | undefined {
  if (droppedAttributes === 0 && traceState === '') return undefined;
  return {
    startUnix: undefined,
    endUnix: undefined,
    droppedAttributes,
    droppedEvents: 0,
    droppedLinks: 0,
    traceState,
    statusMessage: '',
    events: [],
    links: [],
  };
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function templateScope(scope: TemplateOptions<readonly TemplateAttribute[]>['scope']): ScopeFields {
  const { name = 'offloop/recorder', version = '' } = scope ?? {};
  return { name, version, schemaUrl: '', attributes: [] };
}
