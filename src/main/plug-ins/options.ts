// The options of start() that are objects of the application's own: checked, and kept apart from the configuration, which
// is plain data that workers get. Thread: main, once at start. Callers: runtime.ts, and index.ts for the types.

import type { ContextManager, MeterProvider, TextMapPropagator } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { StartOptions as ConfigOptions } from '../../shared/config/options.js';
import { quoteValue } from '../../shared/config/quote.js';
import { OptionError } from '../../shared/errors.js';
import type { IdGenerator, SpanProcessor, TracerConfigurator } from '../sdk/types.js';

/** Objects written for OpenTelemetry JS 3.x. They run on the main thread, and nothing they throw reaches user code. */
export interface PlugInOptions {
  /**
   * Called for each span that records, in this order, before the span goes to offloop's own exporter. Spans are then
   * objects with all they recorded, as in OpenTelemetry JS; without processors they are not. Default none.
   * Specification: Tracing SDK, Span processor.
   */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Default: random ids. Specification: Tracing SDK, Id Generators. */
  readonly idGenerator?: IdGenerator;
  /**
   * Attributes of the resource: stronger than those that offloop finds out and those of `OTEL_RESOURCE_ATTRIBUTES`, weaker
   * than `resourceAttributes` and `serviceName` in code. Specification: Resource SDK.
   */
  readonly resource?: Resource;
  /**
   * Where metrics of offloop itself go (`otel.sdk.processor.span.*`, `otel.sdk.exporter.span.*`, `offloop.*`): what is lost, what
   * waits, what is under way. Read from shared memory when they are collected; nothing is done for them as spans are recorded.
   * Default none, or with `sdkMetrics` the global one. Specification: semantic conventions, SDK metrics (Development).
   */
  readonly meterProvider?: MeterProvider | undefined;
  /** Enabled, and made the global one. Default: offloop's own, over AsyncLocalStorage. Specification: Context. */
  readonly contextManager?: ContextManager;
  /** Made the global one, also where telemetry is disabled. Default: those of `propagators`. Specification: Propagators API. */
  readonly propagator?: TextMapPropagator;
  /** Which instrumentation scopes' tracers record. Default: all. Specification: Tracing SDK, TracerConfigurator. */
  readonly tracerConfigurator?: TracerConfigurator;
}

/** The options of `start()`. */
export interface StartOptions extends ConfigOptions, PlugInOptions {}

/** Throws an OptionError for a plug-in that cannot be one. */
export function separatePlugIns(options: StartOptions): { plugIns: PlugInOptions; options: ConfigOptions } {
  if (typeof options !== 'object' || options === null) return { plugIns: {}, options };
  const { spanProcessors, idGenerator, resource, meterProvider, tracerConfigurator, ...others } = options;
  const { contextManager, propagator, ...rest } = others;
  const plugIns: { -readonly [K in keyof PlugInOptions]: PlugInOptions[K] } = {};
  if (spanProcessors !== undefined) plugIns.spanProcessors = checkedProcessors(spanProcessors);
  if (idGenerator !== undefined) {
    check('idGenerator', idGenerator, ['generateTraceId', 'generateSpanId']);
    plugIns.idGenerator = idGenerator;
  }
  if (resource !== undefined) {
    check('resource', resource, ['getRawAttributes']);
    plugIns.resource = resource;
  }
  if (meterProvider !== undefined) {
    check('meterProvider', meterProvider, ['getMeter']);
    plugIns.meterProvider = meterProvider;
  }
  if (contextManager !== undefined) {
    check('contextManager', contextManager, ['active', 'with', 'bind', 'enable', 'disable']);
    plugIns.contextManager = contextManager;
  }
  if (propagator !== undefined) {
    check('propagator', propagator, ['inject', 'extract', 'fields']);
    plugIns.propagator = propagator;
  }
  if (tracerConfigurator !== undefined) {
    if (typeof tracerConfigurator !== 'function') {
      throw new OptionError({
        option: 'tracerConfigurator',
        value: quoteValue(tracerConfigurator),
        range: 'a function',
        remedy: 'Write tracerConfigurator: (scope) => ({ enabled: scope.name !== "noisy" }).',
      });
    }
    plugIns.tracerConfigurator = tracerConfigurator;
  }
  return { plugIns, options: rest };
}

function checkedProcessors(processors: unknown): readonly SpanProcessor[] {
  if (!Array.isArray(processors)) {
    throw new OptionError({
      option: 'spanProcessors',
      value: quoteValue(processors),
      range: 'an array of span processors',
      remedy: 'Write spanProcessors: [processor].',
    });
  }
  for (const [i, processor] of processors.entries()) {
    const value = `an array whose item ${i} is ${quoteValue(processor)}`;
    check('spanProcessors', processor, ['onStart', 'onEnd', 'forceFlush', 'shutdown'], value);
  }
  return [...processors];
}

function check(
  option: string,
  plugIn: unknown,
  methods: readonly string[],
  value = quoteValue(plugIn),
): void {
  const missing = methods.find((method) => typeof read(plugIn, method) !== 'function');
  if (missing === undefined) return;
  throw new OptionError({
    option,
    value,
    range: `${option === 'spanProcessors' ? 'an array of objects' : 'an object'} with the methods ${methods.join(', ')}`,
    remedy: `${missing} is missing.`,
  });
}

function read(plugIn: unknown, method: string): unknown {
  try {
    return (plugIn as Record<string, unknown> | null | undefined)?.[method];
  } catch {
    return undefined;
  }
}
