// Span processors of others. Several bring the official SDK's BatchSpanProcessor of 2.x with them, or extend it.

import { context, propagation } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ReplayedIds } from '../replayed-ids.mjs';

const theirs = (url) => new OTLPTraceExporter({ url: `${url}/theirs` });

export const officialBatch2 = async ({ url }) => {
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  return { parts: { spanProcessors: [new BatchSpanProcessor(theirs(url))] } };
};

export const officialSimple2 = async ({ url }) => {
  const { SimpleSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  return { parts: { spanProcessors: [new SimpleSpanProcessor(theirs(url))] } };
};

export const officialBatch3 = async ({ url }) => {
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace');
  return { parts: { spanProcessors: [new BatchSpanProcessor({ exporter: theirs(url) })] } };
};

export const baggage = async () => {
  const { BaggageSpanProcessor, ALLOW_ALL_BAGGAGE_KEYS } = await import(
    '@opentelemetry/baggage-span-processor'
  );
  return { parts: { spanProcessors: [new BaggageSpanProcessor(ALLOW_ALL_BAGGAGE_KEYS)] } };
};

export const langfuse = async ({ url }) => {
  const { LangfuseSpanProcessor } = await import('@langfuse/otel');
  return {
    parts: {
      spanProcessors: [
        new LangfuseSpanProcessor({
          publicKey: 'pk',
          secretKey: 'sk',
          baseUrl: url,
          environment: 'test',
          release: 'r1',
          mask: ({ data }) => data,
        }),
      ],
    },
  };
};

export const openInferenceSimple = async ({ url }) => {
  const { OpenInferenceSimpleSpanProcessor, isOpenInferenceSpan } = await import(
    '@arizeai/openinference-vercel'
  );
  return {
    parts: {
      spanProcessors: [
        new OpenInferenceSimpleSpanProcessor({
          exporter: theirs(url),
          spanFilter: isOpenInferenceSpan,
          reparentOrphanedSpans: true,
        }),
      ],
    },
  };
};

export const openInferenceBatch = async ({ url }) => {
  const { OpenInferenceBatchSpanProcessor } = await import('@arizeai/openinference-vercel');
  return {
    parts: {
      spanProcessors: [
        new OpenInferenceBatchSpanProcessor({ exporter: theirs(url), reparentOrphanedSpans: true }),
      ],
    },
  };
};

export const langsmith = async ({ url }) => {
  const { LangSmithOTLPSpanProcessor } = await import('langsmith/experimental/otel/processor');
  return { parts: { spanProcessors: [new LangSmithOTLPSpanProcessor(theirs(url))] } };
};

/** As libraries do that find a provider: there is no public way since 2.0. */
export const added = async ({ url }) => {
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  return {
    ready: (provider) =>
      provider._activeSpanProcessor._spanProcessors.push(new BatchSpanProcessor(theirs(url))),
  };
};

/** Sentry's own set-up for applications that have an SDK: sampler, processor, propagator and context manager together. */
export const sentry10 = async ({ url }) => {
  const Sentry = await import('@sentry/node');
  const { SentryPropagator, SentrySampler, SentrySpanProcessor, wrapContextManagerClass } = await import(
    '@sentry/opentelemetry'
  );
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const events = [];
  const client = Sentry.init({
    dsn: url.replace('http://', 'http://key@').concat('/1'),
    tracesSampleRate: 1,
    skipOpenTelemetrySetup: true,
    defaultIntegrations: false,
    beforeSend(event) {
      events.push({ error: event.exception.values[0].value, ...traceOf(event) });
      return event;
    },
    beforeSendTransaction(event) {
      events.push({ ...traceOf(event), spans: event.spans.map(told) });
      return event;
    },
  });
  const SentryContextManager = wrapContextManagerClass(AsyncLocalStorageContextManager);
  return {
    parts: {
      sampler: new SentrySampler(client),
      spanProcessors: [new SentrySpanProcessor()],
      propagator: new SentryPropagator(),
      contextManager: new SentryContextManager(),
      idGenerator: Object.assign(new ReplayedIds(), { generatesRandomTraceIds: () => true }),
    },
    async use(provider) {
      const carrier = {};
      provider
        .getTracer('app')
        .startActiveSpan('GET /x', { kind: 1, attributes: { 'http.route': '/x' } }, (server) => {
          Sentry.startSpan({ name: 'inner', op: 'db' }, (inner) => {
            inner.setAttribute('rows', 1);
            Sentry.captureException({ message: 'boom' });
          });
          propagation.inject(context.active(), carrier);
          server.end();
        });
      await provider.forceFlush();
      await Sentry.flush(5000);
      return { headers: Object.keys(carrier).sort(), events };
    },
  };
};

const told = ({ start_timestamp: _start, timestamp: _end, ...span }) => span;

function traceOf({ transaction, contexts: { trace, otel }, tags }) {
  return { transaction, trace, otel, tags };
}
