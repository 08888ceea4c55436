// The official SDK with offloop's span processor: what people get who keep the SDK and want the export off their loop.

import { OffloadSpanProcessor } from 'offloop';
import { register } from '../rivals/global-setup.ts';
import { grpcUrl, httpUrl, type OpenSubject } from './subject.ts';

export const open: OpenSubject = async (options) => {
  const processor = new OffloadSpanProcessor({
    ...(options.ringBytes === undefined ? {} : { ringBytes: options.ringBytes }),
    exporter: {
      protocol: options.protocol,
      url: options.protocol === 'grpc' ? grpcUrl(options) : httpUrl(options),
      compression: options.compression,
    },
  });
  const provider = register(processor, options.sampler);
  return {
    tracer: provider.getTracer('bench', '1.0.0'),
    flush: () => processor.forceFlush(),
    totals: () => {
      const { delivered, droppedTotal } = processor.stats();
      return { delivered, dropped: droppedTotal };
    },
    close: () => processor.shutdown(),
  };
};
