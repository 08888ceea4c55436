// Hands out tracers: one for each instrumentation scope, the same object each time. Thread: producer.
// Callers: @opentelemetry/api (global provider), instrumentations. Specification: Trace SDK, "Tracer Creation".

import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import { type AnyValue, stringBytesMax, valueBytesMax } from '../../shared/codec/any-value.js';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import { copyValue } from './attribute-value.js';
import { OffloopTracer, type TracerParts } from './tracer.js';

/** Scopes kept; an application that makes names up for ever shares one nameless scope past this. */
const SCOPES_MAX = 1024;

/** All attributes of a scope: they are compared at each getTracer, and live in the arena. */
const SCOPE_ATTRIBUTE_BYTES_MAX = 16_384;

/** Puts a scope into the arena and gives its id; 0 = the arena is full. */
export type DefineScope = (scope: ScopeFields) => number;

export interface ProviderParts extends TracerParts {
  readonly defineScope: DefineScope;
  /** What aws-lambda's and others' instrumentations call on the provider. */
  forceFlush(): Promise<boolean>;
  shutdown(): Promise<boolean>;
}

export class OffloopTracerProvider implements TracerProvider {
  readonly #parts: ProviderParts;
  readonly #tracers = new Map<string, OffloopTracer>();

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const scope = {
      name: text(name),
      version: text(version),
      schemaUrl: text(read(options, 'schemaUrl')),
      attributes: attributeList(read(options, 'attributes'), this.#parts),
    };
    const key = JSON.stringify(scope, distinctly);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const id = this.#tracers.size < SCOPES_MAX ? this.#parts.defineScope(scope) : 0;
    const tracer = new OffloopTracer(this.#parts, id);
    // A scope too large for the arena is not kept here either.
    if (id !== 0) this.#tracers.set(key, tracer);
    return tracer;
  }

  async forceFlush(): Promise<void> {
    await this.#parts.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#parts.shutdown();
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
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

/** For JSON.stringify: values that JSON has no form for stay apart from each other and from text. */
function distinctly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function attributeList(attributes: unknown, parts: ProviderParts): [string, AnyValue][] {
  const list: [string, AnyValue][] = [];
  let bytes = 0;
  if (typeof attributes !== 'object' || attributes === null) return list;
  try {
    for (const key of Object.keys(attributes)) {
      if (list.length === parts.recording.limits.attributeCountLimit) break;
      const value = (attributes as Record<string, unknown>)[key];
      const copy = copyValue(value, parts.recording);
      if (copy === undefined || key === '') continue;
      bytes += stringBytesMax(key.length) + valueBytesMax(copy);
      if (bytes > SCOPE_ATTRIBUTE_BYTES_MAX) {
        parts.recording.countInvalidAttribute();
        break;
      }
      list.push([key, copy]);
    }
  } catch {
    parts.recording.countInvalidAttribute();
  }
  return list;
}
