// Stands between pipeline and transport and notes when the pipeline breaks a bound of its own: exports in flight, bytes
// of a batch. An export that the pipeline has given up as overdue is no longer in flight for it.

import type { ResolvedConfig } from '../../../src/shared/config/resolved-config.js';
import { OVERDUE_MILLIS } from '../../../src/worker/exporter.js';
import type { ExportResult } from '../../../src/worker/transport/export-result.js';
import type { Payload, Scheduler, Transport } from '../../../src/worker/transport/transport.js';

/** Our records take hardly more in the request than in the ring: tags and lengths around names and groups. */
const FRAMES_BYTES = 256;

export class BoundsTransport implements Transport {
  readonly violations: string[];
  readonly #inner: Transport;
  readonly #config: ResolvedConfig;
  readonly #scheduler: Scheduler;
  readonly #overdueMillis = new Map<object, number>();

  constructor(inner: Transport, config: ResolvedConfig, scheduler: Scheduler, violations: string[]) {
    this.#inner = inner;
    this.#config = config;
    this.#scheduler = scheduler;
    this.violations = violations;
  }

  async send(payload: Payload, deadlineMillis: number): Promise<ExportResult> {
    const { maxExportBatchBytes, maxExportBatchSize } = this.#config.batch;
    const { maxConcurrentExports } = this.#config.exporter;
    this.#overdueMillis.set(payload, deadlineMillis + OVERDUE_MILLIS);
    const inFlight = [...this.#overdueMillis.values()].filter((due) => due > this.#scheduler.now()).length;
    if (inFlight > maxConcurrentExports) this.violations.push(`${inFlight} exports in flight`);
    if (payload.spanCount > maxExportBatchSize) this.violations.push(`a batch of ${payload.spanCount} spans`);
    if (payload.spanCount > 1 && payload.body.length > maxExportBatchBytes + FRAMES_BYTES) {
      this.violations.push(`a batch of ${payload.body.length} bytes`);
    }
    try {
      return await this.#inner.send(payload, deadlineMillis);
    } finally {
      this.#overdueMillis.delete(payload);
    }
  }

  get notBeforeMillis(): number | undefined {
    return this.#inner.notBeforeMillis;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
