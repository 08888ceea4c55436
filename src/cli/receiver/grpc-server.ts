// OTLP/gRPC: TraceService/Export on the loopback interface. Receiver process. The only file of the command line
// that imports @grpc/grpc-js. Messages stay bytes in both directions: reading them is otlp-reader.ts's work.

import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { BODY_BYTES_MAX, REJECTED_REASON } from './http-server.js';
import { successAnswer } from './otlp-answer.js';
import { MalformedOtlpError } from './otlp-error.js';
import { readTraceRequest } from './otlp-reader.js';
import type { TraceStore } from './trace-store.js';

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asIs = (bytes: Buffer): Buffer => bytes;

const traceService: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asBuffer,
    responseDeserialize: asIs,
  },
};

export interface GrpcReceiver {
  readonly port: number;
  close(): void;
}

export async function startGrpcReceiver(store: TraceStore, port: number): Promise<GrpcReceiver> {
  // The limit holds for the message as received and again while it is decompressed.
  const server = new Server({ 'grpc.max_receive_message_length': BODY_BYTES_MAX });
  const exportSpans: handleUnaryCall<Buffer, Uint8Array> = (call, callback) => {
    try {
      const rejected = store.add(readTraceRequest(call.request));
      callback(null, successAnswer('protobuf', rejected, REJECTED_REASON));
    } catch (error) {
      store.counts.malformedRequests++;
      const code = error instanceof MalformedOtlpError ? status.INVALID_ARGUMENT : status.INTERNAL;
      callback({ code, details: error instanceof Error ? error.message : String(error) });
    }
  };
  server.addService(traceService, { export: exportSpans });
  const boundPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port: boundPort, close: () => server.forceShutdown() };
}
