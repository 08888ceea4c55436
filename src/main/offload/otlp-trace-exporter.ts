// OTel JS's OTLP trace exporter with the work on other threads: `export` writes spans into rings, workers send them.
// Thread: main. Callers: users, through `offloop/sdk`, and the span processors they hand it to.
// Specification: Trace SDK, "Span Exporter"; OpenTelemetry Protocol Exporter.

import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { TIMEOUT_MILLIS_MAX } from '../../shared/limits.js';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import type { Settlement } from '../lifecycle/settlement.js';
import type { Stats } from '../lifecycle/stats.js';
import type { ReadableSpan, SpanExporter } from '../sdk/types.js';
import { ExporterMetrics } from './exporter-metrics.js';
import { resolveOffloadConfig } from './offload-options.js';
import { OffloadPipelines } from './offload-pipelines.js';
import { recordBatch } from './offloaded-batch.js';
import { type OTLPTraceExporterOptions, offloadOptionsOf, reportUnusable } from './otlp-exporter-options.js';

const OWNER = 'OTLPTraceExporter';
/** As in OTel JS. */
const CONCURRENCY_LIMIT_DEFAULT = 30;
/** The worker gives a batch up at its time-out; its answer takes a moment. */
const ANSWER_MILLIS = 2000;

/** ExportResultCode of @opentelemetry/core. */
const SUCCESS = 0;
const FAILED = 1;

type ResultCallback = Parameters<SpanExporter['export']>[1];

export class OTLPTraceExporter implements SpanExporter {
  readonly #options: OTLPTraceExporterOptions;
  readonly #config: ResolvedConfig;
  readonly #pipelines: OffloadPipelines;
  readonly #concurrencyLimit: number;
  readonly #metrics: ExporterMetrics | undefined;
  readonly #underWay = new Set<Promise<void>>();
  /** What the function of headers gave last. */
  #headersText: string | undefined;
  #shutdown: Promise<void> | undefined;

  /** Checks the options, and starts nothing: threads come with the first export. Throws an OptionError. */
  constructor(options: OTLPTraceExporterOptions = {}) {
    this.#options = { ...options };
    const headers = typeof options.headers === 'function' ? undefined : options.headers;
    this.#config = resolveOffloadConfig(offloadOptionsOf(this.#options, headers), OWNER);
    reportUnusable(this.#options);
    this.#pipelines = new OffloadPipelines(this.#config);
    this.#concurrencyLimit = options.concurrencyLimit ?? CONCURRENCY_LIMIT_DEFAULT;
    const { selfObsMeterProvider } = options;
    this.#metrics = selfObsMeterProvider && new ExporterMetrics(selfObsMeterProvider, this.#config.exporter);
  }

  /**
   * Calls back when these spans were acknowledged, or some of them were dropped: at the latest `timeoutMillis` and some
   * seconds later. Several calls may be under way, up to `concurrencyLimit`.
   */
  export(spans: ReadableSpan[], resultCallback: ResultCallback): void {
    if (this.#shutdown !== undefined) {
      answer(resultCallback, new Error(`${OWNER} has been shut down`));
      return;
    }
    if (this.#underWay.size >= this.#concurrencyLimit) {
      answer(resultCallback, new Error('Concurrent export limit reached'));
      return;
    }
    const measure = this.#metrics?.started(spans.length);
    const end = (error: Error | undefined): void => {
      measure?.(error);
      answer(resultCallback, error);
    };
    const exported = this.#export(spans).then(
      () => end(undefined),
      (error: unknown) => end(error instanceof Error ? error : new Error(causeOf(error))),
    );
    this.#underWay.add(exported);
    void exported.then(() => this.#underWay.delete(exported));
  }

  /** Resolves when all exports under way have had their answer. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Waits for the exports under way, then ends the workers. Later exports fail. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  /** Counters of all threads, at this moment. */
  stats(): Stats {
    return this.#pipelines.stats();
  }

  /** Records at once, within the call, unless headers have to be asked for first. */
  async #export(spans: readonly ReadableSpan[]): Promise<void> {
    if (typeof this.#options.headers === 'function') await this.#renewHeaders(this.#options.headers);
    const timeoutMillis = Math.min(
      this.#config.exporter.timeoutMillis + ANSWER_MILLIS,
      TIMEOUT_MILLIS_MAX - ANSWER_MILLIS,
    );
    check(await recordBatch(spans, this.#pipelines, timeoutMillis), spans.length);
  }

  async #renewHeaders(headers: () => unknown): Promise<void> {
    const given = await headers();
    const text = JSON.stringify(given);
    if (text === this.#headersText) return;
    const { exporter } = resolveOffloadConfig(offloadOptionsOf(this.#options, given), OWNER);
    this.#pipelines.useHeaders(exporter.headers);
    this.#headersText = text;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#pipelines.shutdown();
  }
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

function check(settlement: Settlement, count: number): void {
  if (settlement === 'dropped') throw new Error(`${OWNER}: not all of ${count} spans could be delivered`);
  if (settlement === 'pending') throw new TimeoutError(`${OWNER}: ${count} spans were not delivered in time`);
}

function answer(resultCallback: ResultCallback, error: Error | undefined): void {
  try {
    resultCallback(error === undefined ? { code: SUCCESS } : { code: FAILED, error });
  } catch (thrown) {
    report('error', 'exporter callback', `the callback of an export threw: ${causeOf(thrown)}`);
  }
}
