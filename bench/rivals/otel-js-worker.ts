// The honest rival: OpenTelemetry JS whose ended spans are posted in batches of 512 to a worker, which serializes and
// sends them. What everybody tries first when export is to leave the event loop.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { OpenSubject } from '../subjects/subject.ts';
import { register } from './global-setup.ts';
import type { FromWorker, SpanWorkerData } from './posted-span.ts';
import { PostingProcessor } from './posting-processor.ts';

export const open: OpenSubject = async (options) => {
  const workerData: SpanWorkerData = {
    options,
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'bench' })).attributes,
  };
  const worker = new Worker(new URL('./span-worker.ts', import.meta.url), { workerData });
  const [ready] = (await once(worker, 'message')) as [FromWorker];
  if (ready.type !== 'ready') throw new Error(`otel-js-worker: expected ready, got ${ready.type}`);
  const processor = new PostingProcessor(worker, options.maxQueueSize, options.maxExportBatchSize);
  const provider = register(processor);
  return {
    tracer: trace.getTracer('bench', '1.0.0'),
    flush: () => provider.forceFlush(),
    totals: (offered) => ({ delivered: processor.delivered, dropped: offered - processor.delivered }),
    close: async () => {
      await provider.shutdown();
      await worker.terminate();
    },
  };
};
