// The TracerProvider of `offloop/sdk`, with OpenTelemetry JS 3.x's constructor and defaults. Thread: producer. Callers: user
// code; subclasses of theirs. It works alone on the main thread: no worker, no global, no environment is read.

import { handleError } from '../plug-ins/global-error-handler.js';
import { defaultResource } from '../resource/sdk-resource.js';
import { AlwaysOnSampler } from '../sampling/always-samplers.js';
import { ParentBasedSampler } from '../sampling/parent-based-sampler.js';
import { isOwnSampler } from '../sampling/plain-instance.js';
import { BasicTracerProvider } from './basic-tracer-provider.js';
import { RandomIdGenerator } from './random-id-generator.js';
import { completeSpanLimits } from './span-limits.js';
import type { TracerProviderOptions } from './types.js';

export class TracerProvider extends BasicTracerProvider {
  constructor(options: TracerProviderOptions = {}) {
    const resource = options.resource ?? defaultResource();
    super({
      resource: () => resource,
      sampler: { sampler: options.sampler ?? new ParentBasedSampler({ root: new AlwaysOnSampler() }) },
      idGenerator: options.idGenerator ?? new RandomIdGenerator(),
      limits: completeSpanLimits(options.spanLimits),
      processors: options.spanProcessors ?? [],
      meterProvider: options.meterProvider,
      tracerConfigurator: options.tracerConfigurator,
      randomFlag: options.randomFlag ?? (options.sampler === undefined || isOwnSampler(options.sampler)),
      timeSource: options.timeSource,
      handleError,
    });
  }
}
