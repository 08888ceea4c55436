// What user code passes as an attribute value -> a checked, bounded copy (codec/any-value.ts). Thread: producer.
// Caller: attribute-set.ts, for values that are not string, number or boolean (those need no copy).
//
// It never throws and always ends: getters and proxies may throw, objects may be cyclic or 20,000 levels deep, an
// array may have a million items. What no OTLP value stands for (symbol, function, a bigint past int64) yields
// undefined, which the caller counts. The depth limit ends cycles too; the item budget bounds wide values.
// Specification: Common, "AnyValue" and "Attribute Limits".

import { type AnyValue, ArrayValue, MapValue } from '../../../shared/codec/any-value.js';
import { ATTRIBUTE_ITEMS_MAX, LARGE_RECORD_BYTES_MAX } from '../../../shared/limits.js';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export interface ValueLimits {
  readonly attributeValueLengthLimit: number;
  readonly attributeDepthLimit: number;
}

export interface ValueCopyContext {
  readonly limits: ValueLimits;
  /** Called when an array or map had more items than any value may have. */
  countTruncatedValue(): void;
  /** Called when a part of an array or map has no OTLP form. */
  countFormlessPart(): void;
}

/** What one value may still take; shared by all its levels, for the same array may be in it a thousand times. */
interface Budget {
  items: number;
  bytes: number;
  formless: boolean;
}

/** The copy, or undefined if the value has no OTLP form or reading it threw. */
export function copyValue(value: unknown, context: ValueCopyContext): AnyValue | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return truncate(value, context.limits.attributeValueLengthLimit);
  const budget = { items: ATTRIBUTE_ITEMS_MAX, bytes: LARGE_RECORD_BYTES_MAX, formless: false };
  try {
    const result = copy(value, context.limits, 1, budget);
    if (budget.items === 0) context.countTruncatedValue();
    if (budget.formless) context.countFormlessPart();
    return result;
  } catch {
    return undefined;
  }
}

/** At most `limit` UTF-16 units, never ending in half of a surrogate pair. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}

function copy(value: unknown, limits: ValueLimits, depth: number, budget: Budget): AnyValue | undefined {
  switch (typeof value) {
    case 'string':
      return truncate(value, limits.attributeValueLengthLimit);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
    case 'object':
      return value === null ? null : copyObject(value, limits, depth, budget);
    default:
      return undefined;
  }
}

function copyObject(value: object, limits: ValueLimits, depth: number, budget: Budget): AnyValue | undefined {
  if (value instanceof Uint8Array) {
    return copyBytes(value.buffer, value.byteOffset, value.length, limits, budget);
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return copyBytes(value, 0, value.byteLength, limits, budget);
  }
  if (depth > limits.attributeDepthLimit) return null;
  if (Array.isArray(value)) return copyArray(value, limits, depth, budget);
  const prototype = Object.getPrototypeOf(value);
  // A Date, Map, Error or class instance has no form that its user would expect; guessing one would be worse.
  if (prototype !== Object.prototype && prototype !== null && !isPlainOfAnotherRealm(prototype))
    return undefined;
  return copyMap(value as Record<string, unknown>, limits, depth, budget);
}

/** In memory of our own; undefined if no record could take them. */
function copyBytes(
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
  limits: ValueLimits,
  budget: Budget,
): Uint8Array | undefined {
  const kept = Math.min(length, limits.attributeValueLengthLimit);
  if (kept > budget.bytes) return undefined;
  budget.bytes -= kept;
  return new Uint8Array(buffer, offset, kept).slice();
}

function isPlainOfAnotherRealm(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function copyArray(
  value: readonly unknown[],
  limits: ValueLimits,
  depth: number,
  budget: Budget,
): ArrayValue {
  const items: AnyValue[] = [];
  for (let i = 0; i < value.length && budget.items > 0; i++) {
    budget.items--;
    // Holes and what has no OTLP form keep their place as empty values: positions mean something in an array.
    const given = value[i];
    const item = copy(given, limits, depth + 1, budget);
    if (item === undefined && given !== undefined) budget.formless = true;
    items.push(item ?? null);
  }
  return new ArrayValue(items);
}

function copyMap(
  value: Record<string, unknown>,
  limits: ValueLimits,
  depth: number,
  budget: Budget,
): MapValue {
  const keys: string[] = [];
  const values: AnyValue[] = [];
  for (const key of Object.keys(value)) {
    if (budget.items === 0) break;
    budget.items--;
    const given = value[key];
    const item = copy(given, limits, depth + 1, budget);
    if (item === undefined) {
      if (given !== undefined) budget.formless = true;
      continue;
    }
    keys.push(key);
    values.push(item);
  }
  return new MapValue(keys, values);
}
