// Starts SdkSpans: parent, trace id, sampler, span id, span. Thread: producer. Made by basic-tracer-provider.ts. Callers: user
// code and instrumentations through the API's Tracer. Never throws, whatever it is given and whatever plug-ins do.
// Specification: Trace SDK, "SDK Span creation"; "Enabled".

import {
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  type SpanOptions,
  type Tracer,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { withSpan } from '../context/span-context-node.js';
import { isSuppressed } from '../context/suppression.js';
import type { CheckedSampling } from '../plug-ins/checked-sampler.js';
import type { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { FLAG_RANDOM, FLAG_SAMPLED } from '../trace/ids/span-flags.js';
import type { SpanOrigin } from '../trace/span.js';
import { UnsampledSpan } from '../trace/unsampled-span.js';
import { AttributeBag } from './attribute-bag.js';
import type { InputProblems } from './input-problems.js';
import { INSPECT, type Inspect, type InspectOptions, inspected, inspectedResource } from './inspected.js';
import { Lineage } from './lineage.js';
import { startRingSpan } from './ring-span.js';
import { SdkSpan, type SdkSpanOrigin } from './span.js';
import { linksAtStart, readableOptions, seenBySampler, spanKind, spanName } from './start-input.js';
import type { SdkTracerParts } from './tracer-parts.js';
import { SamplingDecision, type SpanTimeSource } from './types.js';

export class SdkTracer implements Tracer, SdkSpanOrigin {
  readonly instrumentationScope: InstrumentationScope;
  private readonly _parts: SdkTracerParts;
  /** Given: no processor reads spans, unless one came later, and those that are sampled go straight to the ring. */
  private readonly _ring: SpanOrigin | undefined;
  /** What the provider's configurator says of this scope, and of which version it was. */
  private _configuredOn = true;
  private _configuredVersion = -1;

  constructor(
    instrumentationScope: InstrumentationScope,
    parts: SdkTracerParts,
    ring: SpanOrigin | undefined,
  ) {
    this.instrumentationScope = instrumentationScope;
    this._parts = parts;
    this._ring = ring;
    this.isConfiguredOn();
  }

  get resource(): Resource {
    return this._parts.resource;
  }

  get limits(): SpanLimits {
    return this._parts.limits;
  }

  get processor(): MultiSpanProcessor {
    return this._parts.processor;
  }

  get problems(): InputProblems {
    return this._parts.problems;
  }

  get timeSource(): SpanTimeSource | undefined {
    return this._parts.timeSource;
  }

  /** False: nobody would see a span of this tracer, so none needs to be made. */
  enabled(): boolean {
    return this.isOn() && this._parts.processor.processors.length > 0;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    try {
      return this.start(name, options ?? {}, context ?? contextApi.active());
    } catch {
      return this.startReadable(name, options, context);
    }
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: unknown[]): unknown {
    if (rest.length === 0) return undefined;
    const fn = rest[Math.min(rest.length, 3) - 1] as (span: Span) => unknown;
    if (typeof fn !== 'function') {
      this._parts.problems.argument('the function of startActiveSpan');
      return undefined;
    }
    const options = rest.length >= 2 ? (rest[0] as SpanOptions) : undefined;
    const parent = (rest.length >= 3 ? (rest[1] as Context | undefined) : undefined) ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(withSpan(parent, span), fn, undefined, span);
  }

  [INSPECT](depth: number, options: InspectOptions, inspect: Inspect): unknown {
    const { instrumentationScope, limits: spanLimits } = this;
    const shown = { instrumentationScope, resource: inspectedResource(this.resource), spanLimits };
    return inspected('Tracer', shown, depth, options, inspect);
  }

  private isOn(): boolean {
    return !this._parts.isShutdown && this.isConfiguredOn();
  }

  private isConfiguredOn(): boolean {
    const { scopes } = this._parts;
    if (scopes.version !== this._configuredVersion) {
      this._configuredVersion = scopes.version;
      this._configuredOn = scopes.isOn(this.instrumentationScope);
    }
    return this._configuredOn;
  }

  private start(name: unknown, options: SpanOptions, context: Context): Span {
    if (isSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    // Sampler and processors, too, see a context without the span that is no parent.
    const parentContext = options.root ? trace.deleteSpan(context) : context;
    const lineage = new Lineage(parentContext, this._parts.problems);
    if (!this.isOn()) return trace.wrapSpanContext(lineage.parentContext ?? INVALID_SPAN_CONTEXT);
    const { ids, limits, problems, metrics, processor } = this._parts;
    const text = spanName(name, problems);
    const kind = spanKind(options.kind, problems);
    lineage.startTrace(ids);
    const ring = processor.isExtended ? undefined : this._ring;
    const early = this.sampledEarly(lineage, parentContext, text, kind);
    if (early?.decision === SamplingDecision.NOT_RECORD) return this.droppedSpan(lineage, early);
    if (early?.decision === SamplingDecision.RECORD_AND_SAMPLED && ring !== undefined) {
      return this.ringSpan(ring, lineage, text, kind, early, options);
    }
    const links = linksAtStart(options.links, limits, problems);
    const attributes = new AttributeBag(limits.attributeCountLimit, limits, problems);
    attributes.setAll(options.attributes);
    const { startTime } = options;
    const sampling =
      early ??
      this._parts.sampler?.shouldSample(
        parentContext,
        lineage.traceId,
        text,
        kind,
        seenBySampler(attributes, options.attributes, limits, problems),
        // A list of its own: what a sampler puts into it is no checked link.
        links.kept.length === 0 ? [] : [...links.kept],
      ) ??
      DROPPED;
    const { decision } = sampling;
    if (decision === SamplingDecision.NOT_RECORD) return this.droppedSpan(lineage, sampling);
    // What was not taken has to be counted in the span: only the readable one knows it already.
    const isWhole = attributes.dropped + links.dropped === 0;
    if (decision === SamplingDecision.RECORD_AND_SAMPLED && ring !== undefined && isWhole) {
      return this.ringSpan(ring, lineage, text, kind, sampling, options);
    }
    const onEnded = metrics?.started(lineage.parentContext, decision);
    lineage.startSpan(ids);
    attributes.setAll(sampling.attributes);
    const span = new SdkSpan(this, {
      name: text,
      kind,
      lineage,
      traceFlags: this.flagsOf(decision, lineage),
      traceState: sampling.traceState ?? traceStateOf(lineage),
      startTime,
      attributes,
      links: links.kept,
      droppedLinks: links.dropped,
      onEnded,
    });
    processor.onStart(span, parentContext);
    return span;
  }

  private ringSpan(
    ring: SpanOrigin,
    lineage: Lineage,
    name: string,
    kind: SpanKind,
    { decision, attributes, traceState }: CheckedSampling,
    options: SpanOptions,
  ): Span {
    lineage.startSpan(this._parts.ids);
    return startRingSpan(ring, {
      name,
      kind,
      lineage,
      traceFlags: this.flagsOf(decision, lineage),
      traceState: traceState ?? traceStateOf(lineage),
      options,
      added: attributes,
    });
  }

  /** Undefined: the sampler wants to see all of the span. */
  private sampledEarly(
    lineage: Lineage,
    context: Context,
    name: string,
    kind: SpanKind,
  ): CheckedSampling | undefined {
    const { words, sampler } = this._parts;
    if (words === undefined) {
      return sampler?.isTraceOnly === true
        ? sampler.shouldSample(context, lineage.traceId, name, kind, {}, [])
        : undefined;
    }
    const { traceId0, traceId1, traceId2, traceId3 } = lineage;
    return words.isSampled(lineage.kind, traceId0, traceId1, traceId2, traceId3) ? SAMPLED : DROPPED;
  }

  private droppedSpan(lineage: Lineage, { decision, traceState }: CheckedSampling): Span {
    const { ids, metrics } = this._parts;
    metrics?.started(lineage.parentContext, decision);
    lineage.startSpan(ids);
    return new UnsampledSpan(
      lineage.traceId0,
      lineage.traceId1,
      lineage.traceId2,
      lineage.traceId3,
      lineage.ownId0,
      lineage.ownId1,
      this.flagsOf(decision, lineage),
      traceState ?? traceStateOf(lineage),
    );
  }

  /** A proxy, a getter or the context threw: there is a span all the same, with what can be read. */
  private startReadable(name: unknown, options: unknown, context: Context | undefined): Span {
    this._parts.problems.argument('an argument of startSpan');
    const readable = readableOptions(options);
    try {
      return this.start(name, readable, context ?? contextApi.active());
    } catch {
      return this.start(name, readable, ROOT_CONTEXT);
    }
  }

  private flagsOf(decision: SamplingDecision, lineage: Lineage): number {
    const sampled = decision === SamplingDecision.RECORD_AND_SAMPLED ? FLAG_SAMPLED : 0;
    if (lineage.present) return sampled | (lineage.flags & FLAG_RANDOM);
    return this._parts.randomFlag ? sampled | FLAG_RANDOM : sampled;
  }
}

const SAMPLED: CheckedSampling = {
  decision: SamplingDecision.RECORD_AND_SAMPLED,
  attributes: undefined,
  traceState: undefined,
};
const DROPPED: CheckedSampling = { ...SAMPLED, decision: SamplingDecision.NOT_RECORD };

function traceStateOf(lineage: Lineage): TraceState | undefined {
  return lineage.present ? lineage.traceState : undefined;
}
