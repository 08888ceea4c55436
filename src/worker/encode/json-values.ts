// Decoded attribute values -> the plain values that otlp-transformer's JSON serializer takes, and the correction of
// what it cannot express. Worker thread. Caller: json-encoder.ts.
//
// The serializer writes every integral number as a JSON number under `intValue`, and NaN as null. OTLP wants 64-bit
// integers as decimal strings, integral doubles under `doubleValue`, and NaN and infinities as strings. So those
// numbers travel through it as marked strings, and `unmark` puts the right JSON in their place. The mark is a lone
// surrogate: decoded UTF-8 never holds one, and JSON.stringify writes it as an escape, so no text of a user can
// look like it.

import type { DecodedAttribute, DecodedValue } from '../../shared/codec/decoded-span.js';

const MARK = '\ud800';
const INTEGER = `${MARK}i`;
const DOUBLE = `${MARK}d`;
const SCOPE = `${MARK}s`;
const MARKED_NUMBER = /"stringValue":"\\ud800([id])([^"]*)"/g;
const MARKED_SCOPE_NAME = /"name":"\\ud800s\d+:/g;

/** `{"key":"","value":{"stringValue":""}},` */
const ATTRIBUTE_BYTES = 42;
const NUMBER_BYTES = 20;

export type PlainValue = string | number | boolean | Uint8Array | null | PlainValue[] | PlainAttributes;
export interface PlainAttributes {
  [key: string]: PlainValue;
}

/** Without a prototype: a key may be `__proto__`. */
export function toPlainAttributes(attributes: readonly DecodedAttribute[]): PlainAttributes {
  const plain = Object.create(null) as PlainAttributes;
  for (const { key, value } of attributes) plain[key] = toPlainValue(value);
  return plain;
}

function toPlainValue(value: DecodedValue): PlainValue {
  switch (value.type) {
    case 'int':
      return INTEGER + value.value;
    case 'double':
      return toPlainDouble(value.value);
    case 'array':
      return value.items.map(toPlainValue);
    case 'map':
      return toPlainAttributes(value.entries);
    case 'empty':
      return null;
    default:
      return value.value;
  }
}

function toPlainDouble(value: number): PlainValue {
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  return DOUBLE + (Object.is(value, -0) ? '-0' : value);
}

/**
 * A scope's name that is unique in the request: the serializer groups by name, version and schema URL alone and
 * would merge scopes that differ in their attributes.
 */
export function markScopeName(name: string, index: number): string {
  return `${SCOPE}${index}:${name}`;
}

/** The serializer's JSON with the marked parts as they have to be. */
export function unmark(json: Uint8Array): Uint8Array {
  // Byte for byte: what is not ASCII passes through as it is.
  const text = Buffer.from(json.buffer, json.byteOffset, json.length).toString('latin1');
  const corrected = text
    .replace(MARKED_SCOPE_NAME, '"name":"')
    .replace(MARKED_NUMBER, (_match, kind: string, digits: string) => {
      if (kind === 'i') return `"intValue":"${digits}"`;
      return Number.isFinite(Number(digits)) ? `"doubleValue":${digits}` : `"doubleValue":"${digits}"`;
    });
  // Not Buffer.from: a small result would lie in the pool that all of Node shares.
  const body = Buffer.allocUnsafeSlow(corrected.length);
  body.write(corrected, 'latin1');
  return body;
}

/** Bytes of the attributes in JSON: exact for strings, a few too many for numbers. */
export function attributesJsonBytes(attributes: readonly DecodedAttribute[]): number {
  let bytes = 0;
  for (const { key, value } of attributes) {
    bytes += ATTRIBUTE_BYTES + textJsonBytes(key) + valueJsonBytes(value);
  }
  return bytes;
}

function valueJsonBytes(value: DecodedValue): number {
  switch (value.type) {
    case 'string':
      return textJsonBytes(value.value);
    case 'bytes':
      return Math.ceil(value.value.length / 3) * 4;
    case 'array':
      return value.items.reduce((bytes, item) => bytes + NUMBER_BYTES + valueJsonBytes(item), NUMBER_BYTES);
    case 'map':
      return NUMBER_BYTES + attributesJsonBytes(value.entries);
    default:
      return NUMBER_BYTES;
  }
}

/** Bytes of a text in JSON and UTF-8. */
export function textJsonBytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20) bytes += 6;
    else if (unit < 0x80) bytes += unit === 0x22 || unit === 0x5c ? 2 : 1;
    else if (unit < 0x800) bytes += 2;
    // A pair of surrogates is 4 bytes of UTF-8.
    else bytes += (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return bytes;
}
