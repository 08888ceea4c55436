// offloop as an application uses it: by its package name, so that the built package is what is measured.

import { trace } from '@opentelemetry/api';
import { start } from 'offloop';
import { recorder } from 'offloop/recorder';
import { KIND_SERVER, type RecordSpan } from '../load/styles.ts';
import { grpcUrl, httpUrl, type OpenSubject } from './subject.ts';

const FLUSH_TIMEOUT_MILLIS = 60_000;

/** As little as a processor can do: what is measured is that there is one. */
class CountingProcessor {
  started = 0;
  ended = 0;
  onStart(): void {
    this.started++;
  }
  onEnd(): void {
    this.ended++;
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

export const open: OpenSubject = async (options) => {
  const telemetry = start({
    serviceName: 'bench',
    ...(options.ringBytes === undefined ? {} : { ringBytes: options.ringBytes }),
    ...(options.sampler === undefined ? {} : { sampler: { name: options.sampler } }),
    ...(options.userProcessor === true ? { spanProcessors: [new CountingProcessor()] } : {}),
    exporter: {
      protocol: options.protocol,
      url: options.protocol === 'grpc' ? grpcUrl(options) : httpUrl(options),
      compression: options.compression,
    },
  });
  await telemetry.ready;

  const template = recorder.template({
    name: 'GET',
    kind: KIND_SERVER,
    attributes: [
      ['http.route', 'string'],
      ['enduser.id', 'string'],
      ['http.response.status_code', 'int'],
      ['cache.hit', 'boolean'],
    ],
  });
  const recordTemplate: RecordSpan = (values) => {
    template.start().end(values.route, values.user, values.status, values.hit);
  };

  return {
    tracer: trace.getTracer('bench', '1.0.0'),
    recordTemplate,
    flush: async () => {
      if (!(await telemetry.forceFlush(FLUSH_TIMEOUT_MILLIS))) throw new Error('offloop: flush timed out');
    },
    totals: () => {
      const stats = telemetry.stats();
      return { delivered: stats.delivered, dropped: stats.droppedTotal };
    },
    fill: () => {
      const ring = telemetry.stats().ring;
      return ring.usedBytes / ring.capacityBytes;
    },
    close: async () => {
      await telemetry.shutdown();
    },
  };
};
