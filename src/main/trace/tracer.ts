// HOT. Starts spans: parent, sampling decision, ids, span. Thread: producer. Callers: user code and instrumentations
// through the API's Tracer. Never throws, whatever it is given.
// Specification: Trace SDK, "SDK Span creation" (order: trace id, sampler, span id, span).

import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerOptions,
  type TracerProvider,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import { RecordType, SPAN_HAS_PARENT, SPAN_PARENT_IS_REMOTE } from '../../shared/codec/record-layout.js';
import type { ActiveContext } from '../context/context-manager.js';
import { withSpan } from '../context/span-context-node.js';
import { isSuppressed } from '../context/suppression.js';
import type { Recording } from '../record/recording.js';
import { scopeOfFields } from '../record/scope-fields.js';
import type { Scope } from '../sdk/types.js';
import { nowMillis } from './clock.js';
import { idWords, randomNonZeroWord, takeWords } from './ids/id-generator.js';
import { FLAG_RANDOM, FLAG_SAMPLED } from './ids/span-flags.js';
import { NOOP_TRACER } from './noop-tracer.js';
import { Parent } from './parent.js';
import type { WordSampler } from './sampler.js';
import { RecordingSpan, type SpanOrigin } from './span.js';
import { UnsampledSpan } from './unsampled-span.js';

const KIND_MAX = 4;

/** For the tracers of one provider: a part of plug-ins/scope-switch.ts. */
export interface ScopesOn {
  readonly version: number;
  isFieldsOn(scope: ScopeFields): boolean;
}

export interface TracerParts {
  readonly recording: Recording;
  readonly sampler: WordSampler;
  readonly contextManager: ActiveContext;
  /** As spans show it. */
  readonly resource: Resource;
  readonly scopes: ScopesOn;
}

export class OffloopTracer implements Tracer {
  readonly #recording: Recording;
  readonly #sampler: WordSampler;
  readonly #contextManager: ActiveContext;
  readonly #origin: SpanOrigin;
  readonly instrumentationScope: Scope;
  readonly #rootFlags: number;
  readonly #parent: Parent;
  readonly #scopes: ScopesOn;
  readonly #scope: ScopeFields;
  /** Of the configurator that has switched this tracer on, or off; -1: none. */
  #onVersion = -1;
  #offVersion = -1;

  constructor(parts: TracerParts, scope: ScopeFields, scopeId: number) {
    this.instrumentationScope = scopeOfFields(scope);
    this.#recording = parts.recording;
    this.#sampler = parts.sampler;
    this.#contextManager = parts.contextManager;
    this.#parent = new Parent(parts.recording);
    this.#rootFlags = parts.recording.rootFlags;
    const { recording, resource } = parts;
    this.#origin = { recording, scopeId, instrumentationScope: this.instrumentationScope, resource };
    this.#scopes = parts.scopes;
    this.#scope = scope;
    this.#isOn();
  }

  /** False: spans would be made for nothing. Not in the API's Tracer of 1.10. Specification: Trace API, "Enabled". */
  enabled(): boolean {
    return !this.#recording.closed && this.#isOn();
  }

  /**
   * The other one's tracer of this scope makes the spans from now on. Own properties take the place of the methods, so that a
   * tracer without a successor has nothing to ask at each span.
   */
  giveWayTo(provider: TracerProvider): void {
    const { name, version, schemaUrl, attributes } = this.instrumentationScope;
    const successor = provider.getTracer(name, version, { schemaUrl, attributes } as TracerOptions);
    this.startSpan = (...args) => successor.startSpan(...args);
    this.enabled = () => (successor as Partial<OffloopTracer>).enabled?.() ?? true;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    try {
      return this.#start(name, options ?? undefined, context ?? this.#contextManager.active());
    } catch {
      this.#recording.countInvalidArgument('options or context of a span threw while they were read');
      return this.#startWithReadable(name, options, context);
    }
  }

