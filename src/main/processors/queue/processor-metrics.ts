// What a span processor measures about itself, if it was given a meter provider. Thread: the user's. Caller: span-queue.ts.
// Semantic conventions: "SDK metrics", otel.sdk.processor.span.*: a span counts as processed when it is given to the exporter,
// whatever becomes of it there, or when it is dropped, with the reason as `error.type`.

import type {
  Attributes,
  Counter,
  Meter,
  MeterProvider,
  ObservableCallback,
  ObservableUpDownCounter,
} from '@opentelemetry/api';
import { componentAttributes } from '../../lifecycle/component-attributes.js';
import { reportError, toError } from '../processor-diagnostics.js';

export type ProcessorDropReason = 'queue_full' | 'already_shutdown';

export class ProcessorMetrics {
  readonly #attributes: Attributes;
  #processed: Counter | undefined;
  #queueSize: ObservableUpDownCounter | undefined;
  #observeQueueSize: ObservableCallback | undefined;

  constructor(componentType: string, meterProvider: MeterProvider | undefined) {
    this.#attributes = componentAttributes(componentType);
    if (meterProvider === undefined) return;
    this.#guard(() => {
      this.#processed = meter(meterProvider).createCounter('otel.sdk.processor.span.processed', {
        unit: '{span}',
        description: 'Spans whose processing has ended: given to the exporter, or dropped.',
      });
    });
  }

  observeQueue(meterProvider: MeterProvider | undefined, capacity: number, size: () => number): void {
    if (meterProvider === undefined) return;
    this.#guard(() => {
      const ours = meter(meterProvider);
      ours
        .createUpDownCounter('otel.sdk.processor.span.queue.capacity', {
          unit: '{span}',
          description: 'Spans that the queue can hold.',
        })
        .add(capacity, this.#attributes);
      this.#queueSize = ours.createObservableUpDownCounter('otel.sdk.processor.span.queue.size', {
        unit: '{span}',
        description: 'Spans in the queue.',
      });
      this.#observeQueueSize = (result) => result.observe(size(), this.#attributes);
      this.#queueSize.addCallback(this.#observeQueueSize);
    });
  }

  processed(count: number): void {
    if (this.#processed === undefined) return;
    this.#guard(() => this.#processed?.add(count, this.#attributes));
  }

  dropped(count: number, reason: ProcessorDropReason): void {
    if (this.#processed === undefined) return;
    this.#guard(() => this.#processed?.add(count, { ...this.#attributes, 'error.type': reason }));
  }

  /** The queue is no longer observed; what is dropped from now on is still counted. */
  stop(): void {
    if (this.#observeQueueSize === undefined) return;
    const observe = this.#observeQueueSize;
    this.#observeQueueSize = undefined;
    this.#guard(() => this.#queueSize?.removeCallback(observe));
  }

  /** The meter is the user's: what it throws must stop neither spans nor their export. */
  #guard(measure: () => void): void {
    try {
      measure();
    } catch (thrown) {
      reportError(toError(thrown));
    }
  }
}

function meter(provider: MeterProvider): Meter {
  return provider.getMeter('offloop');
}
