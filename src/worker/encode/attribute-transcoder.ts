// HOT. Attributes and values of a record -> OTLP KeyValue and AnyValue messages. Worker thread. Callers:
// span-transcoder.ts, event-transcoder.ts, scope-message.ts.
//
// Every function takes the word to read from and returns the word behind what it read, or -1 if the record is
// damaged or the output is at its cap; the caller then throws the output of this record away.
//
// Interned key and plain value (all but a few attributes) have a known length: they are written in one go. The
// others go through `#anyAttribute`, which guesses the length of each message and corrects it.

import { ValueType } from '../../shared/codec/record-layout.js';
import { ATTRIBUTE_DEPTH_MAX } from '../../shared/limits.js';
import type { Dictionary } from './dictionary.js';
import {
  copyWords,
  LENGTH_BYTES_MAX,
  type ProtobufWriter,
  varintBytes,
  writeVarint,
} from './protobuf-writer.js';
import type { RecordSource } from './record-source.js';

export const BROKEN = -1;

// Tags: field number << 3 | wire type. KeyValue: key 1, value 2. AnyValue: string 1, bool 2, int 3, double 4,
// array 5, kvlist 6, bytes 7. ArrayValue and KeyValueList: values 1.
const TAG_KEY = 0x0a;
const TAG_VALUE = 0x12;
const TAG_STRING = 0x0a;
const TAG_BOOL = 0x10;
const TAG_INT = 0x18;
const TAG_DOUBLE = 0x21;
const TAG_ARRAY = 0x2a;
const TAG_MAP = 0x32;
const TAG_BYTES = 0x3a;
const TAG_ITEM = 0x0a;

const VARINT_BYTES_MAX = 10;
/** Below this many bytes left in the record a nested message is taken for one with a length of 1 byte. */
const SMALL_RECORD_WORDS = 4096;

/** Writes `count` attributes as messages with `tag`. `depth` is the number of arrays and maps around them. */
export function writeAttributes(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  count: number,
  depth: number,
): number {
  const { words, end, dictionary } = source;
  let next = at;
  for (let i = 0; i < count; i++) {
    if (next >= end) return BROKEN;
    const head = words[next];
    const keyId = head >>> 8;
    const type = head & 0xff;
    if (keyId === 0 || type > ValueType.Int32 || dictionary === undefined) {
      next = writeAnyAttribute(out, source, tag, next, depth);
      if (next < 0) return BROKEN;
      continue;
    }
    const entry = entryOf(dictionary, keyId);
    if (entry === 0) return BROKEN;
    next = writePlainAttribute(out, source, tag, next + 1, type, dictionary.pool, entry);
    if (next < 0) return BROKEN;
  }
  return next;
}

/** An attribute with interned key and a string, bool or small int, which starts at word `at`. */
function writePlainAttribute(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  type: number,
  pool: Int32Array,
  entry: number,
): number {
  const words = source.words;
  const keyBytes = pool[entry];
  if (type === ValueType.String) {
    if (at >= source.end) return BROKEN;
    const length = words[at] >>> 0;
    if (length > (source.end - at - 1) << 2) return BROKEN;
    const inner = 1 + varintBytes(length) + length;
    const body = 2 + keyBytes + varintBytes(inner) + inner;
    if (!out.reserve(body + 1 + LENGTH_BYTES_MAX)) return BROKEN;
    const pos = openAttribute(out, tag, body, pool, entry, keyBytes);
    if (body < 0x80) {
      out.view.setInt32(pos, TAG_VALUE | (inner << 8) | (TAG_STRING << 16) | (length << 24), true);
      out.pos = pos + 4 + length;
      copyWords(out.view, pos + 4, words, at + 1, length);
    } else {
      writeLongString(out, source, pos, inner, length, at + 1);
    }
    return at + 1 + ((length + 3) >>> 2);
  }
  if (type === ValueType.True || type === ValueType.False) {
    const body = keyBytes + 5;
    if (!out.reserve(body + 1 + LENGTH_BYTES_MAX)) return BROKEN;
    const pos = openAttribute(out, tag, body, pool, entry, keyBytes);
    const flag = type === ValueType.True ? 1 << 24 : 0;
    out.view.setInt32(pos, TAG_VALUE | (2 << 8) | (TAG_BOOL << 16) | flag, true);
    out.pos = pos + 4;
    return at;
  }
  if (type === ValueType.Int32) {
    if (at >= source.end) return BROKEN;
    const value = words[at];
    const inner = 1 + (value < 0 ? VARINT_BYTES_MAX : varintBytes(value));
    const body = keyBytes + 3 + inner;
    if (!out.reserve(body + 1 + LENGTH_BYTES_MAX)) return BROKEN;
    const pos = openAttribute(out, tag, body, pool, entry, keyBytes);
    out.view.setInt32(pos, TAG_VALUE | (inner << 8) | (TAG_INT << 16), true);
    out.pos = pos + 3;
    if (value < 0) out.varint64(value, -1);
    else out.varint(value);
    return at + 1;
  }
  return writeReference(out, source, tag, at, type, pool, entry);
}

