// One independent pipeline: the spans of one resource, with rings, workers and accounts of their own. Thread: main.
// Caller: offload-pipelines.ts, at the first span of a resource.
//
// Spans are recorded at once. The workers start when the resource is complete: they are born with it.

import { context } from '@opentelemetry/api';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { ProducerCounter } from '../../shared/counters.js';
import { ExportLanes } from '../lifecycle/export-lanes.js';
import type { ContextRunner } from '../lifecycle/inline-host.js';
import type { StatsSources } from '../lifecycle/stats.js';
import type { ReadableSpan } from '../sdk/types.js';
import { ReadableSpanRecorder } from './readable-span-recorder.js';
import { blobOf, isPending, settledResource } from './resource-of-spans.js';

/** The context manager is the one that the SDK in front has registered. */
const apiContext: ContextRunner = { with: (active, call) => context.with(active, call) };

export class OffloadPipeline {
  readonly #lanes: ExportLanes;
  readonly #recorder: ReadableSpanRecorder;
  /** Resolves when the workers have been started. */
  readonly #started: Promise<void>;

  constructor(config: ResolvedConfig, resource: ReadableSpan['resource']) {
    this.#lanes = new ExportLanes({
      config,
      contextRunner: apiContext,
      resource: () => blobOf(resource, this.#lanes.producer.recording),
    });
    const { recording, defineScope } = this.#lanes.producer;
    this.#recorder = new ReadableSpanRecorder(recording, defineScope);
    this.#started = this.#start(resource);
  }

  get sources(): StatsSources {
    return this.#lanes.sources;
  }

  record(span: ReadableSpan): void {
    this.#recorder.record(span);
  }

  /** A span that found no pipeline of its own. */
  refuse(): void {
    const { counters } = this.#lanes.producer.recording;
    counters[ProducerCounter.Recorded]++;
    counters[ProducerCounter.DroppedQueueFull]++;
  }

  /** True: everything recorded before was delivered or dropped, and counted. */
  async forceFlush(timeoutMillis: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    await this.#startedBy(deadline);
    return this.#lanes.forceFlush(Math.max(0, deadline - performance.now()));
  }

  flushSync(timeoutMillis: number): boolean {
    return this.#lanes.flushSync(timeoutMillis);
  }

  async shutdown(timeoutMillis: number): Promise<boolean> {
    // At once, not after the wait: what ends now is counted as too late.
    this.#lanes.producer.recording.closed = true;
    const deadline = performance.now() + timeoutMillis;
    await this.#startedBy(deadline);
    return this.#lanes.shutdown(Math.max(0, deadline - performance.now()));
  }

  async #start(resource: ReadableSpan['resource']): Promise<void> {
    // Without a wait there is no turn of the loop in between: the process may end in this very one.
    if (isPending(resource)) await settledResource(resource);
    this.#lanes.start();
  }

  async #startedBy(deadline: number): Promise<void> {
    if (this.#lanes.isStarted) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, Math.max(0, deadline - performance.now()));
    await Promise.race([this.#started, late.promise]);
    clearTimeout(timer);
  }
}
