// A transport whose headers may change while it is in use: tokens expire. Export worker; caller: create-transport.ts, below
// the retries. Requests that are under way end with what they began with; later attempts take the new headers.

import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import type { ExportResult } from './export-result.js';
import type { Payload, Transport } from './transport.js';

export type CreateBareTransport = (exporter: ExporterConfig) => Promise<Transport>;

interface Use {
  readonly transport: Transport;
  sends: number;
}

export class RenewableTransport implements Transport {
  readonly #exporter: ExporterConfig;
  readonly #create: CreateBareTransport;
  #use: Use;
  #renewals: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(exporter: ExporterConfig, first: Transport, create: CreateBareTransport) {
    this.#exporter = exporter;
    this.#use = { transport: first, sends: 0 };
    this.#create = create;
  }

  /** One after the other: the last ones stay. Sends that come meanwhile wait for them. */
  useHeaders(headers: Readonly<Record<string, string>>): void {
    this.#renewals = this.#renewals.then(() => this.#renew(headers));
  }

  async send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    await this.#renewals;
    const use = this.#use;
    use.sends++;
    const result = await use.transport.send(payload, deadlineMillis);
    use.sends--;
    this.#closeUnused(use);
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#use.transport.close();
  }

  async #renew(headers: Readonly<Record<string, string>>): Promise<void> {
    const transport = await this.#create({ ...this.#exporter, headers });
    const old = this.#use;
    this.#use = { transport, sends: 0 };
    this.#closeUnused(old);
    if (this.#closed) await transport.close();
  }

  #closeUnused(use: Use): void {
    if (use !== this.#use && use.sends === 0) void use.transport.close();
  }
}
