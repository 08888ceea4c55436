// HOT. A template bound to the recording of this thread: arena ids instead of strings, and the record's fixed words.
// Thread: producer. Caller: template.ts. Never throws.

import type { Context, SpanContext } from '@opentelemetry/api';
import { type AnyValue, stringBytesMax } from '../../shared/codec/any-value.js';
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
import type { RecordWriter } from '../../shared/codec/record-writer.js';
import { attributesBytesMax, finishRecord } from '../../shared/codec/span-encoder.js';
import type { SpanExtra, SpanSource } from '../../shared/codec/span-source.js';
import { ProducerCounter } from '../../shared/counters.js';
import { truncate } from '../trace/attribute-value.js';
import { randomNonZeroWord, randomWord } from '../trace/id-generator.js';
import { Parent } from '../trace/parent.js';
import { FLAG_RANDOM, FLAG_SAMPLED } from '../trace/span-flags.js';
import type { ActiveRecording } from './active-recording.js';
import type { NameEntry } from './name-table.js';
import type { OpenTemplateSpan } from './open-template-span.js';
import type { Recording } from './recording.js';
import type { TemplateAttribute, TemplateOptions } from './template.js';

const STATUS_ERROR = 2;
/** Key word, and an i64 or f64. */
const PRIMITIVE_BYTES = 12;

export class CompiledTemplate {
  readonly #active: ActiveRecording;
  readonly #recording: Recording;
  readonly #parent = new Parent();
  readonly #entry: NameEntry;
  readonly #scopeId: number;
  readonly #keys: readonly string[];
  readonly #ids: readonly number[];
  readonly #isDouble: readonly boolean[];
  readonly #kindBits: number;
  /** Everything but the strings among the values. */
  readonly #fixedBytesMax: number;

