// The three settings in which a case runs: `official` is @opentelemetry/sdk-trace, `sdk` has offloop/sdk in its place, `start` is
// offloop's start(). Each gives a tracer provider, an end to it, and the class that batches for exporters.

import { createRequire } from 'node:module';
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { ReplayedIds } from './replayed-ids.mjs';

const { version } = createRequire(import.meta.url)('offloop/package.json');
/** What start() makes of a name and a version: given to the others as it is, so that nothing differs in what is sent. */
const RESOURCE = {
  'service.name': 'shop',
  'telemetry.sdk.name': 'offloop',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.version': version,
  'service.version': '1.0.0',
};

/** What every case has, beside its own parts: ids that are the same in each run. */
const common = (parts) => ({ idGenerator: new ReplayedIds(), ...parts });

export const SETTINGS = {
  async official() {
    const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
    const { resourceFromAttributes, detectResources } = await import('@opentelemetry/resources');
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
    const propagators = await import('@opentelemetry/core');
    return inPlace({
      ...{ BatchSpanProcessor, TracerProvider, resourceFromAttributes, detectResources, OTLPTraceExporter },
      ...{ AsyncLocalStorageContextManager, ...propagators },
    });
  },

  async sdk() {
    return inPlace(await import('offloop/sdk'));
  },

  async start() {
    const { start } = await import('offloop');
    const { BatchSpanProcessor } = await import('offloop/sdk');
    return {
      batched: (exporter) => new BatchSpanProcessor({ exporter }),
      begin({ contextManager, propagator, ...parts }, url) {
        if (contextManager !== undefined) context.setGlobalContextManager(contextManager);
        if (propagator !== undefined) propagation.setGlobalPropagator(propagator);
        const telemetry = start({
          ...(propagator === undefined ? {} : { propagators: ['none'] }),
          serviceName: RESOURCE['service.name'],
          resourceAttributes: { 'service.version': RESOURCE['service.version'] },
          resourceDetectors: [],
          exporter: { url },
          ...common(parts),
        });
        return {
          provider: trace.getTracerProvider().getDelegate(),
          async end() {
            const complete = await telemetry.shutdown();
            const { plugInErrors = 0, dropped } = telemetry.stats();
            return { complete, plugInErrors, dropped };
          },
        };
      },
    };
  },
};

function inPlace(sdk) {
  const batched = (exporter) => new sdk.BatchSpanProcessor({ exporter });
  return {
    batched,
    begin({ contextManager, propagator, spanProcessors = [], resourceDetectors, ...parts }, url) {
      context.setGlobalContextManager(contextManager ?? new sdk.AsyncLocalStorageContextManager());
      const propagators = [new sdk.W3CTraceContextPropagator(), new sdk.W3CBaggagePropagator()];
      propagation.setGlobalPropagator(propagator ?? new sdk.CompositePropagator({ propagators }));
      const detected = resourceDetectors && sdk.detectResources({ detectors: resourceDetectors });
      const own = sdk.resourceFromAttributes(RESOURCE);
      const provider = new sdk.TracerProvider({
        resource: detected === undefined ? own : detected.merge(own),
        spanProcessors: [...spanProcessors, batched(new sdk.OTLPTraceExporter({ url }))],
        ...common(parts),
      });
      trace.setGlobalTracerProvider(provider);
      return {
        provider,
        async end() {
          await provider.forceFlush();
          await provider.shutdown();
        },
      };
    },
  };
}

/** Every message of warning or worse: a package that is not content with the SDK says so here. */
export function collectMessages() {
  const messages = [];
  const keep = (...parts) => messages.push(parts.map(String).join(' '));
  diag.setLogger({ error: keep, warn: keep, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  return messages;
}
