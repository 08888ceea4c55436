// The official SDK, @opentelemetry/sdk-trace 3.1.1, as a side of a comparison. Calls and exports go through
// differences.ts: each intended difference is normalised there, and nowhere else.

import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { AsyncLocalStorageContextManager } from '../../src/main/context/context-manager.js';
import { collector, Differences, type SpanNotes } from './differences.js';
import { spansOfReadable } from './exported-spans.js';
import type { Program, ProgramTracer } from './program.js';
import { ReplayedIds } from './replayed-ids.js';
import type { ExportedSpan, Side, StartedIds } from './run-program.js';

export class OfficialSide implements Side {
  readonly contextManager = new AsyncLocalStorageContextManager();
  readonly differences: Differences;
  readonly #notes = new Map<string, SpanNotes>();
  readonly #finished: ReadableSpan[] = [];
  readonly #provider: TracerProvider;

  constructor(program: Program, started: readonly StartedIds[]) {
    this.differences = new Differences(program);
    this.#provider = new TracerProvider({
      spanLimits: this.differences.limits(),
      sampler: officialSampler(program.sampler),
      idGenerator: new ReplayedIds(started, 'span id first'),
      spanProcessors: [collector(this.#finished)],
    });
  }

  tracer(definition: ProgramTracer, index: number): Tracer {
    const { version, schemaUrl } = definition;
    const name = this.differences.scopeName(definition, index);
    const tracer = this.#provider.getTracer(name, version, schemaUrl === undefined ? {} : { schemaUrl });
    return new OfficialTracer(tracer, this.differences, this.#notes);
  }

  exported(): ExportedSpan[] {
    return this.differences.exported(spansOfReadable(this.#finished), this.#notes);
  }
}

class OfficialTracer implements Tracer {
  readonly #tracer: Tracer;
  readonly #differences: Differences;
  readonly #notesOf: Map<string, SpanNotes>;

  constructor(tracer: Tracer, differences: Differences, notesOf: Map<string, SpanNotes>) {
    this.#tracer = tracer;
    this.#differences = differences;
    this.#notesOf = notesOf;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    const notes = this.#differences.notes();
    const given = this.#differences.startOptions(options, notes);
    return this.#wrap(this.#tracer.startSpan(this.#differences.name(name), given, context), notes);
  }

  startActiveSpan(name: string, ...rest: unknown[]): never {
    const notes = this.#differences.notes();
    const body = rest.at(-1) as (span: Span) => unknown;
    const call = (span: Span): unknown => body(this.#wrap(span, notes));
    const text = this.#differences.name(name);
    if (rest.length === 1) return this.#tracer.startActiveSpan(text, call) as never;
    const given = this.#differences.startOptions(rest[0], notes);
    if (rest.length === 2) return this.#tracer.startActiveSpan(text, given, call) as never;
    return this.#tracer.startActiveSpan(text, given, rest[1] as Context, call) as never;
  }

  #wrap(span: Span, notes: SpanNotes): Span {
    this.#notesOf.set(span.spanContext().spanId, notes);
    return new OfficialSpan(span, this.#differences, notes) as unknown as Span;
  }
}

class OfficialSpan {
  readonly #span: Span & { readonly attributes?: object };
  readonly #differences: Differences;
  readonly #notes: SpanNotes;

  constructor(span: Span, differences: Differences, notes: SpanNotes) {
    this.#span = span;
    this.#differences = differences;
    this.#notes = notes;
  }

  spanContext() {
    return this.#span.spanContext();
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  setAttribute(key: unknown, value: unknown): this {
    if (!this.isRecording()) return this;
    const given = this.#differences.attribute(key, value, this.#span.attributes ?? {}, this.#notes);
    if (given !== undefined) this.#span.setAttribute(given[0], given[1] as never);
    return this;
  }

  setAttributes(attributes: unknown): this {
    for (const [key, value] of Object.entries(Object(attributes))) this.setAttribute(key, value);
    return this;
  }

  addEvent(name: unknown, attributesOrTime?: unknown, time?: unknown): this {
    if (!this.isRecording()) return this;
    const given = this.#differences.event(name, attributesOrTime, time);
    const carrier = this.#differences.carry(given.attributes);
    this.#notes.events.push(carrier);
    const attributes = carrier === undefined ? given.attributes : undefined;
    this.#span.addEvent(given.name, attributes as never, given.time as never);
    return this;
  }

  addLink(link: unknown): this {
    if (!this.isRecording()) return this;
    const given = this.#differences.link(link, this.#notes);
    if (given !== undefined) this.#span.addLink(given);
    return this;
  }

  addLinks(links: unknown): this {
    for (const link of this.#differences.links(links)) this.addLink(link);
    return this;
  }

  setStatus(status: unknown): this {
    const given = this.#differences.status(status);
    if (given !== undefined) this.#span.setStatus(given);
    return this;
  }

  updateName(name: unknown): this {
    if (typeof name === 'string') this.#span.updateName(name);
    return this;
  }

  recordException(exception: unknown, time?: unknown, attributes?: unknown): void {
    if (!this.isRecording()) return;
    const event = this.#differences.exceptionEvent(exception, attributes);
    if (!this.#differences.isOrdinary(exception, attributes)) {
      if (event !== undefined) this.addEvent('exception', event, time);
      return;
    }
    if (event !== undefined) this.#notes.events.push(undefined);
    this.#span.recordException(exception as never, this.#differences.time(time) as never);
  }

  end(time?: unknown): void {
    this.#span.end(this.#differences.time(time) as never);
  }
}

function officialSampler({ name, ratio }: Program['sampler']): Sampler {
  const base = (): Sampler => {
    if (name.endsWith('always_on')) return new AlwaysOnSampler();
    return name.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
  };
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root: base() }) : base();
}
