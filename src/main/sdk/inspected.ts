// What console.log shows of a span, a tracer or a provider: its public state under its name, instead of its insides.
// Thread: producer. Callers: span.ts, tracer.ts, basic-tracer-provider.ts, from Node's custom inspection.

import type { Resource } from '@opentelemetry/resources';
import type { Scope } from './types.js';

export interface InspectOptions {
  readonly depth?: number | null;
  readonly stylize?: (text: string, style: string) => string;
}

export type Inspect = (value: unknown, options: InspectOptions) => string;

export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

export function inspected(
  name: string,
  shown: object,
  depth: number,
  options: InspectOptions | undefined,
  inspect: Inspect | undefined,
): unknown {
  if (typeof depth === 'number' && depth < 0) {
    return options?.stylize?.(`[${name}]`, 'special') ?? `[${name}]`;
  }
  if (options === undefined || inspect === undefined) return shown;
  const left = typeof options.depth === 'number' ? options.depth - 1 : options.depth;
  return `${name} ${inspect(shown, left === undefined ? options : { ...options, depth: left })}`;
}

/** What of a resource is known by now: reading `attributes` itself would tell `diag` of those that are not. */
export function inspectedResource(resource: Resource): object {
  const attributes: Record<string, unknown> = {};
  for (const [key, value] of resource.getRawAttributes?.() ?? []) {
    const isKnown = value != null && typeof (value as { then?: unknown }).then !== 'function';
    if (isKnown) attributes[key] ??= value;
  }
  return { attributes };
}

export function inspectedScope({ name, version = '', schemaUrl = '' }: Scope): string {
  return `${name}@${version}:${schemaUrl}`;
}
