// OTEL_TRACES_EXPORTER=zipkin: the official exporter, if the application has it installed, behind a batching processor. Thread:
// main, where the exporter sends from too. Caller: configure.ts, which loads this module only when it is wanted.
// Specification: Zipkin exporter (deprecated).

import type { ResolvedConfig, ZipkinConfig } from '../../shared/config/resolved-config.js';
import { SPAN_BYTES_ESTIMATE } from '../../shared/limits.js';
import { causeOf } from '../lifecycle/diagnostics.js';
import { optionalPackage } from '../propagation/optional-package.js';
import type { SpanExporter, SpanProcessor } from '../sdk/types.js';
import { BatchSpanProcessor } from './batch-span-processor.js';

const PACKAGE = '@opentelemetry/exporter-zipkin';

type ExporterClass = new (options: { url: string }) => SpanExporter;

/** A text: why there is none, with the remedy. The package is not installed, or fails. `load` is for tests. */
export function createZipkinProcessor(
  config: ResolvedConfig & { readonly zipkin: ZipkinConfig },
  load: (name: string) => Record<string, unknown> | undefined = optionalPackage,
): SpanProcessor | string {
  const { batch, ringBytes, zipkin } = config;
  const maxQueueSize = Math.floor(ringBytes / SPAN_BYTES_ESTIMATE);
  try {
    const exporterClass = load(PACKAGE)?.ZipkinExporter;
    if (typeof exporterClass !== 'function') {
      return problem(config, `needs the package ${PACKAGE}: install it (npm install ${PACKAGE})`);
    }
    return new BatchSpanProcessor({
      exporter: new (exporterClass as ExporterClass)({ url: zipkin.url }),
      maxQueueSize,
      maxExportBatchSize: Math.min(batch.maxExportBatchSize, maxQueueSize),
      scheduledDelayMillis: batch.scheduledDelayMillis,
      exportTimeoutMillis: zipkin.timeoutMillis,
    });
  } catch (error) {
    return problem(config, `of ${PACKAGE} does not start (${causeOf(error)})`);
  }
}

function problem({ exportTraces, consoleTraces }: ResolvedConfig, why: string): string {
  const instead = exportTraces || consoleTraces ? 'it is left out' : 'otlp is used';
  return `The exporter zipkin ${why}, or send OTLP to a Collector; until then ${instead}.`;
}
