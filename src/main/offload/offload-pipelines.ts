// The pipelines of one processor or exporter: one for each resource, nearly always one in all. Thread: main.
// Callers: offload-span-processor.ts, otlp-trace-exporter.ts. Nothing is made before the first span.
// Resources of equal content share one; one that is still being detected is equal to no other.

import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { report } from '../lifecycle/diagnostics.js';
import { readStats, type Stats } from '../lifecycle/stats.js';
import { packageFolder } from '../package/installed-package.js';
import type { ReadableSpan } from '../sdk/types.js';
import { OffloadPipeline } from './offload-pipeline.js';
import { entitiesOf } from './readable/resource-of-spans.js';

/** Each has threads and rings: past that many resources, spans of new ones are dropped and counted (`queue_full`). */
export const PIPELINES_MAX = 4;

export class OffloadPipelines {
  #config: ResolvedConfig;
  readonly #pipelines: OffloadPipeline[] = [];
  readonly #byResource = new WeakMap<object, OffloadPipeline>();
  /** At most as many as there are pipelines. */
  readonly #byContent = new Map<string, OffloadPipeline>();
  #lastResource: unknown;
  #last: OffloadPipeline | undefined;
  #shutdown: Promise<boolean> | undefined;

  /** Throws a PackageFilesError, now rather than with the first span. */
  constructor(config: ResolvedConfig) {
    packageFolder();
    this.#config = config;
  }

  /** The pipeline for the span's resource; undefined: there is none, which is counted. */
  of(span: ReadableSpan): OffloadPipeline | undefined {
    const { resource } = span;
    if (this.#last !== undefined && resource === this.#lastResource) return this.#last;
    const pipeline = this.#byResource.get(resource) ?? this.#find(resource);
    if (pipeline === undefined) return undefined;
    this.#lastResource = resource;
    this.#last = pipeline;
    return pipeline;
  }

  /** Headers of all requests from now on. */
  useHeaders(headers: Readonly<Record<string, string>>): void {
    this.#config = { ...this.#config, exporter: { ...this.#config.exporter, headers } };
    for (const pipeline of this.#pipelines) pipeline.useHeaders(headers);
  }

  stats(): Stats {
    const sources = this.#pipelines.map((pipeline) => pipeline.sources);
    return readStats({
      writers: sources.flatMap(({ writers }) => writers),
      lanes: sources.flatMap(({ lanes }) => lanes),
      workers: sources.reduce((sum, { workers }) => sum + workers, 0),
      workerRestarts: sources.reduce((sum, { workerRestarts }) => sum + workerRestarts, 0),
    });
  }

  /** True: everything recorded before was delivered or dropped, and counted. */
  forceFlush(timeoutMillis = this.#config.exporter.timeoutMillis): Promise<boolean> {
    return all(this.#pipelines.map((pipeline) => pipeline.forceFlush(timeoutMillis)));
  }

  shutdown(timeoutMillis = this.#config.shutdownTimeoutMillis): Promise<boolean> {
    this.#shutdown ??= all(this.#pipelines.map((pipeline) => pipeline.shutdown(timeoutMillis)));
    return this.#shutdown;
  }

  #find(resource: ReadableSpan['resource']): OffloadPipeline | undefined {
    const content = contentOf(resource);
    const known = content === undefined ? undefined : this.#byContent.get(content);
    const pipeline = known ?? this.#add(resource);
    if (pipeline === undefined) return undefined;
    // Without a resource there is no object to know it by: its content is looked up each time.
    if (typeof resource === 'object' && resource !== null) this.#byResource.set(resource, pipeline);
    if (content !== undefined) this.#byContent.set(content, pipeline);
    return pipeline;
  }

  #add(resource: ReadableSpan['resource']): OffloadPipeline | undefined {
    // After the shutdown nothing is started any more.
    if (this.#shutdown !== undefined || this.#pipelines.length >= PIPELINES_MAX) {
      this.#refuse();
      return undefined;
    }
    const pipeline = new OffloadPipeline(this.#config, resource);
    this.#pipelines.push(pipeline);
    return pipeline;
  }

  #refuse(): void {
    this.#pipelines[0]?.refuse();
    if (this.#shutdown !== undefined) return;
    report(
      'warn',
      'offload resources',
      `spans of more than ${PIPELINES_MAX} resources: those of further ones are dropped`,
    );
  }
}

/** Undefined: not known yet, or not comparable. */
function contentOf(resource: ReadableSpan['resource'] | undefined): string | undefined {
  try {
    if (resource?.asyncAttributesPending === true) return undefined;
    return JSON.stringify([resource?.schemaUrl, resource?.attributes, entitiesOf(resource)]);
  } catch {
    return undefined;
  }
}

async function all(results: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(results)).every(Boolean);
}
