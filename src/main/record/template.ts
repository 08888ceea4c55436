// HOT. A span template: what does not vary is declared once, a call writes only what does. Thread: producer.
// Caller: user code through offloop/recorder. Works before start() (records nothing) and after; never throws.
//
// Against the API's span it saves the attribute keys, the look-up of the name, the row of values and its object:
// values go straight from the call into the ring.

import type { Context, SpanContext, SpanKind, TracerProvider } from '@opentelemetry/api';
import { NOOP_TRACER } from '../trace/noop-tracer.js';
import { activeRecording } from './active-recording.js';
import {
  CompiledTemplate,
  NOT_RECORDED,
  NOW,
  TAKES_GENERAL_FORM,
  templateScope,
} from './compiled-template.js';
import { INERT_SPAN } from './open-template-span.js';
import { ProvidedTemplate } from './provided-template.js';

export type TemplateAttributeType = 'string' | 'int' | 'double' | 'boolean';
export type TemplateAttribute = readonly [key: string, type: TemplateAttributeType];

interface ValueTypes {
  string: string;
  int: number;
  double: number;
  boolean: boolean;
}

/** The values of a template's attributes, in their order; undefined leaves one out. */
export type TemplateValues<A extends readonly TemplateAttribute[]> = {
  -readonly [I in keyof A]: ValueTypes[A[I][1]] | undefined;
};

export interface TemplateOptions<A extends readonly TemplateAttribute[]> {
  /** Name of all spans made from the template. */
  readonly name: string;
  /** Default INTERNAL. */
  readonly kind?: SpanKind;
  /** Instrumentation scope. Default: name `offloop/recorder`, no version. */
  readonly scope?: { readonly name: string; readonly version?: string };
  /** Keys and types of the attributes; values are given in this order. At most 128. Default none. */
  readonly attributes?: A;
}

/** An open span made from a template. */
export interface TemplateSpan<V extends readonly unknown[]> {
  /** Usable as a parent and for propagation, also after the end; invalid before start() was called. */
  spanContext(): SpanContext;
  /** True if the span will be exported. */
  isRecording(): boolean;
  /** Gives the span the status Error. */
  setError(): this;
  /** Ends the span now. Later calls are ignored. */
  end(...values: V): void;
}

/** Its spans record nothing, and children of theirs have the parent that they would have had. */
const SWITCHED_OFF: TracerProvider = { getTracer: () => NOOP_TRACER };

export class SpanTemplate<V extends readonly unknown[]> {
  readonly #options: TemplateOptions<readonly TemplateAttribute[]>;
  #compiled: CompiledTemplate | undefined;
  /** Instead, while plug-ins of the application are to see every span. */
  #provided: ProvidedTemplate | undefined;
  #compiledFor: ReturnType<typeof activeRecording>;

  constructor(options: TemplateOptions<readonly TemplateAttribute[]>) {
    this.#options = options;
  }

  /**
   * Starts a span now. Its parent is the active context's span, or the one given: a context, or a span context
   * such as another span's `spanContext()`. The sampler decides as for any span.
   */
  start(parent?: Context | SpanContext): TemplateSpan<V> {
    const compiled = this.#compile();
    const span =
      compiled === undefined
        ? (this.#provided?.open(parent, undefined) ?? INERT_SPAN)
        : compiled.open(parent, NOW);
    return span as unknown as TemplateSpan<V>;
  }

  /**
   * Records a span that was measured before: start and end are `performance.now()` values. `parent` as in `start`.
   */
  record(
    startMillis: number,
    endMillis: number,
    parent: Context | SpanContext | undefined,
    ...values: V
  ): void {
    const compiled = this.#compile();
    if (compiled === undefined) {
      this.#provided?.open(parent, startMillis).endAt(endMillis, values);
      return;
    }
    const span = compiled.open(parent, compiled.checkedMillis(startMillis));
    if (!span.isRecording()) return;
    const checkedEndMillis = compiled.checkedEndMillis(endMillis, span.startMillis);
    let stringLength = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') stringLength += value.length;
    }
    let at = NOT_RECORDED;
    try {
      at = compiled.begin(span, checkedEndMillis, stringLength);
      if (at >= 0) {
        for (let i = 0; i < values.length; i++) at = compiled.value(at, i, values[i]);
        compiled.finish(at);
      }
    } catch (error) {
      compiled.giveUp(error);
      return;
    }
    if (at === TAKES_GENERAL_FORM) {
      const all: unknown[] = [];
      for (let i = 0; i < values.length; i++) all.push(values[i]);
      compiled.recordGeneral(span, checkedEndMillis, all);
    }
  }

  /** The template as the recording of this thread sees it; undefined before start(), and where tracers make the spans. */
  #compile(): CompiledTemplate | undefined {
    const active = activeRecording();
    if (active === this.#compiledFor) return this.#compiled;
    this.#compiledFor = active;
    this.#compiled = undefined;
    this.#provided = undefined;
    if (active === undefined) return undefined;
    if ('tracerProvider' in active) {
      this.#provided = new ProvidedTemplate(this.#options, active.tracerProvider);
      return undefined;
    }
    if (active.scopes?.isFieldsOn(templateScope(this.#options.scope)) === false) {
      this.#provided = new ProvidedTemplate(this.#options, SWITCHED_OFF);
      return undefined;
    }
    this.#compiled = new CompiledTemplate(this.#options, active);
    return this.#compiled;
  }
}
