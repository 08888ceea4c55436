// A span template over a tracer: what offloop/recorder does while plug-ins of the application are to see every span. The
// sampler is asked, processors are called, limits hold, as for any span. Thread: producer. Caller: template.ts.
// compiled-template.ts is the way without plug-ins. Never throws.

import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { TemplateAttribute, TemplateOptions } from './template.js';

export class ProvidedTemplate {
  readonly #options: TemplateOptions<readonly TemplateAttribute[]>;
  readonly #tracer: Tracer;

  constructor(options: TemplateOptions<readonly TemplateAttribute[]>, provider: TracerProvider) {
    this.#options = options;
    this.#tracer = provider.getTracer(options.scope?.name ?? 'offloop/recorder', options.scope?.version);
  }

  open(parent: Context | SpanContext | undefined, startMillis: number | undefined): ProvidedTemplateSpan {
    const { name, kind, attributes = [] } = this.#options;
    const options = {
      ...(kind === undefined ? undefined : { kind }),
      ...(startMillis === undefined ? undefined : { startTime: startMillis }),
    };
    return new ProvidedTemplateSpan(this.#tracer.startSpan(name, options, contextOf(parent)), attributes);
  }
}

export class ProvidedTemplateSpan {
  readonly #span: Span;
  readonly #attributes: readonly TemplateAttribute[];

  constructor(span: Span, attributes: readonly TemplateAttribute[]) {
    this.#span = span;
    this.#attributes = attributes;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  setError(): this {
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
    return this;
  }

  end(...values: readonly unknown[]): void {
    this.endAt(undefined, values);
  }

  /** Later calls are ignored. */
  endAt(endMillis: number | undefined, values: readonly unknown[]): void {
    if (!this.#span.isRecording()) return;
    for (const [i, [key]] of this.#attributes.entries()) {
      const value = values[i];
      if (value !== undefined && value !== null) this.#span.setAttribute(key, value as string);
    }
    this.#span.end(endMillis);
  }
}

/** Undefined: the active one. */
function contextOf(parent: Context | SpanContext | undefined): Context | undefined {
  if (parent === undefined || parent === null) return undefined;
  try {
    return 'traceId' in parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : parent;
  } catch {
    // A proxy whose traps throw.
    return ROOT_CONTEXT;
  }
}
