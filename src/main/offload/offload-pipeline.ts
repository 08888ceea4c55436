// One independent pipeline: the spans of one resource, with rings, workers and accounts of their own. Thread: main.
// Caller: offload-pipelines.ts, at the first span of a resource.

import { context } from '@opentelemetry/api';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { ProducerCounter } from '../../shared/counters.js';
import { ExportLanes } from '../lifecycle/export-lanes.js';
import type { ContextRunner } from '../lifecycle/inline-host.js';
import type { Mark, Settlement } from '../lifecycle/settlement.js';
import type { StatsSources } from '../lifecycle/stats.js';
import type { ReadableSpan } from '../sdk/types.js';
import { EndedSpans } from './ended-spans.js';
import { ReadableSpanRecorder } from './readable/readable-span-recorder.js';
import { blobOf, settledResource } from './readable/resource-of-spans.js';

/** The context manager is the one that the SDK in front has registered. */
const apiContext: ContextRunner = { with: (active, call) => context.with(active, call) };

export class OffloadPipeline {
  readonly #lanes: ExportLanes;
  readonly #recorder: ReadableSpanRecorder;
  readonly #ended: EndedSpans;
  #resourceSettled: Promise<void> | undefined;

  constructor(config: ResolvedConfig, resource: ReadableSpan['resource']) {
    this.#resourceSettled = settledResource(resource)?.then(() => {
      this.#resourceSettled = undefined;
    });
    this.#lanes = new ExportLanes({
      config,
      contextRunner: apiContext,
      resource: () => blobOf(resource, this.#lanes.producer.recording),
      resourceSettled: () => this.#resourceSettled,
      writeWaiting: () => this.#ended.write(),
    });
    const { recording, defineScope } = this.#lanes.producer;
    this.#recorder = new ReadableSpanRecorder(recording, defineScope);
    this.#ended = new EndedSpans(this.#recorder);
    this.#lanes.start();
  }

  get sources(): StatsSources {
    return this.#lanes.sources;
  }

  /** Half of a ring holds what was not acknowledged yet: who can wait should. */
  get isCrowded(): boolean {
    return this.#lanes.producer.writers.some(({ ring }) => ring.usedBytes() * 2 > ring.capacity);
  }

  /** Its record follows at once, or with those of the spans that end next. */
  add(span: ReadableSpan): void {
    this.#ended.add(span);
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

  mark(): Mark[] {
    return this.#lanes.mark();
  }

  /** Sends what was recorded since the marks, and says what became of it. */
  settle(marks: readonly Mark[], timeoutMillis: number): Promise<Settlement> {
    for (const mark of marks) mark.end();
    return this.#lanes.settle(marks, timeoutMillis);
  }

  useHeaders(headers: Readonly<Record<string, string>>): void {
    this.#lanes.useHeaders(headers);
  }

  /** True: everything recorded before was delivered or dropped, and counted. */
  forceFlush(timeoutMillis: number): Promise<boolean> {
    return this.#lanes.forceFlush(timeoutMillis);
  }

  shutdown(timeoutMillis: number): Promise<boolean> {
    return this.#lanes.shutdown(timeoutMillis);
  }
}
