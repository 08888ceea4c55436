// What the tracers of one provider share, made of what the provider was given. Thread: producer. Caller:
// basic-tracer-provider.ts. An object of its own, so that the provider has few members that a subclass could meet.

import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { CheckedIds } from '../plug-ins/checked-ids.js';
import { CheckedSampler } from '../plug-ins/checked-sampler.js';
import { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { type HandleError, PlugInErrors } from '../plug-ins/plug-in-errors.js';
import { ScopeSwitch } from '../plug-ins/scope-switch.js';
import type { ConfiguredSampler } from '../sampling/configured-sampler.js';
import type { WordSampler } from '../trace/sampler.js';
import type { SpanOrigin } from '../trace/span.js';
import { InputProblems } from './input-problems.js';
import { spanExamples } from './span-examples.js';
import { TracerMetrics } from './tracer-metrics.js';
import type { SdkTracerParts } from './tracer-parts.js';
import type {
  IdGenerator,
  Scope,
  SpanProcessor,
  SpanTimeSource,
  TracerConfigurator,
  TracerProviderOptions,
} from './types.js';

export interface BasicTracerProviderParts {
  /** Read when a span's resource is. */
  resource(): Resource;
  readonly sampler: ConfiguredSampler;
  readonly idGenerator: IdGenerator;
  readonly limits: SpanLimits;
  readonly processors: readonly SpanProcessor[];
  readonly meterProvider: TracerProviderOptions['meterProvider'] | undefined;
  readonly tracerConfigurator: TracerConfigurator | undefined;
  /** False: roots get no W3C random flag, whatever the generator says. */
  readonly randomFlag: boolean;
  readonly handleError: HandleError;
  readonly timeSource?: SpanTimeSource | undefined;
  /** Given: sampled spans go straight to this ring, for no processor reads them. */
  readonly ringOf?: ((scope: Scope) => SpanOrigin) | undefined;
  /** Where wrong input is counted: a producer's counters. */
  readonly counters?: Float64Array;
}

export class ProviderParts implements SdkTracerParts {
  readonly errors: PlugInErrors;
  readonly sampler: CheckedSampler | undefined;
  readonly words: WordSampler | undefined;
  readonly ids: CheckedIds;
  readonly limits: SpanLimits;
  readonly processor: MultiSpanProcessor;
  readonly problems: InputProblems;
  readonly scopes: ScopeSwitch;
  readonly metrics: TracerMetrics | undefined;
  readonly randomFlag: boolean;
  readonly timeSource: SpanTimeSource | undefined;
  isShutdown = false;
  /** For V8 alone. */
  protected readonly examples: readonly object[];
  readonly #given: BasicTracerProviderParts;

  constructor(given: BasicTracerProviderParts) {
    const errors = new PlugInErrors(given.handleError);
    this.#given = given;
    this.errors = errors;
    const { sampler, words } = given.sampler;
    this.sampler = sampler && new CheckedSampler(sampler, errors);
    this.words = words;
    this.ids = new CheckedIds(given.idGenerator, errors);
    this.limits = given.limits;
    this.processor = new MultiSpanProcessor(given.processors, errors);
    this.problems = new InputProblems(given.counters);
    this.scopes = new ScopeSwitch(given.tracerConfigurator, errors);
    this.metrics = TracerMetrics.of(given.meterProvider, errors);
    this.randomFlag = given.randomFlag && this.ids.areRandom;
    this.timeSource = given.timeSource;
    this.examples = spanExamples(this);
  }

  ringOf(scope: Scope): SpanOrigin | undefined {
    return this.#given.ringOf?.(scope);
  }

  get resource(): Resource {
    return this.#given.resource();
  }
}
