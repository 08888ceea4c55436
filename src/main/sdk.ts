// Public door `offloop/sdk`: the names of OpenTelemetry JS 3.x with its constructor shapes. Importing it does nothing.
// Thread: the user's. An export list only; each part is in a folder of its own.

export {
  isTracingSuppressed,
  setGlobalErrorHandler,
  suppressTracing,
  unsuppressTracing,
} from '@opentelemetry/core';
export type { OffloadOptions } from './offload/offload-options.js';
export { OffloadSpanProcessor } from './offload/offload-span-processor.js';
export { createAlwaysRecordSampler } from './sampling/always-record-sampler.js';
export { AlwaysOffSampler, AlwaysOnSampler } from './sampling/always-samplers.js';
export type {
  ComposableSampler,
  SamplingIntent,
  SamplingPredicate,
  SamplingRule,
} from './sampling/composable.js';
export { createComposableParentThresholdSampler } from './sampling/composable-parent-threshold.js';
export {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
} from './sampling/composable-samplers.js';
export { CompositeSampler, createCompositeSampler } from './sampling/composite-sampler.js';
export { BatchSpanProcessor } from './processors/batch-span-processor.js';
export { ConsoleSpanExporter } from './processors/console-span-exporter.js';
export { InMemorySpanExporter } from './processors/in-memory-span-exporter.js';
export { NoopSpanProcessor } from './processors/noop-span-processor.js';
export type {
  BatchSpanProcessorOptions,
  SimpleSpanProcessorOptions,
  SpanProcessorOptions,
} from './processors/processor-options.js';
export { SimpleSpanProcessor } from './processors/simple-span-processor.js';
export type { ProcessorStats } from './processors/span-queue.js';
export { ParentBasedSampler } from './sampling/parent-based-sampler.js';
export { ProbabilitySampler, type ProbabilitySamplerOptions } from './sampling/probability-sampler.js';
export { TraceIdRatioBasedSampler } from './sampling/trace-id-ratio-sampler.js';
export { RandomIdGenerator } from './sdk/random-id-generator.js';
export { TracerProvider } from './sdk/tracer-provider.js';
export type {
  ForceFlushOptions,
  IdGenerator,
  ReadableSpan,
  Sampler,
  SamplingResult,
  Scope,
  Span,
  SpanExporter,
  SpanLimitsOptions as SpanLimits,
  SpanProcessor,
  SpanTimeSource,
  TimedEvent,
  TracerConfig,
  TracerConfigurator,
  TracerProviderOptions,
} from './sdk/types.js';
export { SamplingDecision } from './sdk/types.js';
