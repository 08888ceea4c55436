// Values of resource attributes as anybody's detector or Resource may give them, checked and copied. Thread: main.
// Callers: resource-layer.ts. Specification: Resource SDK; Common, Attribute.

import { type AnyValue, ArrayValue } from '../../shared/codec/any-value.js';
import { RESOURCE_ITEMS_MAX, RESOURCE_VALUE_LENGTH_MAX } from '../../shared/limits.js';

/** Undefined for what is no value of a resource: strings, numbers, booleans, and arrays of one of these. */
export function resourceValue(value: unknown): AnyValue | undefined {
  if (!Array.isArray(value)) return primitive(value);
  if (value.length > RESOURCE_ITEMS_MAX) return undefined;
  const items: AnyValue[] = [];
  let type: string | undefined;
  for (const item of value) {
    const copy = item === null || item === undefined ? null : primitive(item);
    if (copy === undefined) return undefined;
    if (copy !== null) {
      type ??= typeof copy;
      if (typeof copy !== type) return undefined;
    }
    items.push(copy);
  }
  return new ArrayValue(items);
}

function primitive(value: unknown): AnyValue | undefined {
  if (typeof value === 'string') return value.slice(0, RESOURCE_VALUE_LENGTH_MAX);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