  /** A proxy, a getter or the context threw: there is a span all the same, with what can be read. */
  #startWithReadable(name: unknown, options: unknown, context: Context | undefined): Span {
    const readable = readableOptions(options);
    try {
      return this.#start(name, readable, context ?? this.#contextManager.active());
    } catch {
      return this.#start(name, readable, ROOT_CONTEXT);
    }
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: unknown[]): unknown {
    if (rest.length === 0) return undefined;
    const fn = rest[rest.length > 3 ? 2 : rest.length - 1] as (span: Span) => unknown;
    if (typeof fn !== 'function') {
      this.#recording.countInvalidArgument('startActiveSpan was called without a function');
      return undefined;
    }
    const options = rest.length >= 2 ? (rest[0] as SpanOptions) : undefined;
    const parent =
      (rest.length >= 3 ? (rest[1] as Context | undefined) : undefined) ?? this.#contextManager.active();
    const span = this.startSpan(name, options, parent);
    return this.#contextManager.with(withSpan(parent, span), fn, undefined, span);
  }

  /** The configurator is asked once for each of its versions. */
  #isOn(): boolean {
    const { version } = this.#scopes;
    if (version === this.#onVersion) return true;
    if (version === this.#offVersion) return false;
    const isOn = this.#scopes.isFieldsOn(this.#scope);
    if (isOn) this.#onVersion = version;
    else this.#offVersion = version;
    return isOn;
  }

  #start(name: unknown, options: SpanOptions | undefined, context: Context): Span {
    if (isSuppressed(context)) return SUPPRESSED;
    if (this.#onVersion !== this.#scopes.version && !this.#isOn()) {
      return NOOP_TRACER.startSpan('', options, context);
    }
    const parent = this.#parent;
    if (options?.root) parent.none();
    else parent.fromContext(context);
    const recording = this.#recording;
    const hasParent = parent.present;
    let at = takeWords(hasParent ? 2 : 6);
    let traceId0: number;
    let traceId1: number;
    let traceId2: number;
    let traceId3: number;
    if (hasParent) {
      traceId0 = parent.traceId0;
      traceId1 = parent.traceId1;
      traceId2 = parent.traceId2;
      traceId3 = parent.traceId3;
    } else {
      traceId0 = idWords[at++];
      traceId1 = idWords[at++];
      traceId2 = idWords[at++];
      traceId3 = idWords[at++];
    }
    const spanId0 = idWords[at];
    let spanId1 = idWords[at + 1];
    // Ids of all zeros are invalid. Only now, when all words are read: it may fill the pool anew.
    if (spanId1 === 0) spanId1 = randomNonZeroWord();
    if (traceId3 === 0 && !hasParent) traceId3 = randomNonZeroWord();
    const sampled = this.#sampler.isSampled(parent.kind, traceId0, traceId1, traceId2, traceId3);
    const traceState = hasParent ? parent.traceState : undefined;
    const random = hasParent ? parent.flags & FLAG_RANDOM : this.#rootFlags;
    if (!sampled) {
      return new UnsampledSpan(traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, random, traceState);
    }
    // Before the kind is read: a getter may start a span of its own, with this very parent object.
    const parentId0 = hasParent ? parent.spanId0 : 0;
    const parentId1 = hasParent ? parent.spanId1 : 0;
    const flags = FLAG_SAMPLED | random;
    const bits = hasParent ? SPAN_HAS_PARENT | (parent.remote ? SPAN_PARENT_IS_REMOTE : 0) : 0;
    const span = new RecordingSpan(
      this.#origin,
      recording.nameEntry(name),
      RecordType.Span | (kindOf(options, recording) << 8) | (flags << 16) | (bits << 24),
      nowMillis(),
      traceState,
      traceId0,
      traceId1,
      traceId2,
      traceId3,
      spanId0,
      spanId1,
      parentId0,
      parentId1,
    );
    if (options !== undefined) applyOptions(span, options, recording);
    return span;
  }
}

/** The invalid span context: what suppression gives every span (@opentelemetry/core does the same). */
const SUPPRESSED: Span = new UnsampledSpan(0, 0, 0, 0, 0, 0, 0, undefined);

/** OTLP number of the kind: the API's plus one; what is no kind counts as internal. */
function kindOf(options: SpanOptions | undefined, recording: Recording): number {
  const kind: unknown = options?.kind;
  if (kind === undefined) return 1;
  if (typeof kind === 'number' && Number.isInteger(kind) && kind >= 0 && kind <= KIND_MAX) return kind + 1;
  recording.countInvalidArgument('a span kind that is none became internal');
  return 1;
}

const OPTION_NAMES = ['kind', 'attributes', 'links', 'startTime', 'root'] as const;

function readableOptions(options: unknown): SpanOptions {
  const readable: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    try {
      readable[name] = (options as Record<string, unknown> | undefined)?.[name];
    } catch {
      // Already counted.
    }
  }
  return readable;
}

/** Also for sdk/ring-span.ts. */
export function applyOptions(span: RecordingSpan, options: SpanOptions, recording: Recording): void {
  const { attributes, links, startTime } = options;
  if (attributes !== undefined) {
    span.attributeList.setAll(attributes, recording.limits.attributeCountLimit, recording);
  }
  if (links !== undefined && links !== null) span.addLinks(links);
  if (startTime !== undefined && startTime !== null) span.startAt(startTime);
}
