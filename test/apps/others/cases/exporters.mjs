// Exporters of others, each pointed at the program's own server.

import { OTLPTraceExporter as OtlpHttp } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';

export const otlpHttp = ({ url, batched }) => ({
  parts: { spanProcessors: [batched(new OtlpHttp({ url: `${url}/theirs` }))] },
});
export const otlpProto = ({ url, batched }) => ({
  parts: { spanProcessors: [batched(new OtlpProto({ url: `${url}/theirs`, compression: 'gzip' }))] },
});
export const zipkin = ({ url, batched }) => ({
  parts: { spanProcessors: [batched(new ZipkinExporter({ url: `${url}/theirs` }))] },
});

export const langsmith = async ({ url, batched }) => {
  const { LangSmithOTLPTraceExporter } = await import('langsmith/experimental/otel/exporter');
  process.env.LANGSMITH_TRACING = 'true';
  process.env.LANGSMITH_OTEL_ENABLED = 'true';
  return {
    parts: {
      spanProcessors: [
        batched(new LangSmithOTLPTraceExporter({ url: `${url}/theirs`, apiKey: 'key', projectName: 'p' })),
      ],
    },
  };
};