/** The same for a value that is interned as well. */
function writeReference(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  type: number,
  pool: Int32Array,
  entry: number,
): number {
  const dictionary = source.dictionary;
  if (type !== ValueType.StringRef || at >= source.end || dictionary === undefined) return BROKEN;
  const value = entryOf(dictionary, source.words[at] >>> 0);
  if (value === 0) return BROKEN;
  const keyBytes = pool[entry];
  const valueBytes = dictionary.pool[value];
  const inner = 1 + valueBytes;
  const body = 2 + keyBytes + varintBytes(inner) + inner;
  if (!out.reserve(body + 1 + LENGTH_BYTES_MAX)) return BROKEN;
  let pos = openAttribute(out, tag, body, pool, entry, keyBytes);
  out.bytes[pos++] = TAG_VALUE;
  pos = writeVarint(out.bytes, pos, inner);
  out.bytes[pos++] = TAG_STRING;
  copyWords(out.view, pos, dictionary.pool, value + 1, valueBytes);
  out.pos = pos + valueBytes;
  return at + 1;
}

/** Writes tag, length and key of a KeyValue of `body` bytes; returns the position of its value. */
function openAttribute(
  out: ProtobufWriter,
  tag: number,
  body: number,
  pool: Int32Array,
  entry: number,
  keyBytes: number,
): number {
  const view = out.view;
  let pos = out.pos;
  if (body < 0x80) {
    view.setInt32(pos, tag | (body << 8) | (TAG_KEY << 16), true);
    pos += 3;
  } else {
    out.bytes[pos] = tag;
    pos = writeVarint(out.bytes, pos + 1, body);
    out.bytes[pos++] = TAG_KEY;
  }
  copyWords(view, pos, pool, entry + 1, keyBytes);
  return pos + keyBytes;
}

function writeLongString(
  out: ProtobufWriter,
  source: RecordSource,
  at: number,
  inner: number,
  length: number,
  from: number,
): void {
  out.bytes[at] = TAG_VALUE;
  const pos = writeVarint(out.bytes, at + 1, inner);
  out.bytes[pos] = TAG_STRING;
  out.pos = writeVarint(out.bytes, pos + 1, length);
  out.copy(source.words, source.bytes, from, length);
}

/** Any attribute, head word at `at`: inline key, doubles, bytes, arrays, maps. */
function writeAnyAttribute(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  depth: number,
): number {
  const { words, dictionary } = source;
  const head = words[at];
  const keyId = head >>> 8;
  if (!out.reserve(1 + LENGTH_BYTES_MAX)) return BROKEN;
  const guess = lengthGuess(source, at);
  out.bytes[out.pos] = tag;
  const lengthAt = out.pos + 1;
  out.pos = lengthAt + guess;
  let next = at + 1;
  if (keyId === 0) next = writeString(out, source, TAG_KEY, next);
  else if (dictionary === undefined || !writeEntry(out, dictionary, TAG_KEY, keyId)) return BROKEN;
  if (next < 0) return BROKEN;
  next = writeValue(out, source, TAG_VALUE, next, head & 0xff, depth);
  return next < 0 || !out.endMessage(lengthAt, guess) ? BROKEN : next;
}

/** A value of `type`, content at word `at`, as an AnyValue message with `tag`. */
function writeValue(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  type: number,
  depth: number,
): number {
  if (!out.reserve(1 + LENGTH_BYTES_MAX)) return BROKEN;
  const guess = lengthGuess(source, at);
  out.bytes[out.pos] = tag;
  const lengthAt = out.pos + 1;
  out.pos = lengthAt + guess;
  const next = writeValueContent(out, source, at, type, depth);
  return next < 0 || !out.endMessage(lengthAt, guess) ? BROKEN : next;
}

