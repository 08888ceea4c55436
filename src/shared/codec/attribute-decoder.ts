// Attributes and values of a record or blob -> tagged values; counterpart of record-writer.ts. Any thread, not
// hot. Callers: span-decoder.ts, blob-decoder.ts.

import { ATTRIBUTE_DEPTH_MAX } from '../limits.js';
import type { DecodedAttribute, DecodedValue } from './decoded-span.js';
import type { RecordCursor } from './record-cursor.js';
import { ValueType } from './record-layout.js';

const EMPTY: DecodedValue = { type: 'empty' };

export function decodeAttributes(cursor: RecordCursor, count: number): DecodedAttribute[] {
  return decodeEntries(cursor, count, 0);
}

function decodeEntries(cursor: RecordCursor, count: number, depth: number): DecodedAttribute[] {
  const entries: DecodedAttribute[] = [];
  for (let i = 0; i < count && !cursor.broken; i++) {
    const head = cursor.word();
    const key = cursor.textOf(head >>> 8);
    entries.push({ key, value: decodeValue(cursor, head & 0xff, depth) });
  }
  return entries;
}

/** `depth` is the number of arrays and maps around the value. */
function decodeValue(cursor: RecordCursor, type: number, depth: number): DecodedValue {
  switch (type) {
    case ValueType.String:
      return { type: 'string', value: cursor.string() };
    case ValueType.StringRef: {
      const id = cursor.word();
      if (id === 0) cursor.broken = true;
      return { type: 'string', value: id === 0 ? '' : cursor.textOf(id) };
    }
    case ValueType.False:
      return { type: 'bool', value: false };
    case ValueType.True:
      return { type: 'bool', value: true };
    case ValueType.Int32:
      return { type: 'int', value: BigInt(cursor.word() | 0) };
    case ValueType.Int64:
      return { type: 'int', value: BigInt.asIntN(64, cursor.uint64()) };
    case ValueType.Double:
      return { type: 'double', value: cursor.double() };
    case ValueType.Bytes:
      return { type: 'bytes', value: cursor.byteString() };
    case ValueType.Array:
      if (depth === ATTRIBUTE_DEPTH_MAX) break;
      return { type: 'array', items: decodeItems(cursor, cursor.count(), depth + 1) };
    case ValueType.Map:
      if (depth === ATTRIBUTE_DEPTH_MAX) break;
      return { type: 'map', entries: decodeEntries(cursor, cursor.count(), depth + 1) };
    case ValueType.Empty:
      return EMPTY;
    default:
  }
  cursor.broken = true;
  return EMPTY;
}

function decodeItems(cursor: RecordCursor, count: number, depth: number): DecodedValue[] {
  const items: DecodedValue[] = [];
  for (let i = 0; i < count && !cursor.broken; i++) items.push(decodeValue(cursor, cursor.word(), depth));
  return items;
}
