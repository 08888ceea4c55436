// HOT. Attributes and values of a record -> OTLP KeyValue and AnyValue messages. Worker thread. Callers:
// span-transcoder.ts, event-transcoder.ts, scope-message.ts.
//
// Every function takes the word to read from and returns the word behind what it read, or -1 if the record is
// damaged or the output is at its cap; the caller then throws the output of this record away.
//
// Interned key and plain value (all but a few attributes) have a known length: they are written in one go. The
// others go through writeAnyAttribute, which guesses the length of each message and corrects it.

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
/** Up to here the message of a bool or int (at most 8 bytes beside the key) is shorter than 128 bytes. */
const SHORT_KEY_BYTES = 116;
/** Tag, length, 127 bytes, and as much overshoot as copying words may have. */
const SHORT_ATTRIBUTE_BYTES = 136;
const NO_DICTIONARY = { starts: new Int32Array(1), pool: new Int32Array(1) };
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
  const { words, end } = source;
  const dictionary = source.dictionary ?? NO_DICTIONARY;
  // Everything in locals, and one loop without a call for what nearly all attributes are: an interned key and a
  // bool, a small int or a string, together below 128 bytes, so that every length is a single byte (a third
  // faster than one function for each part).
  let { starts, pool } = dictionary;
  let { view, pos, room } = out;
  let next = at;
  for (let i = 0; i < count; i++) {
    if (next >= end) return BROKEN;
    const head = words[next];
    const keyId = head >>> 8;
    const entry = keyId < starts.length ? starts[keyId] : 0;
    const keyBytes = pool[entry];
    // More than a length: 0 is no entry, 1 an empty key (which proto3 omits).
    if (keyBytes > 1 && keyBytes < SHORT_KEY_BYTES && pos <= room - SHORT_ATTRIBUTE_BYTES) {
      const type = head & 0xff;
      const valueAt = pos + 3 + keyBytes;
      if (type === ValueType.String) {
        const length = next + 1 < end ? words[next + 1] : BROKEN;
        const body = keyBytes + 5 + length;
        if (length >= 0 && body < 0x80 && length <= (end - next - 2) << 2) {
          view.setInt32(pos, tag | (body << 8) | (TAG_KEY << 16), true);
          copyWords(view, pos + 3, pool, entry + 1, keyBytes);
          view.setInt32(valueAt, TAG_VALUE | ((length + 2) << 8) | (TAG_STRING << 16) | (length << 24), true);
          copyWords(view, valueAt + 4, words, next + 2, length);
          pos = valueAt + 4 + length;
          next += 2 + ((length + 3) >> 2);
          continue;
        }
      } else if (type === ValueType.True || type === ValueType.False) {
        view.setInt32(pos, tag | ((keyBytes + 5) << 8) | (TAG_KEY << 16), true);
        copyWords(view, pos + 3, pool, entry + 1, keyBytes);
        const value = type === ValueType.True ? 1 << 24 : 0;
        view.setInt32(valueAt, TAG_VALUE | (2 << 8) | (TAG_BOOL << 16) | value, true);
        pos = valueAt + 4;
        next++;
        continue;
      } else if (type === ValueType.Int32 && next + 1 < end && words[next + 1] >= 0) {
        const value = words[next + 1];
        const inner = 1 + varintBytes(value);
        view.setInt32(pos, tag | ((keyBytes + 3 + inner) << 8) | (TAG_KEY << 16), true);
        copyWords(view, pos + 3, pool, entry + 1, keyBytes);
        view.setInt32(valueAt, TAG_VALUE | (inner << 8) | (TAG_INT << 16), true);
        pos = writeVarint(out.bytes, valueAt + 3, value);
        next += 2;
        continue;
      }
    }
    out.pos = pos;
    next = writeOtherAttribute(out, source, tag, next, depth);
    if (next < 0) return BROKEN;
    ({ starts, pool } = dictionary);
    ({ view, pos, room } = out);
  }
  out.pos = pos;
  return next;
}

