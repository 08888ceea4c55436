// The options of @opentelemetry/sdk-node's NodeSDK, and what they are in the words of start(). Thread: main. Caller: node-sdk.ts.

import type { ContextManager, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { report } from '../lifecycle/diagnostics.js';
import type { StartOptions } from '../plug-ins/options.js';
import { BatchSpanProcessor } from '../processors/batch-span-processor.js';
import type { ResourceDetector } from '../resource/detector.js';
import type { IdGenerator, Sampler, SpanExporter, SpanLimitsOptions, SpanProcessor } from '../sdk/types.js';

/** The part of an instrumentation that is used. */
export interface NodeSDKInstrumentation {
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider(provider: MeterProvider): void;
  getConfig(): { enabled?: boolean };
  enable(): void;
}

/** All of it is optional for `new NodeSDK()`. Names and meanings are those of OTel JS, where nothing else is said. */
export interface NodeSDKConfiguration {
  serviceName?: string;
  /** Stronger than what is detected, where OTel JS's is weaker. */
  resource: Resource;
  resourceDetectors: ResourceDetector[];
  /** Default true. */
  autoDetectResources: boolean;
  sampler: Sampler;
  idGenerator: IdGenerator;
  spanLimits: SpanLimitsOptions;
  /** These alone get the spans. */
  spanProcessors?: SpanProcessor[];
  /** @deprecated Use `spanProcessors`. */
  spanProcessor?: SpanProcessor;
  /** Behind a BatchSpanProcessor on this thread. Without it spans go to the Collector through offloop's workers. */
  traceExporter: SpanExporter;
  /** Default: those of `OTEL_PROPAGATORS`; null: none. */
  textMapPropagator: TextMapPropagator | null;
  instrumentations: (NodeSDKInstrumentation | NodeSDKInstrumentation[])[];
  /** Default: offloop's own, over AsyncLocalStorage. */
  contextManager: ContextManager;
  /** Metrics and logs, all passed over with a warning. */
  metricReader: unknown;
  metricReaders?: unknown[];
  views: unknown[];
  logRecordProcessor: unknown;
  logRecordProcessors?: unknown[];
}

const PASSED_OVER = [
  ['metricReader', 'offloop is for traces: make a MeterProvider of @opentelemetry/sdk-metrics'],
  ['metricReaders', 'offloop is for traces: make a MeterProvider of @opentelemetry/sdk-metrics'],
  ['views', 'offloop is for traces: make a MeterProvider of @opentelemetry/sdk-metrics'],
  ['logRecordProcessor', 'offloop is for traces: make a LoggerProvider of @opentelemetry/sdk-logs'],
  ['logRecordProcessors', 'offloop is for traces: make a LoggerProvider of @opentelemetry/sdk-logs'],
] as const satisfies (readonly [keyof NodeSDKConfiguration, string])[];

export function reportPassedOver(configuration: Partial<NodeSDKConfiguration>): void {
  for (const [name, remedy] of PASSED_OVER) {
    if (configuration[name] === undefined || configuration[name] === null) continue;
    report('warn', `NodeSDK ${name}`, `NodeSDK passes over ${name}; ${remedy}`);
  }
}

export function startOptionsOf(configuration: Partial<NodeSDKConfiguration>): StartOptions {
  const { serviceName, resource, sampler, idGenerator, spanLimits } = configuration;
  const options: { -readonly [K in keyof StartOptions]: StartOptions[K] } = {};
  if (serviceName !== undefined) options.serviceName = serviceName;
  if (resource !== undefined) options.resource = resource;
  if (sampler !== undefined) options.sampler = sampler;
  if (idGenerator !== undefined) options.idGenerator = idGenerator;
  if (spanLimits !== undefined) options.spanLimits = spanLimits;
  if (configuration.autoDetectResources === false) options.resourceDetectors = [];
  else if (configuration.resourceDetectors != null)
    options.resourceDetectors = configuration.resourceDetectors;
  if (configuration.contextManager != null) options.contextManager = configuration.contextManager;
  if (configuration.textMapPropagator != null) options.propagator = configuration.textMapPropagator;
  else if (configuration.textMapPropagator === null) options.propagators = ['none'];
  const spanProcessors = processorsOf(configuration);
  if (spanProcessors !== undefined) {
    options.spanProcessors = spanProcessors;
    options.tracesExporter = 'none';
  }
  return options;
}

/** Undefined: spans take offloop's own way. */
function processorsOf({
  spanProcessors,
  spanProcessor,
  traceExporter,
}: Partial<NodeSDKConfiguration>): SpanProcessor[] | undefined {
  if (spanProcessors != null) return spanProcessors;
  if (spanProcessor != null) return [spanProcessor];
  if (traceExporter == null) return undefined;
  const { env } = process;
  const numbers = {
    maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE,
    maxExportBatchSize: env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
    exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT,
  };
  const given = Object.entries(numbers).filter(([, text]) => text !== undefined && text.trim() !== '');
  // The processor reads numbers that are written as text, and says which are none.
  return [new BatchSpanProcessor({ exporter: traceExporter, ...(Object.fromEntries(given) as object) })];
}
