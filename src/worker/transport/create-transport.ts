// From the resolved configuration to the transport that the pipeline uses. Export worker; caller: the worker's start.
// Only what the protocol needs is loaded: grpc-js costs 10 MB (and 45 ms), plain HTTP 1 MB, HTTPS 5 MB.

import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import { RenewableTransport } from './renewable-transport.js';
import { RetryingTransport, type RetryObserver } from './retrying-transport.js';
import type { Scheduler, Transport } from './transport.js';
import { UnusableTransport } from './unusable-transport.js';

export interface TransportObserver extends RetryObserver {
  /** Something in the configuration that is passed over. Free of secrets. */
  onWarning(message: string): void;
}

/** Never rejects: a transport that cannot be made is one whose sends all fail, saying why. */
export async function createTransport(
  exporter: ExporterConfig,
  scheduler: Scheduler,
  observer: TransportObserver,
  random: () => number = Math.random,
): Promise<RetryingTransport> {
  const create = (config: ExporterConfig) =>
    createBareTransport(config, scheduler, (message) => observer.onWarning(message));
  const renewable = new RenewableTransport(exporter, await create(exporter), create);
  return new RetryingTransport(renewable, scheduler, observer, random);
}

async function createBareTransport(
  exporter: ExporterConfig,
  scheduler: Scheduler,
  diagnostic: (message: string) => void,
): Promise<Transport> {
  try {
    if (exporter.protocol === 'grpc') {
      const { createGrpcTransport } = await import('./grpc-transport.js');
      return createGrpcTransport(exporter, scheduler, diagnostic);
    }
    if (exporter.protocol === 'file') {
      const { FileTransport } = await import('./file-transport.js');
      return new FileTransport(exporter.url, scheduler);
    }
    const { createHttpTransport } = await import('./http-transport.js');
    return createHttpTransport(exporter, scheduler, diagnostic);
  } catch (error) {
    // A bundle without the package, most likely. The message of an URL error holds no URL.
    return new UnusableTransport(error instanceof Error ? error.message : String(error));
  }
}
