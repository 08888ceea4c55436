// An instrumentation scope as users and other SDKs give it -> its checked, bounded fields, and a key to find it again.
// Thread: producer. Callers: trace/tracer-provider.ts, offload/readable/scope-table.ts.

import type { Attributes } from '@opentelemetry/api';
import { type AnyValue, stringBytesMax, valueBytesMax } from '../../shared/codec/any-value.js';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import { plainValue } from '../sdk/attribute-bag.js';
import type { Scope } from '../sdk/types.js';
import { copyValue } from '../trace/attributes/attribute-value.js';
import type { Recording } from './recording.js';

/** All attributes of a scope: they are compared at each look-up, and live in the arena. */
const SCOPE_ATTRIBUTE_BYTES_MAX = 16_384;

export function scopeFields(
  name: unknown,
  version: unknown,
  schemaUrl: unknown,
  attributes: unknown,
  recording: Recording,
): ScopeFields {
  return {
    name: text(name),
    version: text(version),
    schemaUrl: text(schemaUrl),
    attributes: attributeList(attributes, recording),
  };
}

/** As everybody else has it. */
export function scopeOfFields({ name, version, schemaUrl, attributes }: ScopeFields): Scope {
  return {
    name,
    ...(version === '' ? undefined : { version }),
    ...(schemaUrl === '' ? undefined : { schemaUrl }),
    ...(attributes.length === 0
      ? undefined
      : {
          attributes: Object.fromEntries(
            attributes.map(([key, value]) => [key, plainValue(value)]),
          ) as Attributes,
        }),
  };
}

/** Equal for scopes with equal fields, attributes in any order, and for no others. */
export function scopeKey({ attributes, ...fields }: ScopeFields): string {
  const inOrder = attributes.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, inOrder], distinctly);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** For JSON.stringify: values that JSON has no form for stay apart from each other and from text. */
function distinctly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function attributeList(attributes: unknown, recording: Recording): [string, AnyValue][] {
  const list: [string, AnyValue][] = [];
  let bytes = 0;
  if (typeof attributes !== 'object' || attributes === null) return list;
  try {
    for (const key of Object.keys(attributes)) {
      if (list.length === recording.limits.attributeCountLimit) break;
      const value = (attributes as Record<string, unknown>)[key];
      const copy = copyValue(value, recording);
      if (copy === undefined || key === '') continue;
      bytes += stringBytesMax(key.length) + valueBytesMax(copy);
      if (bytes > SCOPE_ATTRIBUTE_BYTES_MAX) {
        recording.countInvalidAttribute();
        break;
      }
      list.push([key, copy]);
    }
  } catch {
    recording.countInvalidAttribute();
  }
  return list;
}
