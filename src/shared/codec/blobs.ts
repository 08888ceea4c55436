// Scope and resource as blobs of u32 words, the same strings and attributes as in a record (keys in line).
//
//   scope blob:     string name, string version, string schema URL, u32 attribute count, attributes
//   resource blob:  string schema URL, u32 attribute count, attributes, references to entities (entity-refs.ts) if there are any
//
// A scope blob lives in the arena under an id; the resource blob is made once per worker.

import { type AnyValue, stringBytesMax, valueBytesMax } from './any-value.js';
import { type EntityRef, entityRefsBytesMax, writeEntityRefs } from './entity-refs.js';
import { RecordWriter, type Utf8Write } from './record-writer.js';

export interface ScopeFields {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: readonly (readonly [string, AnyValue])[];
}

export interface ResourceFields {
  readonly schemaUrl: string;
  readonly attributes: readonly (readonly [string, AnyValue])[];
  readonly entities?: readonly EntityRef[];
}

/** Gives the text writer of a private buffer (TextEncoder or Buffer: the caller's platform). */
export type Utf8WriteFor = (bytes: Uint8Array) => Utf8Write;

export function encodeScopeBlob(scope: ScopeFields, utf8WriteFor: Utf8WriteFor): Uint8Array {
  return encodeBlob([scope.name, scope.version, scope.schemaUrl], scope.attributes, utf8WriteFor);
}

export function encodeResourceBlob(resource: ResourceFields, utf8WriteFor: Utf8WriteFor): Uint8Array {
  return encodeBlob([resource.schemaUrl], resource.attributes, utf8WriteFor, resource.entities);
}

function encodeBlob(
  strings: readonly string[],
  attributes: readonly (readonly [string, AnyValue])[],
  utf8WriteFor: Utf8WriteFor,
  entities: readonly EntityRef[] = [],
): Uint8Array {
  let bytesMax = 8 + entityRefsBytesMax(entities);
  for (const text of strings) bytesMax += stringBytesMax(text.length);
  for (const [key, value] of attributes) bytesMax += stringBytesMax(key.length) + valueBytesMax(value);
  const bytes = new Uint8Array((bytesMax + 7) & ~7);
  const writer = new RecordWriter(new Int32Array(bytes.buffer), bytes, utf8WriteFor(bytes));
  let at = 0;
  for (const text of strings) at = writer.string(at, text);
  writer.words[at++] = attributes.length;
  for (const [key, value] of attributes) at = writer.inlineAttribute(at, key, value);
  at = writeEntityRefs(writer, at, entities);
  return bytes.subarray(0, at << 2);
}
