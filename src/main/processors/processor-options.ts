// Options of the built-in span processors, and how their numbers are read. Thread: the user's, at construction.
// Callers: batch-span-processor.ts, simple-span-processor.ts.
//
// A number out of range is moved to the nearest bound with a warning, as OTel JS does with a batch that is larger than
// its queue: a processor with a slightly wrong number still exports. Only a missing exporter throws.

import type { MeterProvider } from '@opentelemetry/api';
import { OptionError } from '../../shared/errors.js';
import { EXPORT_TIMEOUT_MILLIS_DEFAULT, QUEUE_SIZE_MAX, TIMEOUT_MILLIS_MAX } from '../../shared/limits.js';
import type { SpanExporter } from '../sdk/types.js';
import { warn } from './processor-diagnostics.js';

export interface SpanProcessorOptions {
  /** Where the processor's own metrics (`otel.sdk.processor.span.*`) go. Default: nowhere. */
  selfObsMeterProvider?: MeterProvider | undefined;
}

export interface SimpleSpanProcessorOptions extends SpanProcessorOptions {
  exporter: SpanExporter;
  /** Milliseconds that one export may take, from 0 (no limit). Default 30000. */
  exportTimeoutMillis?: number | undefined;
  /** Spans that may wait while an export is under way; later ones are dropped and counted. Default 2048. */
  maxQueueSize?: number | undefined;
}

export interface BatchSpanProcessorOptions extends SpanProcessorOptions {
  exporter: SpanExporter;
  /** Spans in one export, from 1, at most `maxQueueSize`. Default 512. */
  maxExportBatchSize?: number | undefined;
  /** Milliseconds from the first waiting span to its export, from 0. Default 5000. */
  scheduledDelayMillis?: number | undefined;
  /** Milliseconds that one export may take, from 0 (no limit). Default 30000. */
  exportTimeoutMillis?: number | undefined;
  /** Spans that may wait; later ones are dropped and counted. Default 2048. */
  maxQueueSize?: number | undefined;
  /** For browsers; accepted, of no effect in Node. */
  disableAutoFlushOnDocumentHide?: boolean | undefined;
}

/** Deprecated: what OTel JS called the options with those for browsers, which are the same now. */
export type BatchSpanProcessorBrowserOptions = BatchSpanProcessorOptions;

const QUEUE_SIZE_DEFAULT = 2048;
const BATCH_SIZE_DEFAULT = 512;
const SCHEDULED_DELAY_DEFAULT = 5000;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

export class ProcessorOptionReader {
  readonly #owner: string;
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(owner: string, options: unknown) {
    this.#owner = owner;
    this.#options = (options ?? {}) as Record<string, unknown>;
  }

  exporter(): SpanExporter {
    const exporter = this.#options.exporter as SpanExporter | null | undefined;
    if (typeof exporter?.export !== 'function') {
      throw new OptionError({
        option: 'exporter',
        value: exporter === null ? 'null' : typeof exporter,
        range: 'an object with a method "export"',
        remedy: `Write new ${this.#owner}({ exporter }); since 3.0 of OpenTelemetry JS it is an option.`,
      });
    }
    return exporter;
  }

  maxQueueSize(): number {
    return this.#integer('maxQueueSize', { min: 1, max: QUEUE_SIZE_MAX, fallback: QUEUE_SIZE_DEFAULT });
  }

  maxExportBatchSize(maxQueueSize: number): number {
    const fallback = Math.min(BATCH_SIZE_DEFAULT, maxQueueSize);
    if (this.#options.maxExportBatchSize === undefined && maxQueueSize < BATCH_SIZE_DEFAULT) {
      warn(
        `${this.#owner}: maxQueueSize is ${maxQueueSize}, below the default maxExportBatchSize of ` +
          `${BATCH_SIZE_DEFAULT}; batches of ${maxQueueSize} are exported.`,
      );
    }
    return this.#integer('maxExportBatchSize', { min: 1, max: maxQueueSize, fallback });
  }

  scheduledDelayMillis(): number {
    return this.#integer('scheduledDelayMillis', {
      min: 0,
      max: TIMEOUT_MILLIS_MAX,
      fallback: SCHEDULED_DELAY_DEFAULT,
    });
  }

  /** 0 is no limit, as in the specification; what a timer can count at most stands for it. */
  exportTimeoutMillis(): number {
    const millis = this.#integer('exportTimeoutMillis', {
      min: 0,
      max: TIMEOUT_MILLIS_MAX,
      fallback: EXPORT_TIMEOUT_MILLIS_DEFAULT,
    });
    return millis === 0 ? TIMEOUT_MILLIS_MAX : millis;
  }

  #integer(option: string, { min, max, fallback }: Range): number {
    const given = this.#options[option];
    if (given === undefined || given === null) return fallback;
    const value = Math.floor(
      typeof given === 'string' && given.trim() !== '' ? Number(given) : asNumber(given),
    );
    if (Number.isNaN(value)) {
      warn(`${this.#owner}: ${option} is not a number; ${fallback} is used.`);
      return fallback;
    }
    const used = Math.min(Math.max(value, min), max);
    if (used !== value) {
      warn(`${this.#owner}: ${option} is ${value}, but must be from ${min} to ${max}; ${used} is used.`);
    }
    return used;
  }
}

function asNumber(given: unknown): number {
  return typeof given === 'number' ? given : Number.NaN;
}
