// HOT. A finished span of anybody's SDK (OTel JS 1.30 to 3.x, offloop's own SdkSpan) as the span encoder takes it.
// Thread: producer. Caller: readable-span-recorder.ts, which reads one span after the other into the same instance.
//
// All times are wall-clock times, to the nanosecond. Every property may be a getter that throws, or have any type:
// `read` may throw, and its caller counts that; what is not what it should be, but not needed, is left out and counted.

import type { TraceState } from '@opentelemetry/api';
import { RecordType, SPAN_HAS_PARENT, SPAN_PARENT_IS_REMOTE } from '../../../shared/codec/record-layout.js';
import type { SpanExtra, SpanSource, UnixTime } from '../../../shared/codec/span-source.js';
import type { NameEntry } from '../../record/name-table.js';
import type { Recording } from '../../record/recording.js';
import type { ReadableSpan } from '../../sdk/types.js';
import { hasOwnWords } from '../../trace/ids/span-identity.js';
import { traceStateText } from '../../trace/trace-state.js';
import { HexWords } from './hex-words.js';
import { ReadableAttributes } from './readable-attributes.js';
import { countOf, NO_EVENTS, NO_LINKS, readEvents, readLinks } from './readable-items.js';
import { readTime } from './readable-time.js';
import type { ScopeTable } from './scope-table.js';

const KIND_MAX = 4;
const STATUS_MAX = 2;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/** What SDKs before 2.0 call it. */
interface OlderNames {
  readonly parentSpanId?: unknown;
  readonly instrumentationLibrary?: unknown;
}

interface FlagsAndState {
  readonly traceFlags: number;
  readonly traceState?: TraceState | undefined;
}

class ReadableExtra implements SpanExtra {
  readonly startUnix = { seconds: 0, nanos: 0 };
  readonly endUnix = { seconds: 0, nanos: 0 };
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  traceState = '';
  statusMessage = '';
  events = NO_EVENTS;
  links = NO_LINKS;
}

export class ReadableSpanSource implements SpanSource {
  traceId0 = 0;
  traceId1 = 0;
  traceId2 = 0;
  traceId3 = 0;
  spanId0 = 0;
  spanId1 = 0;
  parentId0 = 0;
  parentId1 = 0;
  head = 0;
  /** The times of the extra section stand for both. */
  readonly startMillis = 0;
  readonly endMillis = 0;
  scopeId = 0;
  readonly attributeList: ReadableAttributes;
  readonly extra = new ReadableExtra();
  readonly #recording: Recording;
  readonly #scopes: ScopeTable;
  readonly #hex = new HexWords();
  #name: NameEntry;

  constructor(recording: Recording, scopes: ScopeTable) {
    this.#recording = recording;
    this.#scopes = scopes;
    this.attributeList = new ReadableAttributes(recording);
    this.#name = recording.nameEntry('');
  }

  get nameId(): number {
    return this.#name.id;
  }

  get name(): string {
    return this.#name.name;
  }

