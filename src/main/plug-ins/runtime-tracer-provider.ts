// The provider that start() registers when it is given plug-ins: spans are SdkSpans, go to the application's processors on
// this thread, and, if sampled, into the ring last of all. Flush and shutdown reach both. Thread: producer.
// Caller: runtime.ts.

import type { Resource } from '@opentelemetry/resources';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { installExitHooks } from '../lifecycle/exit-hooks.js';
import type { ProducerThread } from '../lifecycle/producer-thread.js';
import { ReadableSpanRecorder } from '../offload/readable/readable-span-recorder.js';
import { ScopeTable } from '../offload/readable/scope-table.js';
import type { ConfiguredSampler } from '../sampling/configured-sampler.js';
import { BasicTracerProvider } from '../sdk/basic-tracer-provider.js';
import { RandomIdGenerator } from '../sdk/random-id-generator.js';
import type { ForceFlushOptions, ReadableSpan, Scope, SpanProcessor } from '../sdk/types.js';
import { FLAG_SAMPLED } from '../trace/ids/span-flags.js';
import { hasOwnWords } from '../trace/ids/span-identity.js';
import type { SpanOrigin } from '../trace/span.js';
import { handleErrorLater } from './late-error-handler.js';
import type { PlugInOptions } from './options.js';
import { type ResourceView, RuntimeResource } from './runtime-resource.js';

type Producer = Pick<ProducerThread, 'recording' | 'defineScope'>;

export interface RuntimeProviderParts {
  readonly config: ResolvedConfig;
  readonly plugIns: PlugInOptions;
  readonly sampler: ConfiguredSampler;
  readonly resource: ResourceView;
  /** False: the sampler may not know the W3C random flag. Default true. */
  readonly allowsRandomFlag?: boolean;
  /** Undefined: nothing is exported by offloop itself (`tracesExporter: 'none'`). */
  readonly producer: Producer | undefined;
  /** Of the whole telemetry, this provider's processors included. */
  forceFlush(timeoutMillis: number | undefined): Promise<boolean>;
  shutdown(timeoutMillis: number | undefined): Promise<boolean>;
}

export class RuntimeTracerProvider extends BasicTracerProvider {
  private readonly _telemetry: Pick<RuntimeProviderParts, 'forceFlush' | 'shutdown'>;
  private readonly _last: LastProcessor;
  private readonly _exitHooks: { remove(): void };

  constructor(parts: RuntimeProviderParts) {
    const { config, plugIns } = parts;
    const { producer } = parts;
    const last = new LastProcessor(
      producer && new ReadableSpanRecorder(producer.recording, producer.defineScope),
    );
    const { spanProcessors = [] } = plugIns;
    const resource = new RuntimeResource(parts.resource);
    super({
      resource: () => resource,
      sampler: parts.sampler,
      idGenerator: plugIns.idGenerator ?? new RandomIdGenerator(),
      limits: config.spanLimits,
      processors: [...spanProcessors, last],
      meterProvider: plugIns.meterProvider,
      tracerConfigurator: plugIns.tracerConfigurator,
      randomFlag: config.randomFlag && (parts.allowsRandomFlag ?? true),
      handleError: handleErrorLater,
      ringOf: producer && spanProcessors.length === 0 ? ringOfScope(producer, resource) : undefined,
      ...(producer === undefined ? undefined : { counters: producer.recording.counters }),
    });
    this._telemetry = parts;
    this._last = last;
    this._exitHooks = installExitHooks({
      // Processors of the application need the loop: at process.exit() there is nothing to be done for them.
      flush: () => () => {},
      // Half of the time, so that some is left for the rings.
      beforeExit: () => this.pendingFlush(config.exitTimeoutMillis / 2),
    });
  }

  /** Resolves with false: not everything was settled in time. Never rejects: instrumentations do not wait for the answer. */
  override forceFlush(options?: ForceFlushOptions): Promise<never> {
    return this._telemetry.forceFlush(options?.timeoutMillis) as Promise<unknown> as Promise<never>;
  }

  /** As forceFlush. */
  override shutdown(options?: ForceFlushOptions): Promise<never> {
    return this._telemetry.shutdown(options?.timeoutMillis) as Promise<unknown> as Promise<never>;
  }

  /** False: a processor failed or took longer. Never rejects. */
  flushProcessors(timeoutMillis: number): Promise<boolean> {
    return super.forceFlush({ timeoutMillis }).then(
      () => true,
      () => false,
    );
  }

  /** Tracers record nothing from now on. */
  stopProcessors(timeoutMillis: number): Promise<boolean> {
    this._exitHooks.remove();
    return super.shutdown({ timeoutMillis }).then(
      () => true,
      () => false,
    );
  }

  /** Undefined: no span has ended since the last one. */
  private pendingFlush(timeoutMillis: number): Promise<boolean> | undefined {
    if (this._last.endedSinceFlush === 0) return undefined;
    this._last.endedSinceFlush = 0;
    return this.flushProcessors(timeoutMillis);
  }
}

function ringOfScope({ recording, defineScope }: Producer, resource: Resource): (scope: Scope) => SpanOrigin {
  const scopes = new ScopeTable(recording, defineScope);
  return (scope) => ({ recording, scopeId: scopes.idOf(scope), instrumentationScope: scope, resource });
}

/** After those of the application, so that the ring gets what they have made of the span. */
class LastProcessor implements SpanProcessor {
  endedSinceFlush = 0;
  readonly #recorder: ReadableSpanRecorder | undefined;

  constructor(recorder: ReadableSpanRecorder | undefined) {
    this.#recorder = recorder;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.endedSinceFlush++;
    const { traceFlags } = hasOwnWords(span) ? span : span.spanContext();
    if ((traceFlags & FLAG_SAMPLED) !== 0) this.#recorder?.record(span);
  }

  async forceFlush(): Promise<void> {
    this.endedSinceFlush = 0;
  }

  async shutdown(): Promise<void> {}
}
