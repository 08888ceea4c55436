// The rival: OpenTelemetry JS with a BatchSpanProcessor and an OTLP exporter, all on the main thread.

import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { OpenSubject } from '../subjects/subject.ts';
import { CountingExporter, createExporter } from './exporter.ts';
import { register } from './global-setup.ts';

export const open: OpenSubject = async (options) => {
  const exporter = new CountingExporter(await createExporter(options));
  const processor = new BatchSpanProcessor({
    exporter,
    ...(options.maxQueueSize === undefined ? {} : { maxQueueSize: options.maxQueueSize }),
    ...(options.maxExportBatchSize === undefined ? {} : { maxExportBatchSize: options.maxExportBatchSize }),
  });
  const provider = register(processor, options.sampler);
  return {
    tracer: trace.getTracer('bench', '1.0.0'),
    flush: async () => {
      await provider.forceFlush();
      // forceFlush does not wait for a batch which the processor was already sending.
      while (exporter.outstanding > 0) await sleep(1);
    },
    totals: (offered) => ({ delivered: exporter.delivered, dropped: offered - exporter.delivered }),
    close: () => provider.shutdown(),
  };
};
