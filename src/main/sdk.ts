// Public door `offloop/sdk`: the names of OpenTelemetry JS 3.x with its constructor shapes. Importing it does nothing.
// Thread: the user's. An export list only; each part is in a folder of its own.

export {
  isTracingSuppressed,
  setGlobalErrorHandler,
  suppressTracing,
  unsuppressTracing,
} from '@opentelemetry/core';
export { AlwaysOffSampler, AlwaysOnSampler } from './sampling/always-samplers.js';
export { ParentBasedSampler } from './sampling/parent-based-sampler.js';
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
  TimedEvent,
  TracerConfig,
  TracerConfigurator,
  TracerProviderOptions,
} from './sdk/types.js';
export { SamplingDecision } from './sdk/types.js';
