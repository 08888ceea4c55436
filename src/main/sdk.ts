// Public door `offloop/sdk`: the names of OpenTelemetry JS 3.x with its constructor shapes. Importing it does nothing.
// Thread: the user's. An export list only; each part is in a folder of its own.

export {
  type ErrorHandler,
  type ExportResult,
  ExportResultCode,
  type InstrumentationScope,
  isTracingSuppressed,
  loggingErrorHandler,
  parseTraceParent,
  suppressTracing,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
  unsuppressTracing,
} from '@opentelemetry/core';
export {
  type DetectedResourceAttributes,
  emptyResource,
  type MaybePromise,
  type RawResourceAttribute,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
export { type PluginComponentProvider, registerPluginComponentProvider } from './config-file/plug-ins.js';
export { AsyncLocalStorageContextManager } from './context/context-manager.js';
export { StackContextManager } from './context/stack-context-manager.js';
export { NodeSDK } from './node-sdk/node-sdk.js';
export type { NodeSDKConfiguration, NodeSDKInstrumentation } from './node-sdk/node-sdk-configuration.js';
export type { OffloadOptions } from './offload/offload-options.js';
export { OffloadSpanProcessor } from './offload/offload-span-processor.js';
export type { OTLPTraceExporterOptions } from './offload/otlp-exporter-options.js';
export { OTLPTraceExporter } from './offload/otlp-trace-exporter.js';
export { handleError as globalErrorHandler, setGlobalErrorHandler } from './plug-ins/global-error-handler.js';
export { BatchSpanProcessor } from './processors/batch-span-processor.js';
export { ConsoleSpanExporter } from './processors/exporters/console-span-exporter.js';
export { InMemorySpanExporter } from './processors/exporters/in-memory-span-exporter.js';
export { NoopSpanProcessor } from './processors/noop-span-processor.js';
export type {
  BatchSpanProcessorBrowserOptions,
  BatchSpanProcessorOptions,
  SimpleSpanProcessorOptions,
  SpanProcessorOptions,
} from './processors/processor-options.js';
export type { ProcessorStats } from './processors/queue/span-queue.js';
export { SimpleSpanProcessor } from './processors/simple-span-processor.js';
export {
  B3_CONTEXT_HEADER,
  B3InjectEncoding,
  B3Propagator,
  type B3PropagatorConfig,
  X_B3_FLAGS,
  X_B3_PARENT_SPAN_ID,
  X_B3_SAMPLED,
  X_B3_SPAN_ID,
  X_B3_TRACE_ID,
} from './propagation/b3.js';
export { W3CBaggagePropagator } from './propagation/baggage.js';
export { CompositePropagator, type CompositePropagatorConfig } from './propagation/composite.js';
export {
  type EnvironmentCarrier,
  EnvironmentGetter,
  EnvironmentSetter,
} from './propagation/environment-carrier.js';
export {
  JaegerPropagator,
  type JaegerPropagatorConfig,
  UBER_BAGGAGE_HEADER_PREFIX,
  UBER_TRACE_ID_HEADER,
} from './propagation/jaeger.js';
export { W3CTraceContextPropagator } from './propagation/trace-context.js';
export { TraceState } from './propagation/trace-state.js';
export { defaultServiceName } from './resource/default-attributes.js';
export type { DetectedResource, ResourceDetector, ResourceEntity } from './resource/detector.js';
export { envEntityDetector } from './resource/env-entity-detector.js';
export { hostDetector, osDetector } from './resource/host-detector.js';
export {
  ProcessDetector,
  type ProcessDetectorOptions,
  processDetector,
} from './resource/process-detector.js';
export { defaultResource, detectResources, type ResourceDetectionConfig } from './resource/sdk-resource.js';
export {
  envDetector,
  resourceAttributesEnvDetector,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from './resource/service-detector.js';
export { createAlwaysRecordSampler } from './sampling/always-record-sampler.js';
export { AlwaysOffSampler, AlwaysOnSampler } from './sampling/always-samplers.js';
export { ParentBasedSampler } from './sampling/parent-based-sampler.js';
export type {
  ComposableSampler,
  SamplingIntent,
  SamplingPredicate,
  SamplingRule,
} from './sampling/probability/composable.js';
export { createComposableParentThresholdSampler } from './sampling/probability/composable-parent-threshold.js';
export {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
} from './sampling/probability/composable-samplers.js';
export { CompositeSampler, createCompositeSampler } from './sampling/probability/composite-sampler.js';
export {
  ProbabilitySampler,
  type ProbabilitySamplerOptions,
} from './sampling/probability/probability-sampler.js';
export {
  createSamplingPredicate,
  type SamplingRuleConditions,
} from './sampling/probability/rule-predicate.js';
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