function writeValueContent(
  out: ProtobufWriter,
  source: RecordSource,
  at: number,
  type: number,
  depth: number,
): number {
  const { words, end, dictionary } = source;
  if (!out.reserve(1 + VARINT_BYTES_MAX)) return BROKEN;
  switch (type) {
    case ValueType.Empty:
      return at;
    case ValueType.True:
    case ValueType.False:
      out.bytes[out.pos++] = TAG_BOOL;
      out.bytes[out.pos++] = type === ValueType.True ? 1 : 0;
      return at;
    case ValueType.Int32:
      if (at >= end) return BROKEN;
      out.bytes[out.pos++] = TAG_INT;
      out.varint64(words[at], words[at] >> 31);
      return at + 1;
    case ValueType.Int64:
      if (at + 2 > end) return BROKEN;
      out.bytes[out.pos++] = TAG_INT;
      out.varint64(words[at], words[at + 1]);
      return at + 2;
    case ValueType.Double:
      if (at + 2 > end) return BROKEN;
      out.bytes[out.pos] = TAG_DOUBLE;
      out.view.setInt32(out.pos + 1, words[at], true);
      out.view.setInt32(out.pos + 5, words[at + 1], true);
      out.pos += 9;
      return at + 2;
    case ValueType.String:
      return writeString(out, source, TAG_STRING, at);
    case ValueType.Bytes:
      return writeString(out, source, TAG_BYTES, at);
    case ValueType.StringRef:
      if (at >= end || dictionary === undefined) return BROKEN;
      return writeEntry(out, dictionary, TAG_STRING, words[at] >>> 0) ? at + 1 : BROKEN;
    case ValueType.Array:
    case ValueType.Map:
      return writeContainer(out, source, type, at, depth);
    default:
      return BROKEN;
  }
}

function writeContainer(
  out: ProtobufWriter,
  source: RecordSource,
  type: number,
  at: number,
  depth: number,
): number {
  const { words, end } = source;
  if (at >= end || depth === ATTRIBUTE_DEPTH_MAX) return BROKEN;
  const count = words[at] >>> 0;
  let next = at + 1;
  // Each item takes a word at least: a damaged count cannot make the loop long.
  if (count > end - next) return BROKEN;
  const guess = lengthGuess(source, at);
  out.bytes[out.pos] = type === ValueType.Array ? TAG_ARRAY : TAG_MAP;
  const lengthAt = out.pos + 1;
  out.pos = lengthAt + guess;
  if (type === ValueType.Map) next = writeAttributes(out, source, TAG_ITEM, next, count, depth + 1);
  else {
    for (let i = 0; i < count; i++) {
      if (next >= end) return BROKEN;
      next = writeValue(out, source, TAG_ITEM, next + 1, words[next], depth + 1);
      if (next < 0) return BROKEN;
    }
  }
  return next < 0 || !out.endMessage(lengthAt, guess) ? BROKEN : next;
}

/** Writes the string (or bytes) at word `at` as a field with `tag`, even if it is empty. */
export function writeString(out: ProtobufWriter, source: RecordSource, tag: number, at: number): number {
  if (at >= source.end) return BROKEN;
  const length = source.words[at] >>> 0;
  if (length > (source.end - at - 1) << 2) return BROKEN;
  if (!out.reserve(1 + LENGTH_BYTES_MAX + length)) return BROKEN;
  out.bytes[out.pos] = tag;
  out.pos = writeVarint(out.bytes, out.pos + 1, length);
  out.copy(source.words, source.bytes, at + 1, length);
  return at + 1 + ((length + 3) >>> 2);
}

/** The same, but proto3 omits an empty string. */
export function writeStringField(out: ProtobufWriter, source: RecordSource, tag: number, at: number): number {
  if (at < source.end && source.words[at] === 0) return at + 1;
  return writeString(out, source, tag, at);
}

/** Writes interned string `id` as a field with `tag`; false if there is none or the output is at its cap. */
export function writeEntry(out: ProtobufWriter, dictionary: Dictionary, tag: number, id: number): boolean {
  const entry = entryOf(dictionary, id);
  if (entry === 0) return false;
  const pool = dictionary.pool;
  const length = pool[entry];
  if (!out.reserve(1 + length)) return false;
  out.bytes[out.pos] = tag;
  copyWords(out.view, out.pos + 1, pool, entry + 1, length);
  out.pos += 1 + length;
  return true;
}

/** A name of arena id `id`, or inline at word `at` when it is 0; returns the word to go on with. */
export function writeName(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  id: number,
  at: number,
): number {
  if (id === 0) return writeStringField(out, source, tag, at);
  const dictionary = source.dictionary;
  if (dictionary === undefined) return BROKEN;
  return writeEntry(out, dictionary, tag, id >>> 0) ? at : BROKEN;
}

/** The entry's word in the dictionary's pool, 0 if there is none. */
function entryOf(dictionary: Dictionary, id: number): number {
  const starts = dictionary.starts;
  const entry = id < starts.length ? starts[id] : 0;
  if (entry !== 0) return entry;
  return dictionary.load(id) ? dictionary.starts[id] : 0;
}

/**
 * Bytes of a nested message's length. What is left of a large record says how long it may get: guessing 1 there
 * would move megabytes once for each level of nesting.
 */
function lengthGuess(source: RecordSource, at: number): number {
  const left = source.end - at;
  return left < SMALL_RECORD_WORDS ? 1 : varintBytes(left << 2);
}
