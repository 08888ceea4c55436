// The OTLP exporters of OTel JS, with the options of a subject. Called on main by otel-js.ts and in the worker by
// span-worker.ts; only the one in use is loaded.

import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { grpcUrl, httpUrl, type SubjectOptions } from '../subjects/subject.ts';

export async function createExporter(options: SubjectOptions): Promise<SpanExporter> {
  if (options.protocol === 'grpc') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
    return new OTLPTraceExporter({ url: grpcUrl(options), compression: options.compression });
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: httpUrl(options), compression: options.compression });
}

/** Counts what an exporter did, per batch: OTel JS reports its drops to a log only. */
export class CountingExporter implements SpanExporter {
  /** Spans handed over, whose result is still outstanding. */
  outstanding = 0;
  delivered = 0;
  failed = 0;
  readonly #exporter: SpanExporter;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  export: SpanExporter['export'] = (spans, callback) => {
    this.outstanding += spans.length;
    this.#exporter.export(spans, (result) => {
      this.outstanding -= spans.length;
      if (result.code === 0) this.delivered += spans.length;
      else this.failed += spans.length;
      callback(result);
    });
  };

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
