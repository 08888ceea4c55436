// What plug-ins written for OpenTelemetry JS 3.x look like: the structural types of @opentelemetry/sdk-trace, which
// offloop accepts and offers without depending on that package. Types only, but for SamplingDecision.
// Callers: everything in main/sdk and its neighbours (sampling, processors, offload), and users through `offloop/sdk`.

import type {
  Span as ApiSpan,
  Attributes,
  Context,
  HrTime,
  Link,
  MeterProvider,
  SpanContext,
  SpanKind,
  SpanStatus,
  TraceState,
} from '@opentelemetry/api';
import type { ExportResult, InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';

export interface TimedEvent {
  time: HrTime;
  name: string;
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/** A span as exporters see it. Specification: Trace SDK, "Additional Span Interfaces". */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** What processors get at the start: the user's own span, readable. */
export type Span = ApiSpan & ReadableSpan;

/** Specification: Trace SDK, "Span processor". */
export interface SpanProcessor {
  forceFlush(): Promise<void>;
  onStart(span: Span, parentContext: Context): void;
  onEnding?(span: Span): void;
  onEnd(span: ReadableSpan): void;
  shutdown(): Promise<void>;
}

/** Specification: Trace SDK, "Span Exporter". */
export interface SpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** Specification: Trace SDK, "Sampling decision". An object, not an enum: same names and values as OTel JS. */
export const SamplingDecision = { NOT_RECORD: 0, RECORD: 1, RECORD_AND_SAMPLED: 2 } as const;
export type SamplingDecision = 0 | 1 | 2;

export interface SamplingResult {
  decision: SamplingDecision;
  attributes?: Readonly<Attributes>;
  traceState?: TraceState;
}

export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
}

export interface IdGenerator {
  /** 32 lowercase hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lowercase hex digits, not all zero. */
  generateSpanId(): string;
  /**
   * True: the last 7 bytes at least of each trace id are random, so that roots carry the W3C random flag (Level 2).
   * OpenTelemetry JS has no word for this yet; the name is that of OpenTelemetry Java.
   */
  generatesRandomTraceIds?(): boolean;
}

/** Where spans take their times from, for tests. Not in OpenTelemetry JS. */
export interface SpanTimeSource {
  /** Unix milliseconds, as `Date.now()` gives them. */
  wallMillis(): number;
  /** Milliseconds that never go back, as `performance.now()` gives them. */
  monotonicMillis(): number;
}

export interface SpanLimitsOptions {
  attributeValueLengthLimit?: number;
  attributeCountLimit?: number;
  attributeDepthLimit?: number;
  linkCountLimit?: number;
  eventCountLimit?: number;
  attributePerEventCountLimit?: number;
  attributePerLinkCountLimit?: number;
}

export interface TracerProviderOptions {
  sampler?: Sampler;
  spanLimits?: SpanLimitsOptions;
  resource?: Resource;
  idGenerator?: IdGenerator;
  spanProcessors?: SpanProcessor[];
  /** Where `otel.sdk.span.started` and `otel.sdk.span.live` are counted. Default nowhere. */
  meterProvider?: MeterProvider;
  /** Not in OpenTelemetry JS: which scopes' tracers record. Specification: Trace SDK, "TracerConfigurator". */
  tracerConfigurator?: TracerConfigurator;
  /** Not in OpenTelemetry JS: another clock than the process's. */
  timeSource?: SpanTimeSource;
  /**
   * Not in OpenTelemetry JS: roots carry the W3C random flag (Level 2) if the generator's trace ids are random. Default
   * true, and false with a sampler of somebody else's: some (Sentry's) take a parent for sampled only if its flags are exactly 1.
   */
  randomFlag?: boolean;
}

export interface TracerConfig {
  /** False: the tracer of this scope makes spans that record nothing. Default true. */
  enabled?: boolean;
}

/** An instrumentation scope with its attributes, which OpenTelemetry JS's type does not have yet. */
export interface Scope extends InstrumentationScope {
  readonly attributes?: Attributes;
}

/** Called for each scope; undefined means the defaults. */
export type TracerConfigurator = (scope: Scope) => TracerConfig | undefined;

export interface ForceFlushOptions {
  timeoutMillis?: number;
}
