// Tracers, processors, flush and shutdown of one provider whose spans are SdkSpans, with all its parts handed in: nothing
// of it knows defaults or packages. Thread: producer. Callers: tracer-provider.ts (the class of `offloop/sdk`) extends it;
// start() makes one when it is given plug-ins. Providers share nothing: several may exist in a process.
// Specification: Trace SDK, "TracerProvider". Fields are plain, for subclasses and proxies.

import type { Attributes, MeterProvider, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { reportMisuse } from '../lifecycle/diagnostics.js';
import { CheckedIds } from '../plug-ins/checked-ids.js';
import { CheckedSampler } from '../plug-ins/checked-sampler.js';
import { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { type HandleError, PlugInErrors } from '../plug-ins/plug-in-errors.js';
import { isScopeOn } from '../plug-ins/scope-switch.js';
import { AttributeBag } from './attribute-bag.js';
import { InputProblems } from './input-problems.js';
import { INSPECT, type Inspect, type InspectOptions, inspected } from './inspected.js';
import { SdkTracer, type SdkTracerParts } from './tracer.js';
import { TracerMetrics } from './tracer-metrics.js';
import type {
  ForceFlushOptions,
  IdGenerator,
  Sampler,
  Scope,
  SpanProcessor,
  SpanTimeSource,
  TracerConfigurator,
} from './types.js';

const TIMEOUT_MILLIS_DEFAULT = 30_000;
const TIMEOUT_MILLIS_MAX = 2_147_483_647;
/** Tracers kept; an application that makes scopes up for ever gets new ones past this, which work as well. */
const TRACERS_MAX = 1024;

export interface BasicTracerProviderParts {
  /** Read when a span's resource is. */
  resource(): Resource;
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly limits: SpanLimits;
  readonly processors: readonly SpanProcessor[];
  readonly meterProvider: MeterProvider | undefined;
  readonly tracerConfigurator: TracerConfigurator | undefined;
  /** False: roots get no W3C random flag, whatever the generator says. */
  readonly randomFlag: boolean;
  readonly handleError: HandleError;
  readonly timeSource?: SpanTimeSource | undefined;
  /** Where wrong input is counted: a producer's counters. */
  readonly counters?: Float64Array;
}

export class BasicTracerProvider implements TracerProvider, SdkTracerParts {
  readonly sampler: CheckedSampler;
  readonly ids: CheckedIds;
  readonly limits: SpanLimits;
  readonly processor: MultiSpanProcessor;
  readonly problems: InputProblems;
  readonly metrics: TracerMetrics | undefined;
  readonly randomFlag: boolean;
  readonly timeSource: SpanTimeSource | undefined;
  private readonly _errors: PlugInErrors;
  private readonly _parts: BasicTracerProviderParts;
  private readonly _tracers = new Map<string, SdkTracer>();
  private _configurator: TracerConfigurator | undefined;
  private _shutdown: Promise<void> | undefined;

  constructor(parts: BasicTracerProviderParts) {
    const errors = new PlugInErrors(parts.handleError);
    this._errors = errors;
    this._parts = parts;
    this._configurator = parts.tracerConfigurator;
    this.sampler = new CheckedSampler(parts.sampler, errors);
    this.ids = new CheckedIds(parts.idGenerator, errors);
    this.limits = parts.limits;
    this.timeSource = parts.timeSource;
    this.processor = new MultiSpanProcessor(parts.processors, errors);
    this.problems = new InputProblems(parts.counters);
    this.metrics = TracerMetrics.of(parts.meterProvider, errors);
    this.randomFlag = parts.randomFlag && this.ids.areRandom;
  }

  get resource(): Resource {
    return this._parts.resource();
  }

  get isShutdown(): boolean {
    return this._shutdown !== undefined;
  }

  /** Calls of plug-ins that threw or were rejected: processors, sampler, id generator, configurator, meters. */
  get plugInErrors(): number {
    return this._errors.count;
  }

  /** The same object each time for the same name, version, schema URL and attributes. */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const scope = this.scopeOf(name, version, options);
    const key = JSON.stringify(scope, distinctly);
    let tracer = this._tracers.get(key);
    if (tracer === undefined) {
      tracer = new SdkTracer(scope, this);
      tracer.configuredOn = this.isConfiguredOn(scope);
      if (this._tracers.size < TRACERS_MAX) this._tracers.set(key, tracer);
    }
    return tracer;
  }

  /** Not in OpenTelemetry JS. Takes effect for tracers already handed out, too. */
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void {
    this._configurator = configurator;
    for (const tracer of this._tracers.values()) {
      tracer.configuredOn = this.isConfiguredOn(tracer.instrumentationScope);
    }
  }

  /** Rejects with an array of what failed or took longer than `timeoutMillis` (default 30000). */
  async forceFlush(options?: ForceFlushOptions): Promise<void> {
    if (this.isShutdown) return;
    const errors = await this.processor.settle('forceFlush', timeoutOf(options));
    if (errors.length > 0) throw errors;
  }

  /**
   * Once: later calls give the first one's result. Tracers record nothing from now on. Rejects with what failed or took
   * longer than `timeoutMillis` (default 30000).
   */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    this._shutdown ??= this.stop(timeoutOf(options));
    return this._shutdown;
  }

  [INSPECT](depth: number, options: InspectOptions, inspect: Inspect): unknown {
    const spanProcessors = this.processor.processors.map((processor) => processor.constructor?.name);
    const tracers = [...this._tracers.keys()];
    return inspected('TracerProvider', { tracers, spanProcessors }, depth, options, inspect);
  }

  private async stop(timeoutMillis: number): Promise<void> {
    const errors = await this.processor.settle('shutdown', timeoutMillis);
    if (errors.length === 0) return;
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'several span processors failed');
  }

  private isConfiguredOn(scope: Scope): boolean {
    return isScopeOn(this._configurator, scope, this._errors);
  }

  private scopeOf(name: unknown, version: unknown, options: unknown): Scope {
    const scope: { -readonly [K in keyof Scope]: Scope[K] } = { name: text(name) ?? '' };
    if (scope.name === '') reportMisuse('a tracer was asked for without a name');
    const given = { version: text(version), schemaUrl: text(read(options, 'schemaUrl')) };
    if (given.version !== undefined) scope.version = given.version;
    if (given.schemaUrl !== undefined) scope.schemaUrl = given.schemaUrl;
    const attributes = this.scopeAttributes(read(options, 'attributes'));
    if (attributes !== undefined) scope.attributes = attributes;
    return scope;
  }

  private scopeAttributes(given: unknown): Attributes | undefined {
    if (typeof given !== 'object' || given === null) return undefined;
    const bag = new AttributeBag(this.limits.attributeCountLimit, this.limits, this.problems);
    bag.setAll(given);
    return Object.keys(bag.attributes).length === 0 ? undefined : bag.attributes;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function read(options: unknown, key: string): unknown {
  try {
    return (options as Record<string, unknown> | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** For JSON.stringify: values that JSON has no form for stay apart from each other and from text. */
function distinctly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function timeoutOf(options: ForceFlushOptions | undefined): number {
  const timeout: unknown = read(options, 'timeoutMillis');
  return typeof timeout === 'number' && timeout >= 0
    ? Math.min(timeout, TIMEOUT_MILLIS_MAX)
    : TIMEOUT_MILLIS_DEFAULT;
}
