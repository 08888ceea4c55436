// What an OTLPTraceExporter measures of itself, if it was given a meter provider. Thread: the user's. Caller: otlp-trace-exporter.ts.
// Semantic conventions: "SDK metrics" (Development), otel.sdk.exporter.*.

import type { Attributes, Counter, Histogram, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import { OFFLOOP_VERSION } from '../../shared/version.js';
import { reportCallbackError } from '../lifecycle/callback-errors.js';
import { exporterAttributes } from '../lifecycle/exporter-attributes.js';

const OWNER = 'OTLPTraceExporter';

export class ExporterMetrics {
  readonly #attributes: Attributes;
  #inFlight: UpDownCounter | undefined;
  #exported: Counter | undefined;
  #duration: Histogram | undefined;

  constructor(meterProvider: MeterProvider, exporter: ExporterConfig) {
    this.#attributes = exporterAttributes(exporter);
    this.#guard(() => {
      const meter = meterProvider.getMeter('offloop', OFFLOOP_VERSION);
      this.#inFlight = meter.createUpDownCounter('otel.sdk.exporter.span.inflight', {
        unit: '{span}',
        description: 'Spans given to the exporter whose export has not ended.',
      });
      this.#exported = meter.createCounter('otel.sdk.exporter.span.exported', {
        unit: '{span}',
        description: 'Spans whose export has ended.',
      });
      this.#duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
        unit: 's',
        description: 'Duration of exports.',
        // Sum and count alone, as the conventions want it.
        advice: { explicitBucketBoundaries: [] },
      });
    });
  }

  /** What it returns is to be called when the export has ended, with the error of one that failed. */
  started(count: number): (error: Error | undefined) => void {
    const startMillis = performance.now();
    this.#guard(() => this.#inFlight?.add(count, this.#attributes));
    return (error) => {
      const attributes =
        error === undefined ? this.#attributes : { ...this.#attributes, 'error.type': typeOf(error) };
      this.#guard(() => this.#inFlight?.add(-count, this.#attributes));
      this.#guard(() => this.#exported?.add(count, attributes));
      this.#guard(() => this.#duration?.record((performance.now() - startMillis) / 1000, attributes));
    };
  }

  /** The meter is the application's: what it throws must not stop exports. */
  #guard(measure: () => void): void {
    try {
      measure();
    } catch (error) {
      reportCallbackError('selfObsMeterProvider', OWNER, error);
    }
  }
}

function typeOf({ name }: Error): string {
  return name === 'Error' ? 'export_failed' : name;
}
