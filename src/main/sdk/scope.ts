// What user code asks a tracer for -> its instrumentation scope, and a key to find it again. Thread: producer. Caller:
// basic-tracer-provider.ts. The counterpart of record/scope-fields.ts. Specification: Trace API, "Get a Tracer".

import { reportMisuse } from '../lifecycle/diagnostics.js';
import { AttributeBag } from './attribute-bag.js';
import type { ProviderParts } from './provider-parts.js';
import type { Scope } from './types.js';

export function scopeOf(name: unknown, version: unknown, options: unknown, parts: ProviderParts): Scope {
  const scope: { -readonly [K in keyof Scope]: Scope[K] } = { name: text(name) ?? '' };
  if (scope.name === '')
    reportMisuse('a tracer without a name was asked for: name it after the library it is for');
  const given = { version: text(version), schemaUrl: text(read(options, 'schemaUrl')) };
  if (given.version !== undefined) scope.version = given.version;
  if (given.schemaUrl !== undefined) scope.schemaUrl = given.schemaUrl;
  const bag = new AttributeBag(parts.limits.attributeCountLimit, parts.limits, parts.problems);
  bag.setAll(read(options, 'attributes'));
  if (Object.keys(bag.attributes).length > 0) scope.attributes = bag.attributes;
  return scope;
}

/** Equal for scopes with equal fields, attributes in any order, and for no others. */
export function keyOf({ attributes = {}, ...fields }: Scope): string {
  const inOrder = Object.keys(attributes)
    .sort()
    .map((key) => [key, attributes[key]]);
  return JSON.stringify([fields, inOrder], distinctly);
}

export function read(options: unknown, key: string): unknown {
  try {
    return (options as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** For JSON.stringify: what JSON has no form of its own for becomes a text, and every text begins with a quote. */
function distinctly(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return `'${value}`;
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return `${value}`;
  return value instanceof Uint8Array ? `bytes ${value}` : value;
}
