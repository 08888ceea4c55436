// `offloop receiver`: a local OTLP receiver for people. Prints traces as trees until Ctrl-C or SIGTERM.

import { parseArgs } from 'node:util';
import { UsageError } from '../usage.js';
import { type Receiver, startReceiver } from './receiver.js';
import { TracePrinter } from './trace-printer.js';

/** The ports that OTLP registers, so that SDKs find the receiver without any setting. */
const HTTP_PORT_DEFAULT = 4318;
const GRPC_PORT_DEFAULT = 4317;
const PUMP_INTERVAL_MILLIS = 250;

export async function receiverCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { 'http-port': { type: 'string' }, 'grpc-port': { type: 'string' } },
  });
  const wanted = {
    httpPort: parsePort('--http-port', values['http-port'], HTTP_PORT_DEFAULT),
    grpcPort: parsePort('--grpc-port', values['grpc-port'], GRPC_PORT_DEFAULT),
  };
  let receiver: Receiver;
  try {
    receiver = await startReceiver(wanted);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`offloop receiver: cannot listen: ${reason}`);
    console.error('Choose other ports with --http-port and --grpc-port; 0 means any free port.');
    return 1;
  }
  console.log(`OTLP/HTTP  http://127.0.0.1:${receiver.httpPort}/v1/traces  (protobuf, json)`);
  console.log(`OTLP/gRPC  http://127.0.0.1:${receiver.grpcPort}\n`);

  const printer = new TracePrinter(receiver.store, (text) => process.stdout.write(text));
  const pump = setInterval(() => printer.pump(performance.now()), PUMP_INTERVAL_MILLIS);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  clearInterval(pump);
  printer.pump(performance.now(), true);
  await receiver.close();
  const { distinctSpans, duplicateSpans, requests } = receiver.store.counts;
  console.log(`${distinctSpans} spans in ${requests} requests, ${duplicateSpans} spans came twice.`);
  return 0;
}

function parsePort(option: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new UsageError(`${option} is ${JSON.stringify(value)}, it must be a port from 0 to 65535`);
}
