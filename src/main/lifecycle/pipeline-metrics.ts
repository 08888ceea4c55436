// Metrics of the way from the rings to the Collector: observable instruments that read the counters in shared memory when a
// reader collects. Thread: main. Caller: self-meter.ts. Semantic conventions: "SDK metrics" (Development); what these do not
// name is called offloop.*.
//
// A span counts as processed when it is settled: the exporter's answer is there, whatever it is, or it was dropped, with the
// reason as `error.type`. So the sum of `processed` is `recorded - pending` of stats(), and what waits or is under way is in
// `queue.size` and `inflight`.

import type { Attributes, BatchObservableResult, Meter, MeterProvider, Observable } from '@opentelemetry/api';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import type { DropReason } from '../../shared/counters.js';
import { SPAN_BYTES_ESTIMATE } from '../../shared/limits.js';
import { OFFLOOP_VERSION } from '../../shared/version.js';
import { reportCallbackError } from './callback-errors.js';
import { componentAttributes } from './component-attributes.js';
import { exporterAttributes } from './exporter-attributes.js';
import type { Stats } from './stats.js';

export interface ObservedLanes {
  stats(): Stats;
  readonly spansInFlight: number;
}

/** The exporter has answered for these; all others never came to it. */
const OF_EXPORTER: readonly DropReason[] = ['rejected', 'export_failed'];

export function observePipeline(
  meterProvider: MeterProvider,
  exporter: ExporterConfig,
  lanes: ObservedLanes,
): void {
  try {
    const meter = meterProvider.getMeter('offloop', OFFLOOP_VERSION);
    const metrics = new PipelineMetrics(meter, exporter, lanes);
    meter.addBatchObservableCallback((result) => metrics.observe(result), metrics.observables);
  } catch (error) {
    // The provider is the application's: what it throws must not stop the start.
    reportCallbackError('getMeter', 'meterProvider', error);
  }
}

class PipelineMetrics {
  readonly #lanes: ObservedLanes;
  readonly #processor = componentAttributes('batching_span_processor');
  readonly #exporter: Attributes;
  readonly #processed: Observable;
  readonly #queueSize: Observable;
  readonly #queueCapacity: Observable;
  readonly #exported: Observable;
  readonly #inFlight: Observable;
  readonly #ringUsed: Observable;
  readonly #ringCapacity: Observable;
  readonly #restarts: Observable;

  constructor(meter: Meter, exporter: ExporterConfig, lanes: ObservedLanes) {
    this.#lanes = lanes;
    this.#exporter = exporterAttributes(exporter);
    const counter = (name: string, unit: string, description: string) =>
      meter.createObservableCounter(name, { unit, description });
    const level = (name: string, unit: string, description: string) =>
      meter.createObservableUpDownCounter(name, { unit, description });
    const span = '{span}';
    const processor = 'otel.sdk.processor.span';
    this.#processed = counter(`${processor}.processed`, span, 'Spans that were exported or dropped.');
    this.#queueSize = level(`${processor}.queue.size`, span, 'Spans that wait in the rings.');
    this.#queueCapacity = level(
      `${processor}.queue.capacity`,
      span,
      'Spans of 256 bytes that the rings hold.',
    );
    this.#exported = counter('otel.sdk.exporter.span.exported', span, 'Spans whose export has ended.');
    this.#inFlight = level('otel.sdk.exporter.span.inflight', span, 'Spans in requests without an answer.');
    this.#ringUsed = level('offloop.ring.used', 'By', 'Bytes of the rings in use.');
    this.#ringCapacity = level('offloop.ring.capacity', 'By', 'Bytes of the rings.');
    this.#restarts = counter(
      'offloop.worker.restarts',
      '{restart}',
      'Export workers that died and were replaced.',
    );
  }

  get observables(): Observable[] {
    return [
      this.#processed,
      this.#queueSize,
      this.#queueCapacity,
      this.#exported,
      this.#inFlight,
      this.#ringUsed,
      this.#ringCapacity,
      this.#restarts,
    ];
  }

  observe(result: BatchObservableResult): void {
    // Before the others: what lands in between is then in flight and settled, and the queue not below 0.
    const inFlight = this.#lanes.spansInFlight;
    const { delivered, dropped, pending, ring, workerRestarts } = this.#lanes.stats();
    const exported = delivered + dropped.rejected + dropped.export_failed;
    result.observe(this.#processed, exported, this.#processor);
    result.observe(this.#exported, delivered, this.#exporter);
    for (const [reason, count] of Object.entries(dropped) as [DropReason, number][]) {
      if (count === 0) continue;
      const isExporters = OF_EXPORTER.includes(reason);
      const [instrument, attributes] = isExporters
        ? [this.#exported, this.#exporter]
        : [this.#processed, this.#processor];
      result.observe(instrument, count, { ...attributes, 'error.type': reason });
    }
    result.observe(this.#inFlight, Math.min(inFlight, pending), this.#exporter);
    result.observe(this.#queueSize, Math.max(0, pending - inFlight), this.#processor);
    result.observe(
      this.#queueCapacity,
      Math.floor(ring.capacityBytes / SPAN_BYTES_ESTIMATE),
      this.#processor,
    );
    result.observe(this.#ringUsed, ring.usedBytes);
    result.observe(this.#ringCapacity, ring.capacityBytes);
    result.observe(this.#restarts, workerRestarts);
  }
}
