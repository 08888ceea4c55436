// Test tooling, in the child process. Applies a span plan to the ordinary API. Caller: app.ts.

import {
  type AnyValue,
  type Attributes,
  type Context,
  context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type TimeInput,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type {
  PlannedAttributes,
  PlannedContext,
  PlannedLink,
  PlannedScope,
  PlannedTime,
  SpanPlan,
} from './span-plan.ts';

/** What only the recording process knows of a span; the rest follows from the plan. */
export type RecordedSpan = readonly [
  traceId: string,
  spanId: string,
  traceFlags: number,
  /** Wall clock before the span was started and after it was ended, whole milliseconds. */
  beforeUnixMillis: number,
  afterUnixMillis: number,
];

export class PlanRecorder {
  readonly #tracers = new Map<PlannedScope, Tracer>();
  /** Contexts of the last spans, for the children among the following ones. */
  readonly #contexts = new Map<number, SpanContext>();

  record(plan: SpanPlan, keptSpans: number): RecordedSpan {
    const beforeUnixMillis = Date.now();
    const span = this.#start(plan);
    for (const [i, [key, value]] of plan.laterAttributes.entries()) {
      if (i % 3 === 2) span.setAttributes(toAttributes([[key, value]]));
      else span.setAttribute(key, value as AnyValue);
    }
    recordEvents(span, plan);
    if (plan.laterLinks.length === 1) span.addLink(toLink(plan.laterLinks[0] as PlannedLink));
    else if (plan.laterLinks.length > 1) span.addLinks(plan.laterLinks.map(toLink));
    for (const status of plan.statusCalls) span.setStatus({ ...status });
    if (plan.renamedTo !== undefined) span.updateName(plan.renamedTo);
    span.end(toTimeInput(plan.end));

    const spanContext = span.spanContext();
    this.#contexts.set(plan.index, spanContext);
    this.#contexts.delete(plan.index - keptSpans);
    return [spanContext.traceId, spanContext.spanId, spanContext.traceFlags, beforeUnixMillis, Date.now()];
  }

  #start(plan: SpanPlan): Span {
    const tracer = this.#tracer(plan.scope);
    const options = {
      kind: plan.kind,
      ...(plan.startAttributes.length > 0 ? { attributes: toAttributes(plan.startAttributes) } : {}),
      ...(plan.startLinks.length > 0 ? { links: plan.startLinks.map(toLink) } : {}),
      ...(plan.start.form === 'now' ? {} : { startTime: toTimeInput(plan.start) as TimeInput }),
    };
    const parent = this.#parentContext(plan);
    switch (plan.index % 3) {
      case 0:
        return context.with(parent, () => tracer.startSpan(plan.name, options));
      case 1:
        return tracer.startActiveSpan(plan.name, options, parent, (span) => span);
      default:
        return tracer.startSpan(plan.name, options, parent);
    }
  }

  #tracer(scope: PlannedScope): Tracer {
    let tracer = this.#tracers.get(scope);
    if (tracer === undefined) {
      // trace.getTracer() has no third argument; the provider's own method has.
      const provider = trace.getTracerProvider();
      const options = scope.schemaUrl === undefined ? undefined : { schemaUrl: scope.schemaUrl };
      tracer = provider.getTracer(scope.name, scope.version, options);
      this.#tracers.set(scope, tracer);
    }
    return tracer;
  }

  #parentContext(plan: SpanPlan): Context {
    switch (plan.parent.kind) {
      case 'root':
        return ROOT_CONTEXT;
      case 'local':
        return trace.setSpanContext(ROOT_CONTEXT, this.#contexts.get(plan.parent.index) as SpanContext);
      case 'remote':
        return trace.setSpanContext(ROOT_CONTEXT, toSpanContext(plan.parent.context));
    }
  }
}

function recordEvents(span: Span, plan: SpanPlan): void {
  for (const event of plan.events) {
    const time = toTimeInput(event.time);
    if (event.exception !== undefined) span.recordException(event.exception, time);
    else if (event.attributes.length === 0) span.addEvent(event.name, time);
    else span.addEvent(event.name, toAttributes(event.attributes), time);
  }
}

function toTimeInput(time: PlannedTime): TimeInput | undefined {
  switch (time.form) {
    case 'hrtime':
      return [time.seconds, time.nanos];
    case 'date':
      return new Date(time.millis);
    case 'epoch':
      return time.millis;
    case 'performance':
      return performance.now() - time.beforeMillis;
    case 'now':
      return undefined;
  }
}

function toAttributes(attributes: PlannedAttributes): Attributes {
  return Object.fromEntries(attributes) as Attributes;
}

function toLink(link: PlannedLink): Link {
  return {
    context: toSpanContext(link.context),
    ...(link.attributes.length > 0 ? { attributes: toAttributes(link.attributes) } : {}),
  };
}

function toSpanContext(planned: PlannedContext): SpanContext {
  const { traceState, ...rest } = planned;
  return { ...rest, ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }) };
}
