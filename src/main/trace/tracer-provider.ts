// Hands out tracers: one for each instrumentation scope, the same object each time. Thread: producer.
// Callers: @opentelemetry/api (global provider), instrumentations. Specification: Trace SDK, "Tracer Creation".

import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import type { ScopeSwitch } from '../plug-ins/scope-switch.js';
import { scopeFields, scopeKey } from '../record/scope-fields.js';
import type { TracerConfigurator } from '../sdk/types.js';
import { NOOP_TRACER } from './noop-tracer.js';
import { OffloopTracer, type TracerParts } from './tracer.js';

/** Scopes kept; an application that makes names up for ever shares one nameless scope past this. */
const SCOPES_MAX = 1024;

/** Puts a scope into the arena and gives its id; 0 = the arena is full. */
export type DefineScope = (scope: ScopeFields) => number;

export interface ProviderParts extends TracerParts {
  readonly defineScope: DefineScope;
  readonly scopes: ScopeSwitch;
  /** Called when another configurator is there, for what is made without tracers. */
  onConfigured?(): void;
  /** What aws-lambda's and others' instrumentations call on the provider. */
  forceFlush(timeoutMillis?: number): Promise<boolean>;
  shutdown(timeoutMillis?: number): Promise<boolean>;
  /** A provider with span processors and the same rings, which makes all spans from then on. */
  makeProcessable?(): ProcessableProvider;
}

export interface ProcessableProvider extends TracerProvider {
  readonly _activeSpanProcessor: object;
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void;
}

/** As OpenTelemetry JS has it. */
interface FlushOptions {
  readonly timeoutMillis?: number;
}

export class OffloopTracerProvider implements TracerProvider {
  readonly #parts: ProviderParts;
  readonly #tracers = new Map<string, Tracer>();
  /** Its tracers make the spans, if there is one. */
  #processable: ProcessableProvider | undefined;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /**
   * Private in OpenTelemetry JS, and what libraries add a span processor of theirs to (`_spanProcessors.push`). Who asks for it
   * may do so: from now on spans can be read by processors, also those of tracers that were handed out before.
   */
  get _activeSpanProcessor(): object | undefined {
    this.#processable ??= this.#becomeProcessable();
    return this.#processable?._activeSpanProcessor;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    if (this.#processable !== undefined) return this.#processable.getTracer(name, version, options);
    if (this.#parts.recording.closed) return NOOP_TRACER;
    if (typeof name !== 'string' || name === '') {
      this.#parts.recording.countInvalidArgument(
        'a tracer without a name was asked for: name it after the library it is for',
      );
    }
    const { recording } = this.#parts;
    const scope = scopeFields(
      name,
      version,
      read(options, 'schemaUrl'),
      read(options, 'attributes'),
      recording,
    );
    const key = scopeKey(scope);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const id = this.#tracers.size < SCOPES_MAX ? this.#parts.defineScope(scope) : 0;
    const tracer = new OffloopTracer(this.#parts, scope, id);
    // A scope too large for the arena is not kept here either.
    if (id !== 0) this.#tracers.set(key, tracer);
    return tracer;
  }

  /** Not in OpenTelemetry JS. Takes effect for tracers already handed out, too. */
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void {
    this.#parts.scopes.replace(configurator);
    if (this.#processable !== undefined) this.#processable.setTracerConfigurator(configurator);
    else this.#parts.onConfigured?.();
  }

  #becomeProcessable(): ProcessableProvider | undefined {
    if (this.#parts.recording.closed) return undefined;
    const provider = this.#parts.makeProcessable?.();
    if (provider === undefined) return undefined;
    if (this.#parts.scopes.version > 0) provider.setTracerConfigurator(this.#parts.scopes.configurator);
    for (const tracer of this.#tracers.values()) {
      if (tracer instanceof OffloopTracer) tracer.giveWayTo(provider);
    }
    return provider;
  }

  /** False: not everything was settled in time. Never rejects: instrumentations do not wait for the answer. */
  forceFlush(options?: FlushOptions): Promise<boolean> {
    return this.#parts.forceFlush(timeoutOf(options));
  }

  shutdown(options?: FlushOptions): Promise<boolean> {
    return this.#parts.shutdown(timeoutOf(options));
  }
}

function timeoutOf(options: unknown): number | undefined {
  const millis = read(options, 'timeoutMillis');
  return typeof millis === 'number' && millis >= 0 ? millis : undefined;
}

function read(options: unknown, key: string): unknown {
  try {
    return typeof options === 'object' && options !== null
      ? (options as Record<string, unknown>)[key]
      : undefined;
  } catch {
    return undefined;
  }
}
