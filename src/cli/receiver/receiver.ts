// A local OTLP receiver: one store, both servers. Runs in its own process, started by receiver-command.ts (for
// people) or receiver-process.ts (for the demo).

import { type GrpcReceiver, startGrpcReceiver } from './grpc-server.js';
import { startHttpReceiver } from './http-server.js';
import { TraceStore } from './trace-store.js';

export interface ReceiverPorts {
  /** 0: any free port. */
  readonly httpPort: number;
  readonly grpcPort: number;
}

export interface Receiver extends ReceiverPorts {
  readonly store: TraceStore;
  close(): Promise<void>;
}

export async function startReceiver(wanted: ReceiverPorts, store = new TraceStore()): Promise<Receiver> {
  const http = await startHttpReceiver(store, wanted.httpPort);
  let grpc: GrpcReceiver;
  try {
    grpc = await startGrpcReceiver(store, wanted.grpcPort);
  } catch (error) {
    await http.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    grpc.close();
    await http.close();
  };
  return { store, httpPort: http.port, grpcPort: grpc.port, close };
}
