// What the tracers of one provider share, made of what the provider was given. Thread: producer. Caller:
// basic-tracer-provider.ts. An object of its own, so that the provider has few members that a subclass could meet.

import type { Resource } from '@opentelemetry/resources';
import type { SpanLimits } from '../../shared/config/resolved-config.js';
import { CheckedIds } from '../plug-ins/checked-ids.js';
import { CheckedSampler } from '../plug-ins/checked-sampler.js';
import { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { type HandleError, PlugInErrors } from '../plug-ins/plug-in-errors.js';
import { InputProblems } from './input-problems.js';
import type { SdkTracerParts } from './tracer.js';
import { TracerMetrics } from './tracer-metrics.js';
import type {
  IdGenerator,
  Sampler,
  SpanProcessor,
  SpanTimeSource,
  TracerConfigurator,
  TracerProviderOptions,
} from './types.js';

export interface BasicTracerProviderParts {
  /** Read when a span's resource is. */
  resource(): Resource;
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly limits: SpanLimits;
  readonly processors: readonly SpanProcessor[];
  readonly meterProvider: TracerProviderOptions['meterProvider'] | undefined;
  readonly tracerConfigurator: TracerConfigurator | undefined;
  /** False: roots get no W3C random flag, whatever the generator says. */
  readonly randomFlag: boolean;
  readonly handleError: HandleError;
  readonly timeSource?: SpanTimeSource | undefined;
  /** Where wrong input is counted: a producer's counters. */
  readonly counters?: Float64Array;
}

export class ProviderParts implements SdkTracerParts {
  readonly errors: PlugInErrors;
  readonly sampler: CheckedSampler;
  readonly ids: CheckedIds;
  readonly limits: SpanLimits;
  readonly processor: MultiSpanProcessor;
  readonly problems: InputProblems;
  readonly metrics: TracerMetrics | undefined;
  readonly randomFlag: boolean;
  readonly timeSource: SpanTimeSource | undefined;
  isShutdown = false;
  readonly #given: BasicTracerProviderParts;

  constructor(given: BasicTracerProviderParts) {
    const errors = new PlugInErrors(given.handleError);
    this.#given = given;
    this.errors = errors;
    this.sampler = new CheckedSampler(given.sampler, errors);
    this.ids = new CheckedIds(given.idGenerator, errors);
    this.limits = given.limits;
    this.processor = new MultiSpanProcessor(given.processors, errors);
    this.problems = new InputProblems(given.counters);
    this.metrics = TracerMetrics.of(given.meterProvider, errors);
    this.randomFlag = given.randomFlag && this.ids.areRandom;
    this.timeSource = given.timeSource;
  }

  get resource(): Resource {
    return this.#given.resource();
  }
}
