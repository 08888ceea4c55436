// Stands for a transport that could not be made. Export worker; caller: create-transport.ts.

import type { ExportResult } from './export-result.js';
import type { Transport } from './transport.js';

export class UnusableTransport implements Transport {
  readonly #cause: string;

  constructor(cause: string) {
    this.#cause = `the exporter could not be started: ${cause}`;
  }

  async send(): Promise<ExportResult> {
    return { status: 'failure', cause: this.#cause };
  }

  async close(): Promise<void> {}
}
