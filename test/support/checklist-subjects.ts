// The ways by which a span can be recorded, for tests that hold for all: `describe.each(SUBJECTS)`. A subject gives a
// tracer provider and the finished spans as plain objects, whatever stands between the two.
//
//  sdk      the TracerProvider of `offloop/sdk`, spans seen by a processor (ReadableSpan)
//  runtime  the provider that start() registers, spans read back from the ring with the independent half of the codec
//  asked    the one that it registers for a sampler that has to be asked, spans read back in the same way
//  plugged  the one that it registers for processors of the application, spans read back in the same way

import type { ContextManager, Link, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '../../src/main/context/context-manager.js';
import type { PlugInOptions } from '../../src/main/plug-ins/options.js';
import { RuntimeTracerProvider } from '../../src/main/plug-ins/runtime-tracer-provider.js';
import { NoopSpanProcessor } from '../../src/main/processors/noop-span-processor.js';
import { createProcessResource } from '../../src/main/resource/process-resource.js';
import type { ConfiguredSampler } from '../../src/main/sampling/configured-sampler.js';
import { TracerProvider as SdkTracerProvider } from '../../src/main/sdk/tracer-provider.js';
import {
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SpanLimitsOptions,
} from '../../src/main/sdk/types.js';
import type { DecodedSpan, DecodedTime } from '../../src/shared/codec/decoded-span.js';
import { resolveConfig } from '../../src/shared/config/resolve.js';
import { hrTimeToNanoseconds } from './plain-time.js';
import { type PlainMap, type PlainValue, plainAttributes, RecordingRig } from './recording-rig.js';

export interface PlainEvent {
  readonly name: string;
  readonly timeUnixNanos: bigint;
  readonly attributes: PlainMap;
  readonly droppedAttributes: number;
}

export interface PlainLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string;
  readonly attributes: PlainMap;
  readonly droppedAttributes: number;
}

export interface PlainSpan {
  readonly name: string;
  /** The API's SpanKind. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string;
  /** Undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly parentIsRemote: boolean;
  readonly startUnixNanos: bigint;
  readonly endUnixNanos: bigint;
  readonly statusCode: number;
  /** Empty = none. */
  readonly statusMessage: string;
  readonly attributes: PlainMap;
  readonly droppedAttributes: number;
  readonly events: readonly PlainEvent[];
  readonly droppedEvents: number;
  readonly links: readonly PlainLink[];
  readonly droppedLinks: number;
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly schemaUrl: string;
    readonly attributes: PlainMap;
  };
}

export interface Subject {
  readonly provider: TracerProvider;
  /** The one by which the provider's tracers know what is active; for context.setGlobalContextManager. */
  readonly contextManager: ContextManager;
  /** Everything that ended since the last call. */
  take(): PlainSpan[];
  /** The only span that ended since the last call. */
  takeOne(): PlainSpan;
}

export interface SubjectOptions {
  readonly spanLimits?: SpanLimitsOptions;
}

export interface NamedSubject {
  readonly name: string;
  create(options?: SubjectOptions): Subject;
}

export const SUBJECTS: readonly NamedSubject[] = [
  { name: 'sdk', create: sdkSubject },
  { name: 'runtime', create: runtimeSubject },
  { name: 'asked', create: askedSubject },
  { name: 'plugged', create: pluggedSubject },
];

function sdkSubject(options: SubjectOptions = {}): Subject {
  const finished: ReadableSpan[] = [];
  const provider = new SdkTracerProvider({
    ...options,
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: (span) => finished.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const contextManager = new AsyncLocalStorageContextManager();
  return subject(provider, contextManager, () => finished.splice(0).map(plainOfReadable));
}

function runtimeSubject(options: SubjectOptions = {}): Subject {
  const rig = new RecordingRig({ workers: 1, ...(options as object) });
  return subject(rig.provider, rig.contextManager, () => rig.take().map((span) => plainOfDecoded(span, rig)));
}

/** Being nobody's class, the sampler is shown all of the span. */
function askedSubject(options: SubjectOptions = {}): Subject {
  const rig = new RecordingRig({ workers: 1, ...(options as object) });
  const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }) };
  // Its tracers ask the API what is active, which asks the manager that a test has registered.
  return subject(askingProvider(rig, sampler, options), rig.contextManager, () =>
    rig.take().map((span) => plainOfDecoded(span, rig)),
  );
}

function pluggedSubject(options: SubjectOptions = {}): Subject {
  const rig = new RecordingRig({ workers: 1, ...(options as object) });
  const provider = pluggedProvider(rig, { spanProcessors: [new NoopSpanProcessor()] }, options);
  return subject(provider, rig.contextManager, () => rig.take().map((span) => plainOfDecoded(span, rig)));
}

