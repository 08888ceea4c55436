// Tracers, processors, flush and shutdown of one provider whose spans are SdkSpans, with all its parts handed in: nothing
// of it knows defaults or packages. Thread: producer. Callers: tracer-provider.ts (the class of `offloop/sdk`) extends it;
// start() makes one when it is given plug-ins. Providers share nothing: several may exist in a process.
// Specification: Trace SDK, "TracerProvider". Fields are plain, for subclasses and proxies.

import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { MultiSpanProcessor } from '../plug-ins/multi-span-processor.js';
import { RECORDS_ENDED, type RecordsEnded } from './ended-spans.js';
import {
  INSPECT,
  type Inspect,
  type InspectOptions,
  inspected,
  inspectedResource,
  inspectedScope,
} from './inspected.js';
import { type BasicTracerProviderParts, ProviderParts } from './provider-parts.js';
import { keyOf, read, scopeOf } from './scope.js';
import { SdkTracer } from './tracer.js';
import type { ForceFlushOptions, ReadableSpan, TracerConfigurator } from './types.js';

const TIMEOUT_MILLIS_DEFAULT = 30_000;
const TIMEOUT_MILLIS_MAX = 2_147_483_647;
/** Tracers kept; an application that makes scopes up for ever gets new ones past this, which work as well. */
const TRACERS_MAX = 1024;

export class BasicTracerProvider implements TracerProvider, RecordsEnded {
  private readonly _parts: ProviderParts;
  private readonly _tracers = new Map<string, SdkTracer>();
  private _shutdown: Promise<void> | undefined;

  constructor(parts: BasicTracerProviderParts) {
    this._parts = new ProviderParts(parts);
  }

  get resource(): Resource {
    return this._parts.resource;
  }

  /** Private in OpenTelemetry JS, and what libraries add their processors to. */
  get _activeSpanProcessor(): MultiSpanProcessor {
    return this._parts.processor;
  }

  /** Calls of plug-ins that threw or were rejected: processors, sampler, id generator, configurator, meters. */
  get plugInErrors(): number {
    return this._parts.errors.count;
  }

  /** The same object each time for the same name, version, schema URL and attributes. */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const scope = scopeOf(name, version, options, this._parts);
    const key = keyOf(scope);
    let tracer = this._tracers.get(key);
    if (tracer === undefined) {
      tracer = new SdkTracer(scope, this._parts, this._parts.ringOf(scope));
      if (this._tracers.size < TRACERS_MAX) this._tracers.set(key, tracer);
    }
    return tracer;
  }

  /** Not in OpenTelemetry JS. Takes effect for tracers already handed out, too. */
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void {
    this._parts.scopes.replace(configurator);
  }

  /** Rejects with an array of what failed or took longer than `timeoutMillis` (default 30000). */
  async forceFlush(options?: ForceFlushOptions): Promise<void> {
    if (this._parts.isShutdown) return;
    const errors = await this._parts.processor.settle('forceFlush', timeoutOf(options));
    if (errors.length > 0) throw errors;
  }

  /**
   * Once: later calls give the first one's result. Tracers record nothing from now on. Rejects with what failed or took
   * longer than `timeoutMillis` (default 30000).
   */
  shutdown(options?: ForceFlushOptions): Promise<void> {
    if (this._shutdown !== undefined) return this._shutdown;
    // There before any processor is called: one of them may call this.
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this._shutdown = promise;
    this._stop(timeoutOf(options)).then(resolve, reject);
    return promise;
  }

  [RECORDS_ENDED](spanWith: (resource: Resource) => ReadableSpan): void {
    if (!this._parts.isShutdown) this._parts.processor.onEnd(spanWith(this.resource));
  }

  [INSPECT](depth: number, options: InspectOptions, inspect: Inspect): unknown {
    const spanProcessors = this._parts.processor.processors.map((processor) => processor.constructor?.name);
    const tracers = Array.from(this._tracers.values(), (tracer) =>
      inspectedScope(tracer.instrumentationScope),
    );
    const shown = { resource: inspectedResource(this.resource), tracers, spanProcessors };
    return inspected('TracerProvider', shown, depth, options, inspect);
  }

  private async _stop(timeoutMillis: number): Promise<void> {
    this._parts.isShutdown = true;
    const errors = await this._parts.processor.settle('shutdown', timeoutMillis);
    if (errors.length === 0) return;
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'several span processors failed');
  }
}

function timeoutOf(options: ForceFlushOptions | undefined): number {
  const timeout: unknown = read(options, 'timeoutMillis');
  return typeof timeout === 'number' && timeout >= 0
    ? Math.min(timeout, TIMEOUT_MILLIS_MAX)
    : TIMEOUT_MILLIS_DEFAULT;
}
