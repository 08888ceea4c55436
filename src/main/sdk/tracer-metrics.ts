// `otel.sdk.span.started` and `otel.sdk.span.live` of a provider that was given a MeterProvider. Thread: producer.
// Caller: tracer.ts. The meter is a plug-in too: it may throw.
// Specification: semantic conventions, "SDK Metrics" (Development).

import type { Attributes, Counter, MeterProvider, SpanContext, UpDownCounter } from '@opentelemetry/api';
import { OFFLOOP_VERSION } from '../../shared/version.js';
import type { PlugInErrors } from '../plug-ins/plug-in-errors.js';
import { SamplingDecision } from './types.js';

const RESULTS = ['DROP', 'RECORD_ONLY', 'RECORD_AND_SAMPLE'] as const;

export class TracerMetrics {
  readonly #started: Counter;
  readonly #live: UpDownCounter;
  readonly #meterProvider: MeterProvider;
  readonly #errors: PlugInErrors;

  private constructor(meterProvider: MeterProvider, errors: PlugInErrors) {
    const meter = meterProvider.getMeter('offloop', OFFLOOP_VERSION);
    this.#started = meter.createCounter('otel.sdk.span.started', {
      unit: '{span}',
      description: 'The number of created spans.',
    });
    this.#live = meter.createUpDownCounter('otel.sdk.span.live', {
      unit: '{span}',
      description: 'The number of currently live spans.',
    });
    this.#meterProvider = meterProvider;
    this.#errors = errors;
  }

  /** Undefined: nobody wants them, or no instrument is to be had. */
  static of(meterProvider: MeterProvider | undefined, errors: PlugInErrors): TracerMetrics | undefined {
    if (meterProvider === undefined || meterProvider === null) return undefined;
    try {
      return new TracerMetrics(meterProvider, errors);
    } catch (error) {
      errors.report('MeterProvider', meterProvider, 'getMeter', error);
      return undefined;
    }
  }

  /** To be called for each span; what it returns at the end of one that records. */
  started(parent: SpanContext | undefined, decision: SamplingDecision): (() => void) | undefined {
    const result = { 'otel.span.sampling_result': RESULTS[decision] };
    const origin = parent === undefined ? 'none' : parent.isRemote === true ? 'remote' : 'local';
    this.#add(this.#started, 1, { 'otel.span.parent.origin': origin, ...result });
    if (decision === SamplingDecision.NOT_RECORD) return undefined;
    this.#add(this.#live, 1, result);
    return () => this.#add(this.#live, -1, result);
  }

  #add(instrument: Counter | UpDownCounter, value: number, attributes: Attributes): void {
    try {
      instrument.add(value, attributes);
    } catch (error) {
      this.#errors.report('MeterProvider', this.#meterProvider, 'add', error);
    }
  }
}
