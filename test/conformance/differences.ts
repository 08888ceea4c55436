// Every intended difference between offloop and OpenTelemetry JS 3.1.1, each normalised in one place: either what the
// official SDK is given, or what it exported, is changed into what stands for offloop's behaviour. docs/differences.md
// lists them under the names used here, with reasons; differences.test.ts shows both behaviours of each.

import {
  type Attributes,
  type Link,
  ROOT_CONTEXT,
  type SpanOptions,
  type SpanStatus,
} from '@opentelemetry/api';
import { isAnyValue, isSimpleAttributeValue, isTimeInput } from '@opentelemetry/core';
import { AlwaysOnSampler, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import type { NormalAttribute, NormalSpan, NormalValue } from '../support/otlp-decoder.js';
import { sortAttributes } from '../support/otlp-decoder.js';
import { spansOfReadable } from './exported-spans.js';
import type { Program, ProgramTracer } from './program.js';
import type { ExportedSpan } from './run-program.js';

/** Before a key or a name that stands for another one on the official side; no program has it. */
const MARK = '\u0002';
const UNIX_NANOS_MAX = 2n ** 64n;
const RANDOM = 0x02;

/** What was done to the calls of one span, and has to be done to its export. */
export interface SpanNotes {
  /** Of each event in order: the carrier of its attributes, if it has one. */
  readonly events: (string | undefined)[];
  /** Of each link in order: the count it was given with. */
  readonly linkCounts: number[];
  droppedLinks: number;
  discardedAttributes: number;
}

export class Differences {
  readonly #program: Program;
  readonly #depthLimit: number;
  readonly #countLimit: number;
  readonly #eventLimit: number;
  readonly #linkLimit: number;
  readonly #lengthLimit: number;
  readonly #carrierSpans: ReadableSpan[] = [];
  readonly #carrierTracer;

  constructor(program: Program) {
    const { limits } = program;
    this.#program = program;
    this.#depthLimit = limits.attributeDepthLimit ?? 64;
    this.#countLimit = limits.attributeCountLimit ?? 128;
    this.#eventLimit = limits.eventCountLimit ?? 128;
    this.#linkLimit = limits.linkCountLimit ?? 128;
    this.#lengthLimit = limits.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY;
    const perEvent = limits.attributePerEventCountLimit ?? 128;
    this.#carrierTracer = new TracerProvider({
      spanLimits: { ...this.limits(), attributePerLinkCountLimit: perEvent },
      sampler: new AlwaysOnSampler(),
      spanProcessors: [collector(this.#carrierSpans)],
    }).getTracer('carriers');
  }

  notes(): SpanNotes {
    return { events: [], linkCounts: [], droppedLinks: 0, discardedAttributes: 0 };
  }

  // ---- what the official SDK is given ------------------------------------------------------------------------

  /** `incoming-dropped`: the official SDK keeps all events and links; `exported` cuts them. */
  limits() {
    const { attributeDepthLimit: _, ...limits } = this.#program.limits;
    return { ...limits, eventCountLimit: Number.POSITIVE_INFINITY, linkCountLimit: Number.POSITIVE_INFINITY };
  }

  /** `scope-attributes`: a scope that has some gets a name of its own; `exported` takes the name apart. */
  scopeName({ name, attributes }: ProgramTracer, index: number): string {
    return Object.keys(attributes).length === 0 ? name : `${name}${MARK}${index}`;
  }

  /** `wrong-arguments`: what makes no sense has offloop's default. */
  name(name: unknown): string {
    return typeof name === 'string' ? name : '';
  }

  startOptions(options: unknown, notes: SpanNotes): SpanOptions {
    const { kind, attributes, links, startTime, root } = Object(options) as Record<string, unknown>;
    return {
      ...(isKind(kind) ? { kind } : {}),
      ...(isObject(attributes) ? { attributes: this.attributes(attributes) as Attributes } : {}),
      links: this.links(links).flatMap((link) => this.link(link, notes) ?? []),
      ...(this.time(startTime) === undefined ? {} : { startTime: this.time(startTime) as never }),
      root: root === true,
    };
  }

  /** `wrong-arguments` and `link-ids`: a link that links to nothing is left out, and counted. */
  link(link: unknown, notes: SpanNotes): Link | undefined {
    const { context, attributes, droppedAttributesCount } = Object(link) as Record<string, unknown>;
    const { traceId, spanId } = Object(context) as Record<string, unknown>;
    if (!/^[0-9a-f]{32}$/.test(String(traceId)) || !/^[0-9a-f]{16}$/.test(String(spanId))) {
      notes.droppedLinks++;
      return undefined;
    }
    notes.linkCounts.push(linkCount(droppedAttributesCount));
    return {
      context: context as Link['context'],
      ...(isObject(attributes) ? { attributes: this.attributes(attributes) as Attributes } : {}),
    };
  }

  links(links: unknown): readonly unknown[] {
    return Array.isArray(links) ? links : [];
  }

  /** `wrong-arguments`: a status that is none changes nothing, a message that is no text is none. */
  status(status: unknown): SpanStatus | undefined {
    const { code, message } = Object(status) as Record<string, unknown>;
    if (code !== 0 && code !== 1 && code !== 2) return undefined;
    return typeof message === 'string' ? { code, message } : { code };
  }

  /** `invalid-times`: what is no time between 1970 and 2554 is now; nanoseconds above a second are carried. */
  time(time: unknown): unknown {
    if (typeof time === 'number') return time >= 0 && isUnixNanos(time * 1e6) ? time : undefined;
    if (time instanceof Date) return isUnixNanos(time.getTime() * 1e6) ? time : undefined;
    if (!isTimeInput(time)) return undefined;
    const [seconds, nanos] = time as [number, number];
    if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return undefined;
    const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
    if (total < 0n || total >= UNIX_NANOS_MAX - 709_551_616n) return undefined;
    return [Number(total / 1_000_000_000n), Number(total % 1_000_000_000n)];
  }

  /** Undefined: `wrong-arguments`, a key that is no text; the attribute is left out, and counted. */
  attribute(key: unknown, value: unknown, present: object, notes: SpanNotes): [string, unknown] | undefined {
    if (value === undefined) return undefined;
    if (typeof key !== 'string') {
      notes.discardedAttributes++;
      return undefined;
    }
    const given: [string, unknown] = [markedKey(key), this.value(value, 1)];
    this.#noteDiscarded(given, present, notes);
    return given;
  }

  /** `discarded-counts`: setAttribute counts what has no OTLP form, as attributes given at the start are counted. */
  #noteDiscarded([key, value]: [string, unknown], present: object, notes: SpanNotes): void {
    const isPastLimit = !Object.hasOwn(present, key) && Object.keys(present).length >= this.#countLimit;
    if (key === '' || (!isPastLimit && !isAnyValue(value))) notes.discardedAttributes++;
  }

  attributes(attributes: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [markedKey(key), this.value(value, 1)]),
    );
  }

  /** A value as offloop understands it: `more-kinds`, `depth-limit`, `parts-without-form`, `object-keys`. */
  value(value: unknown, depth: number): unknown {
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
    if (!isObject(value) || value instanceof Uint8Array) return value;
    if (depth > this.#depthLimit) return null;
    if (Array.isArray(value)) {
      return value.map((item) => (hasForm(item) ? this.value(item, depth + 1) : null));
    }
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).filter(
      ([, item]) => hasForm(item) || this.#isTooDeep(item, depth + 1),
    );
    return Object.fromEntries(entries.map(([key, item]) => [markedKey(key), this.value(item, depth + 1)]));
  }

  #isTooDeep(value: unknown, depth: number): boolean {
    return isObject(value) && depth > this.#depthLimit;
  }

  event(name: unknown, attributesOrTime: unknown, time: unknown) {
    const isTime = isTimeInput(attributesOrTime);
    return {
      name: this.name(name),
      attributes: !isTime && isObject(attributesOrTime) ? this.attributes(attributesOrTime) : undefined,
      time: this.time(isTime && !isTimeInput(time) ? attributesOrTime : time),
    };
  }

  /** `event-attributes`: attributes that the official SDK refuses in events travel as a link's; gives the carrier's name. */
  carry(attributes: Record<string, unknown> | undefined): string | undefined {
    if (attributes === undefined || Object.values(attributes).every(isSimpleOrAbsent)) return undefined;
    const name = String(this.#carrierSpans.length);
    const context = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 0 };
    const links = [{ context, attributes: attributes as Attributes }];
    // Not in the active context, which may suppress tracing.
    this.#carrierTracer.startSpan(name, { links }, ROOT_CONTEXT).end();
    return name;
  }

  /**
   * Undefined: no event. `exception-parts`: name, message, stack and code that are no texts are not taken;
   * `exception-attributes`: the third argument, which the official SDK does not have.
   */
  exceptionEvent(exception: unknown, attributes: unknown): object | undefined {
    if (typeof exception === 'string') {
      return exception === '' ? undefined : { 'exception.message': exception, ...inOrder(attributes) };
    }
    if (!isObject(exception)) return undefined;
    const { code, name, message, stack } = exception as Record<string, unknown>;
    const isCode = ['string', 'number', 'bigint', 'boolean'].includes(typeof code) && Boolean(code);
    const described = Object.entries({
      'exception.type': isCode ? String(code) : name,
      'exception.message': message,
      'exception.stacktrace': stack,
    }).filter(([, text]) => typeof text === 'string' && text !== '');
    if (described.every(([key]) => key === 'exception.stacktrace')) return undefined;
    return { ...Object.fromEntries(described), ...inOrder(attributes) };
  }

  /** Whether recordException can be called as it is. */
  isOrdinary(exception: unknown, attributes: unknown): boolean {
    if (isObject(attributes)) return false;
    if (!isObject(exception)) return true;
    // `wrong-arguments`: there it is made a text for a message, and this one has no toString.
    if (Object.getPrototypeOf(exception) === null) return false;
    const { code, name, message, stack } = exception as Record<string, unknown>;
    return (
      !isObject(code) &&
      [name, message, stack].every((part) => part === undefined || typeof part === 'string')
    );
  }

  // ---- what the official SDK exported ------------------------------------------------------------------------

  exported(exported: readonly ExportedSpan[], notesOf: ReadonlyMap<string, SpanNotes>): ExportedSpan[] {
    const carriers = new Map(
      spansOfReadable(this.#carrierSpans).map(({ span }) => [span.name, span.links[0]]),
    );
    return exported.map(({ scope, span }) => {
      const notes = notesOf.get(span.spanId);
      if (notes === undefined) throw new Error(`span ${span.spanId} was never started`);
      const events = span.events.map((event, i) => {
        const carried = carriers.get(notes.events[i] ?? '');
        if (carried === undefined) return event;
        return { ...event, attributes: carried.attributes, droppedAttributes: carried.droppedAttributes };
      });
      const links = span.links.map((link, i) => ({
        ...link,
        // `link-counts`: the count that a link was given with stays.
        droppedAttributes: link.droppedAttributes + (notes.linkCounts[i] ?? 0),
      }));
      return sortAttributes({
        scope: this.#scope(scope),
        span: this.#values({
          ...span,
          flags: span.flags | this.#randomFlag(span),
          events: events.slice(0, this.#eventLimit),
          droppedEvents: span.droppedEvents + Math.max(0, events.length - this.#eventLimit),
          links: links.slice(0, this.#linkLimit),
          droppedLinks: span.droppedLinks + Math.max(0, links.length - this.#linkLimit) + notes.droppedLinks,
          droppedAttributes: span.droppedAttributes + notes.discardedAttributes,
        }),
      });
    });
  }

  /** `random-flag`: set on roots, kept from remote parents. */
  #randomFlag({ traceId }: { readonly traceId: string }): number {
    const remote = this.#program.remotes.find((each) => each.traceId === traceId);
    if (remote !== undefined) return remote.traceFlags & RANDOM;
    return this.#program.randomFlag ? RANDOM : 0;
  }

  /** The same for a span context that a caller sees. */
  seenFlags(context: { readonly traceId: string; readonly traceFlags: number }): number {
    if (/^0+$/.test(context.traceId)) return context.traceFlags;
    return context.traceFlags | this.#randomFlag(context);
  }

  #scope(scope: ExportedSpan['scope']): ExportedSpan['scope'] {
    const [name, index] = scope.name.split(MARK);
    if (index === undefined) return scope;
    const { attributes } = this.#program.tracers[Number(index)] as ProgramTracer;
    const entries = Object.entries(attributes)
      .slice(0, this.#countLimit)
      .map(([key, value]) => this.#attribute({ key, value: plainNormalValue(value) }));
    return { ...scope, name: name as string, attributes: entries };
  }

  #values(span: NormalSpan): NormalSpan {
    const of = <T extends { attributes: NormalAttribute[] }>(each: T): T => ({
      ...each,
      attributes: each.attributes.map(this.#attribute),
    });
    return { ...of(span), events: span.events.map(of), links: span.links.map(of) };
  }

  readonly #attribute = ({ key, value }: NormalAttribute): NormalAttribute => {
    return { key: key.replace(MARK, ''), value: this.#cut(value) };
  };

  /** `length-limit-zero`: a limit like any other. `whole-characters`: no half of a surrogate pair is left. */
  #cut(value: NormalValue): NormalValue {
    if ('array' in value) return { array: value.array.map((item) => this.#cut(item)) };
    if ('map' in value) return { map: value.map.map(this.#attribute) };
    if ('bytes' in value) return this.#lengthLimit === 0 ? { bytes: '' } : value;
    if (!('string' in value)) return value;
    if (this.#lengthLimit === 0) return { string: '' };
    const endsInHalf = value.string.length === this.#lengthLimit && value.string.endsWith('\ufffd');
    return endsInHalf ? { string: value.string.slice(0, -1) } : value;
  }
}

export function collector(spans: ReadableSpan[]) {
  return {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => void spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

function markedKey(key: string): string {
  return key === '__proto__' || key === 'constructor' ? MARK + key : key;
}

/** Entries which stay behind those of the exception: keys that look like indexes would move to the front. */
function inOrder(attributes: unknown): Record<string, unknown> {
  const entries = Object.entries(Object(attributes));
  return Object.fromEntries(entries.map(([key, value]) => [/^\d+$/.test(key) ? MARK + key : key, value]));
}

function plainNormalValue(value: string | number | boolean): NormalValue {
  if (typeof value === 'string') return { string: value };
  return typeof value === 'boolean' ? { bool: value } : { int: String(value) };
}

function linkCount(count: unknown): number {
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function isKind(kind: unknown): kind is 0 | 1 | 2 | 3 | 4 {
  return [0, 1, 2, 3, 4].includes(kind as number);
}

function isUnixNanos(nanos: number): boolean {
  return nanos >= 0 && nanos < 18_446_744_073e9;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a part of a value has an OTLP form. */
function hasForm(value: unknown): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  if (typeof value === 'symbol' || typeof value === 'function') return false;
  if (!isObject(value) || value instanceof Uint8Array || Array.isArray(value)) return true;
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer || isPlain(value);
}

function isSimpleOrAbsent(value: unknown): boolean {
  return value === undefined || isSimpleAttributeValue(value);
}
