// A gRPC server of grpc-js that takes trace exports as bytes, for fault tests.

import { Metadata, Server, ServerCredentials, type ServerOptions, type ServerUnaryCall } from '@grpc/grpc-js';

export interface ReceivedExport {
  readonly body: Buffer;
  readonly metadata: Metadata;
}

/** The response's bytes, or a status, or undefined for silence. */
export type GrpcAnswer =
  | Uint8Array
  | { code: number; details?: string; statusDetails?: Uint8Array }
  | undefined;

export interface GrpcCollector {
  readonly port: number;
  readonly exports: readonly ReceivedExport[];
  close(): Promise<void>;
}

const identity = (bytes: Buffer) => bytes;

export async function grpcCollector(
  answer: (received: ReceivedExport, index: number) => GrpcAnswer,
  options: { port?: number; credentials?: ServerCredentials; server?: ServerOptions } = {},
): Promise<GrpcCollector> {
  const exports: ReceivedExport[] = [];
  const server = new Server(options.server);
  server.addService(
    {
      Export: {
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        requestStream: false,
        responseStream: false,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    },
    {
      Export(
        call: ServerUnaryCall<Buffer, Buffer>,
        callback: (error: object | null, value?: Buffer) => void,
      ) {
        const received = { body: call.request, metadata: call.metadata };
        exports.push(received);
        const given = answer(received, exports.length - 1);
        if (given instanceof Uint8Array) callback(null, Buffer.from(given));
        else if (given) callback({ ...given, metadata: trailers(given.statusDetails) });
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `127.0.0.1:${options.port ?? 0}`,
      options.credentials ?? ServerCredentials.createInsecure(),
      (error, bound) => (error ? reject(error) : resolve(bound)),
    );
  });
  return {
    port,
    exports,
    async close() {
      server.forceShutdown();
    },
  };
}

function trailers(statusDetails: Uint8Array | undefined): Metadata {
  const metadata = new Metadata();
  if (statusDetails) metadata.set('grpc-status-details-bin', Buffer.from(statusDetails));
  return metadata;
}