  constructor(options: TemplateOptions<readonly TemplateAttribute[]>, active: ActiveRecording) {
    const { name, kind = 0, scope, attributes = [] } = options;
    const recording = active.recording;
    this.#active = active;
    this.#recording = recording;
    this.#entry = recording.nameEntry(name);
    this.#scopeId = active.defineScope({
      name: scope?.name ?? 'offloop/recorder',
      version: scope?.version ?? '',
      schemaUrl: '',
      attributes: [],
    });
    this.#keys = attributes.map(([key]) => key);
    this.#ids = this.#keys.map((key) => recording.internKey(key));
    this.#isDouble = attributes.map(([, type]) => type === 'double');
    this.#kindBits = RecordType.Span | ((kind + 1) << 8);
    let bytes = SPAN_BODY * 4 + stringBytesMax(name.length) + 8;
    for (const [i, key] of this.#keys.entries()) {
      bytes += PRIMITIVE_BYTES + (this.#ids[i] === 0 ? stringBytesMax(key.length) : 0);
    }
    this.#fixedBytesMax = bytes;
  }

  /** Gives `span` its ids and start; leaves it without `compiled` if the sampler drops it. */
  open(span: OpenTemplateSpan, given: Context | SpanContext | undefined, startMillis: number): void {
    const parent = this.#parent;
    try {
      if (given === undefined) parent.fromContext(this.#active.contextManager.active());
      else if ('traceId' in given) parent.fromSpanContext(given);
      else parent.fromContext(given);
    } catch {
      this.#recording.countInvalidArgument();
      parent.none();
    }
    const hasParent = parent.present;
    span.traceId0 = hasParent ? parent.traceId0 : randomWord();
    span.traceId1 = hasParent ? parent.traceId1 : randomWord();
    span.traceId2 = hasParent ? parent.traceId2 : randomWord();
    span.traceId3 = hasParent ? parent.traceId3 : randomNonZeroWord();
    span.spanId0 = randomWord();
    span.spanId1 = randomNonZeroWord();
    span.startMillis = startMillis;
    const random = hasParent ? parent.flags & FLAG_RANDOM : 0;
    const sampled = this.#active.sampler.isSampled(
      parent.kind,
      span.traceId0,
      span.traceId1,
      span.traceId2,
      span.traceId3,
    );
    span.traceFlags = sampled ? FLAG_SAMPLED | random : random;
    span.traceState = hasParent ? parent.traceState : undefined;
    span.parentId0 = hasParent ? parent.spanId0 : 0;
    span.parentId1 = hasParent ? parent.spanId1 : 0;
    span.bits = hasParent ? SPAN_HAS_PARENT | (parent.remote ? SPAN_PARENT_IS_REMOTE : 0) : 0;
    span.compiled = sampled ? this : undefined;
  }

  /** Writes the finished span into its lane's ring, or counts why not. */
  write(span: OpenTemplateSpan, endMillis: number, values: readonly unknown[]): void {
    const recording = this.#recording;
    const lane = recording.laneOf(span.traceId3);
    let bytesMax = this.#fixedBytesMax;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') bytesMax += 3 * value.length;
    }
    if (recording.closed || span.traceState !== undefined || bytesMax > lane.ring.recordBytesMax) {
      recording.record(this.#source(span, endMillis, values));
      return;
    }
    const counters = lane.counters;
    counters[ProducerCounter.Recorded]++;
    const isError = (span.bits & SPAN_STATUS_MASK) === STATUS_ERROR;
    const offset = lane.ring.claim(bytesMax, isError ? 0 : lane.reservedBytes);
    if (offset < 0) {
      counters[ProducerCounter.DroppedQueueFull]++;
      return;
    }
    const { words, doubles } = lane.writer;
    const start = offset >> 2;
    words[start + SPAN_HEAD] = this.#kindBits | (span.traceFlags << 16) | (span.bits << 24);
    doubles[(start + SPAN_START) >> 1] = span.startMillis;
    doubles[(start + SPAN_END) >> 1] = endMillis;
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
    const end = this.#writeBody(lane.writer, start, values);
    lane.publish(finishRecord(words, start, end));
  }

  /** Writes the values, and how many they are; returns the index behind the record. */
  #writeBody(writer: RecordWriter, start: number, values: readonly unknown[]): number {
    const ids = this.#ids;
    const words = writer.words;
    const given = Math.min(values.length, ids.length);
    const limit = this.#recording.limits.attributeValueLengthLimit;
    let at = start + SPAN_BODY;
    if (this.#entry.id === 0) at = writer.string(at, this.#entry.name);
    let count = 0;
    for (let i = 0; i < given; i++) {
      const value = values[i];
      const id = ids[i];
      if (id === 0) {
        if (!isPrimitive(value)) continue;
        at = writer.inlineAttribute(
          at,
          this.#keys[i],
          typeof value === 'string' ? truncate(value, limit) : value,
        );
      } else if (typeof value === 'string') {
        words[at] = (id << 8) | ValueType.String;
        at = writer.string(at + 1, value.length <= limit ? value : truncate(value, limit));
      } else if (typeof value === 'number') {
        if (this.#isDouble[i]) {
          words[at] = (id << 8) | ValueType.Double;
          at = writer.double(at + 1, value);
        } else at = writer.attribute(at, id, value);
      } else if (typeof value === 'boolean') {
        words[at++] = (id << 8) | (value ? ValueType.True : ValueType.False);
      } else {
        if (value !== undefined && value !== null) this.#recording.countInvalidAttribute();
        continue;
      }
      count++;
    }
    words[start + SPAN_ATTRIBUTE_COUNT] = count;
    return at;
  }

  /** The same span in the general form: too large for the ring, after shutdown, or with a trace state. */
  #source(span: OpenTemplateSpan, endMillis: number, values: readonly unknown[]): SpanSource {
    const keys: string[] = [];
    const ids: number[] = [];
    const kept: AnyValue[] = [];
    const limit = this.#recording.limits.attributeValueLengthLimit;
    for (const [i, value] of values.slice(0, this.#ids.length).entries()) {
      if (!isPrimitive(value)) continue;
      keys.push(this.#keys[i]);
      ids.push(this.#ids[i]);
      kept.push(typeof value === 'string' ? truncate(value, limit) : value);
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
      attributes: { ...list, bytesMax: attributesBytesMax(list) },
      extra: span.traceState === undefined ? undefined : traceStateExtra(span.traceState.serialize()),
    };
  }
}

function traceStateExtra(traceState: string): SpanExtra {
  return {
    startUnix: undefined,
    endUnix: undefined,
    droppedAttributes: 0,
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