/** What start() registers for a sampler object, over the rig's ring. */
export function askingProvider(rig: RecordingRig, sampler: Sampler, options: object = {}): TracerProvider {
  return pluggedProvider(rig, {}, options, { sampler });
}

/** What start() registers for plug-ins, over the rig's ring. */
export function pluggedProvider(
  rig: RecordingRig,
  plugIns: PlugInOptions,
  options: object = {},
  sampler: ConfiguredSampler = { words: rig.active.sampler },
): RuntimeTracerProvider {
  const { config } = resolveConfig({ workers: 1, ...options }, {}, 'strict');
  return new RuntimeTracerProvider({
    config,
    plugIns,
    sampler,
    resource: createProcessResource(config, undefined, undefined),
    producer: rig.active,
    forceFlush: async () => true,
    shutdown: async () => true,
  });
}

function subject(provider: TracerProvider, contextManager: ContextManager, take: () => PlainSpan[]): Subject {
  return {
    provider,
    contextManager,
    take,
    takeOne() {
      const spans = take();
      if (spans.length !== 1) throw new Error(`${spans.length} spans ended, not one`);
      return spans[0] as PlainSpan;
    },
  };
}

export function plainOfReadable(span: ReadableSpan): PlainSpan {
  const context = span.spanContext();
  const { name, version, schemaUrl, attributes } =
    span.instrumentationScope as typeof span.instrumentationScope & {
      attributes?: object;
    };
  return {
    name: span.name,
    kind: span.kind,
    traceId: context.traceId,
    spanId: context.spanId,
    traceFlags: context.traceFlags,
    traceState: context.traceState?.serialize() ?? '',
    parentSpanId: span.parentSpanContext?.spanId,
    parentIsRemote: span.parentSpanContext?.isRemote === true,
    startUnixNanos: hrTimeToNanoseconds(span.startTime),
    endUnixNanos: hrTimeToNanoseconds(span.endTime),
    statusCode: span.status.code,
    statusMessage: span.status.message ?? '',
    attributes: plainMap(span.attributes),
    droppedAttributes: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNanos: hrTimeToNanoseconds(event.time),
      attributes: plainMap(event.attributes),
      droppedAttributes: event.droppedAttributesCount ?? 0,
    })),
    droppedEvents: span.droppedEventsCount,
    links: span.links.map(plainLink),
    droppedLinks: span.droppedLinksCount,
    scope: { name, version: version ?? '', schemaUrl: schemaUrl ?? '', attributes: plainMap(attributes) },
  };
}

function plainLink(link: Link): PlainLink {
  return {
    traceId: link.context.traceId,
    spanId: link.context.spanId,
    traceFlags: link.context.traceFlags,
    traceState: link.context.traceState?.serialize() ?? '',
    attributes: plainMap(link.attributes),
    droppedAttributes: link.droppedAttributesCount ?? 0,
  };
}

function plainMap(attributes: object | undefined): PlainMap {
  return { ...(attributes as Record<string, PlainValue> | undefined) };
}

function plainOfDecoded(span: DecodedSpan, rig: RecordingRig): PlainSpan {
  const scope = rig.scopeOf(span);
  return {
    name: span.name,
    kind: span.kind - 1,
    traceId: span.traceId,
    spanId: span.spanId,
    traceFlags: span.traceFlags,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    parentIsRemote: span.parentIsRemote,
    startUnixNanos: unixNanos(span.start),
    endUnixNanos: unixNanos(span.end),
    statusCode: span.statusCode,
    statusMessage: span.statusMessage,
    attributes: plainAttributes(span),
    droppedAttributes: span.droppedAttributes,
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNanos: unixNanos(event.time),
      attributes: plainAttributes(event),
      droppedAttributes: event.droppedAttributes,
    })),
    droppedEvents: span.droppedEvents,
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceFlags: link.traceFlags,
      traceState: link.traceState,
      attributes: plainAttributes(link),
      droppedAttributes: link.droppedAttributes,
    })),
    droppedLinks: span.droppedLinks,
    scope: {
      name: scope?.name ?? '',
      version: scope?.version ?? '',
      schemaUrl: scope?.schemaUrl ?? '',
      attributes: scope === undefined ? {} : plainAttributes(scope),
    },
  };
}

/** As the worker does it, with the anchor of this process; to the microsecond. */
function unixNanos(time: DecodedTime): bigint {
  if (time.clock === 'unix') return time.nanos;
  return BigInt(Math.round((performance.timeOrigin + time.millis) * 1e3)) * 1000n;
}
