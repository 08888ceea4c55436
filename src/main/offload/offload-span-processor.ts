// A span processor for people who keep the official SDK (2.x and 3.x) and want the export off their event loop: ended
// spans go into a ring, workers do the rest. Thread: main. Callers: users, through `offloop` and `offloop/sdk`.
// Specification: Trace SDK, "Span processor".

import type { SpanContext } from '@opentelemetry/api';
import { causeOf, report } from '../lifecycle/diagnostics.js';
import type { Stats } from '../lifecycle/stats.js';
import type { ReadableSpan } from '../sdk/types.js';
import { FLAG_SAMPLED } from '../trace/ids/span-flags.js';
import { hasOwnWords } from '../trace/ids/span-identity.js';
import { type OffloadOptions, resolveOffloadConfig } from './offload-options.js';
import { OffloadPipelines } from './offload-pipelines.js';

/** A ReadableSpan of any version: users' compilers must not compare their version's types with another one's. */
export interface EndedSpan {
  spanContext(): SpanContext;
}

/** A SpanProcessor of OpenTelemetry JS 2.x and 3.x. */
export class OffloadSpanProcessor {
  readonly #pipelines: OffloadPipelines;
  #shutdown: Promise<void> | undefined;

  /**
   * Checks the options, and starts nothing: threads come with the first span. Throws an OptionError. `environment` has the
   * variables that count where the options are silent; default: those of the process.
   */
  constructor(options?: OffloadOptions, environment?: Readonly<Record<string, string | undefined>>) {
    this.#pipelines = new OffloadPipelines(
      resolveOffloadConfig(options, 'OffloadSpanProcessor', environment),
    );
  }

  onStart(_span: unknown, _parentContext: unknown): void {}

  onEnd(span: EndedSpan): void {
    try {
      const { traceFlags } = hasOwnWords(span) ? span : span.spanContext();
      if ((traceFlags & FLAG_SAMPLED) === 0) return;
      const readable = span as ReadableSpan;
      this.#pipelines.of(readable)?.add(readable);
    } catch (error) {
      report('error', 'offload', `a span could not be taken: ${causeOf(error)}`);
    }
  }

  /**
   * Resolves when every span ended before was delivered or dropped (and counted). Rejects when the time was over first
   * (`exporter.timeoutMillis`), or spans could not be delivered meanwhile.
   */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    const lost = this.#lost();
    const complete = await this.#pipelines.forceFlush();
    this.#checkFlushed(complete, lost);
  }

  /** Flushes, and ends the workers. Spans that end later are counted as `already_shutdown`. Rejects as a flush does. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  /** Counters of all threads, at this moment. */
  stats(): Stats {
    return this.#pipelines.stats();
  }

  async #stop(): Promise<void> {
    const lost = this.#lost();
    const complete = await this.#pipelines.shutdown();
    this.#checkFlushed(complete, lost);
  }

  /** Spans that were recorded and did not arrive. */
  #lost(): number {
    const { dropped } = this.stats();
    return dropped.export_failed + dropped.rejected + dropped.shutdown_timeout;
  }

  #checkFlushed(complete: boolean, lostBefore: number): void {
    const lost = this.#lost() - lostBefore;
    if (lost > 0) throw new Error(`offloop: ${lost} spans could not be delivered`);
    if (!complete) throw new Error('offloop: spans were not delivered in time');
  }
}