/** Any attribute, head word at `at`. */
function writeOtherAttribute(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  depth: number,
): number {
  const { words, dictionary } = source;
  const head = words[at];
  const keyId = head >>> 8;
  if (keyId !== 0 && dictionary !== undefined) {
    const entry = entryOf(dictionary, keyId);
    if (entry === 0) return BROKEN;
    if ((head & 0xff) === ValueType.String && dictionary.pool[entry] > 1) {
      return writeStringAttribute(out, source, tag, at + 1, dictionary.pool, entry);
    }
  }
  return writeAnyAttribute(out, source, tag, at, depth);
}

/** A string of any length under an interned key: its lengths are known, so nothing has to be moved afterwards. */
function writeStringAttribute(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  pool: Int32Array,
  entry: number,
): number {
  if (at >= source.end) return BROKEN;
  const length = source.words[at] >>> 0;
  if (length > (source.end - at - 1) << 2) return BROKEN;
  const keyBytes = pool[entry];
  const inner = 1 + varintBytes(length) + length;
  const body = 2 + keyBytes + varintBytes(inner) + inner;
  if (!out.reserve(1 + LENGTH_BYTES_MAX + body)) return BROKEN;
  const bytes = out.bytes;
  bytes[out.pos] = tag;
  let pos = writeVarint(bytes, out.pos + 1, body);
  bytes[pos++] = TAG_KEY;
  copyWords(out.view, pos, pool, entry + 1, keyBytes);
  pos += keyBytes;
  bytes[pos] = TAG_VALUE;
  pos = writeVarint(bytes, pos + 1, inner);
  bytes[pos] = TAG_STRING;
  out.pos = writeVarint(bytes, pos + 1, length);
  out.copy(source.words, source.bytes, at + 1, length);
  return at + 1 + ((length + 3) >>> 2);
}

/** Any attribute, head word at `at`: inline key, doubles, bytes, arrays, maps. */
function writeAnyAttribute(
  out: ProtobufWriter,
  source: RecordSource,
  tag: number,
  at: number,
  depth: number,
): number {
  const head = source.words[at];
  const keyId = head >>> 8;
  if (!out.reserve(1 + LENGTH_BYTES_MAX)) return BROKEN;
  const guess = lengthGuess(source, at);
  out.bytes[out.pos] = tag;
  const lengthAt = out.pos + 1;
  out.pos = lengthAt + guess;
  let next = writeName(out, source, TAG_KEY, keyId, at + 1);
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
      return writeReference(out, dictionary, words[at] >>> 0) ? at + 1 : BROKEN;
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
  // A damaged count cannot make the loops long: each item takes a word at least, and no word is read past the end.
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

/** A string value that is interned; id 0 is none. */
function writeReference(out: ProtobufWriter, dictionary: Dictionary, id: number): boolean {
  const entry = entryOf(dictionary, id);
  return entry !== 0 && writeEntry(out, dictionary, TAG_STRING, entry);
}

/** Writes an interned string as a field with `tag`; false if the output is at its cap. */
function writeEntry(out: ProtobufWriter, dictionary: Dictionary, tag: number, entry: number): boolean {
  const pool = dictionary.pool;
  const length = pool[entry];
  if (!out.reserve(1 + length)) return false;
  out.bytes[out.pos] = tag;
  copyWords(out.view, out.pos + 1, pool, entry + 1, length);
  out.pos += 1 + length;
  return true;
}

/** A name or key of arena id `id`, or inline at word `at` when it is 0; returns the word to go on with. */
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
  const entry = entryOf(dictionary, id >>> 0);
  if (entry === 0) return BROKEN;
  // Only the length byte: proto3 omits an empty name.
  if (dictionary.pool[entry] === 1) return at;
  return writeEntry(out, dictionary, tag, entry) ? at : BROKEN;
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
export function lengthGuess(source: RecordSource, at: number): number {
  const left = source.end - at;
  return left < SMALL_RECORD_WORDS ? 1 : varintBytes(left << 2);
}