  /** False: its ids are none, so it cannot be sent. Throws what the span's properties throw. */
  read(span: ReadableSpan): boolean {
    const recording = this.#recording;
    const { extra } = this;
    const context = this.#readContext(span);
    if (context === undefined) return false;
    const bits = this.#readParent(span);
    const { status } = span;
    const code = status?.code;
    const statusBits = typeof code === 'number' && code >= 0 && code <= STATUS_MAX ? code : 0;
    const { kind } = span;
    const kindNumber = typeof kind === 'number' && kind >= 0 && kind <= KIND_MAX ? kind + 1 : 0;
    const flags = typeof context.traceFlags === 'number' ? context.traceFlags & 0xff : 0;
    this.head = RecordType.Span | (kindNumber << 8) | (flags << 16) | ((statusBits | bits) << 24);
    this.#name = recording.nameEntry(span.name);
    this.scopeId = this.#scopes.idOf(
      span.instrumentationScope ?? (span as unknown as OlderNames).instrumentationLibrary,
    );
    this.#readTimes(span.startTime, span.endTime);
    const message = status?.message;
    extra.statusMessage = typeof message === 'string' ? message : '';
    const { traceState } = context;
    extra.traceState = traceState === undefined ? '' : traceStateText(traceState, recording);
    this.attributeList.fill(span.attributes, recording);
    extra.droppedAttributes = countOf(span.droppedAttributesCount) + this.attributeList.dropped;
    extra.events = readEvents(span.events, recording);
    extra.droppedEvents = countOf(span.droppedEventsCount);
    extra.links = readLinks(span.links, recording);
    extra.droppedLinks = countOf(span.droppedLinksCount);
    return true;
  }

  /** Holds on to nothing of the span. */
  clear(): void {
    this.attributeList.clear(this.#recording);
    const { extra } = this;
    extra.traceState = '';
    extra.statusMessage = '';
    extra.events = NO_EVENTS;
    extra.links = NO_LINKS;
  }

  /** Its flags and trace state; undefined: it has no ids that could be sent. */
  #readContext(span: ReadableSpan): FlagsAndState | undefined {
    if (hasOwnWords(span)) {
      this.traceId0 = span.traceId0;
      this.traceId1 = span.traceId1;
      this.traceId2 = span.traceId2;
      this.traceId3 = span.traceId3;
      this.spanId0 = span.spanId0;
      this.spanId1 = span.spanId1;
      return span;
    }
    const context = span.spanContext();
    return this.#readIds(context.traceId, context.spanId) ? context : undefined;
  }

  #readIds(traceId: unknown, spanId: unknown): boolean {
    if (typeof traceId !== 'string' || traceId.length !== TRACE_ID_DIGITS) return false;
    if (typeof spanId !== 'string' || spanId.length !== SPAN_ID_DIGITS) return false;
    const hex = this.#hex;
    hex.invalid = 0;
    this.traceId0 = hex.word(traceId, 0);
    this.traceId1 = hex.word(traceId, 8);
    this.traceId2 = hex.word(traceId, 16);
    this.traceId3 = hex.word(traceId, 24);
    this.spanId0 = hex.word(spanId, 0);
    this.spanId1 = hex.word(spanId, 8);
    return hex.invalid === 0;
  }

  /** The SPAN_* bits that tell of the parent. An id that is none: no parent. */
  #readParent(span: ReadableSpan): number {
    this.parentId0 = 0;
    this.parentId1 = 0;
    const parent = span.parentSpanContext;
    const id: unknown = parent === undefined ? (span as unknown as OlderNames).parentSpanId : parent?.spanId;
    if (id === undefined || id === '') return remoteBit(parent);
    if (typeof id !== 'string' || id.length !== SPAN_ID_DIGITS) {
      this.#recording.countInvalidArgument();
      return 0;
    }
    const hex = this.#hex;
    hex.invalid = 0;
    const id0 = hex.word(id, 0);
    const id1 = hex.word(id, 8);
    if (hex.invalid !== 0) {
      this.#recording.countInvalidArgument();
      return 0;
    }
    this.parentId0 = id0;
    this.parentId1 = id1;
    return SPAN_HAS_PARENT | remoteBit(parent);
  }

  /** What is no time becomes the other one of the two, or now. */
  #readTimes(start: unknown, end: unknown): void {
    const { startUnix, endUnix } = this.extra;
    const hasStart = readTime(start, startUnix);
    const hasEnd = readTime(end, endUnix);
    if (hasStart && hasEnd) return;
    this.#recording.countInvalidTime();
    if (!hasStart && !hasEnd) nowInto(startUnix);
    if (hasEnd) copyTime(endUnix, startUnix);
    else copyTime(startUnix, endUnix);
  }
}

function remoteBit(parent: ReadableSpan['parentSpanContext']): number {
  return parent?.isRemote === true ? SPAN_PARENT_IS_REMOTE : 0;
}

function nowInto(time: { seconds: number; nanos: number }): void {
  const millis = Date.now();
  time.seconds = Math.floor(millis / 1000);
  time.nanos = (millis % 1000) * 1e6;
}

function copyTime(from: UnixTime, to: { seconds: number; nanos: number }): void {
  to.seconds = from.seconds;
  to.nanos = from.nanos;
}
