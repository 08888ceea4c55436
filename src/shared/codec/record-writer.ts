// HOT. Cursor over a claimed region of a ring (or a private buffer of the same shape): words, strings, values.
// Used by every encoder of this folder; the region is at least as large as the caller's upper bound, so nothing
// is checked here. Layout: record-layout.ts.

import { type AnyValue, ArrayValue, MapValue } from './any-value.js';
import { ValueType } from './record-layout.js';

/** Writes UTF-8 at a byte offset and returns the number of bytes (Node's Buffer.utf8Write, or TextEncoder). */
export type Utf8Write = (text: string, byteOffset: number) => number;

/** Up to here a loop over the characters beats the native call (measured: 19 characters 30 ns against 42 ns). */
const LOOP_LENGTH_MAX = 24;
const TWO_32 = 4_294_967_296;

export class RecordWriter {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly #utf8Write: Utf8Write;
  readonly #double = new Float64Array(1);
  readonly #doubleWords: Int32Array;
  /** Next word to write. */
  at = 0;

  constructor(words: Int32Array, bytes: Uint8Array, utf8Write: Utf8Write) {
    this.words = words;
    this.bytes = bytes;
    this.#utf8Write = utf8Write;
    this.#doubleWords = new Int32Array(this.#double.buffer);
  }

  word(value: number): void {
    this.words[this.at++] = value;
  }

  double(value: number): void {
    this.#double[0] = value;
    this.words[this.at] = this.#doubleWords[0];
    this.words[this.at + 1] = this.#doubleWords[1];
    this.at += 2;
  }

  /** An integer of up to 2^53 in magnitude as i64. */
  int64(value: number): void {
    this.words[this.at] = value | 0;
    this.words[this.at + 1] = Math.floor(value / TWO_32) | 0;
    this.at += 2;
  }

  bigint64(value: bigint): void {
    this.words[this.at] = Number(BigInt.asIntN(32, value));
    this.words[this.at + 1] = Number(BigInt.asIntN(32, value >> 32n));
    this.at += 2;
  }

  string(text: string): void {
    const length = text.length;
    const start = (this.at + 1) << 2;
    if (length > LOOP_LENGTH_MAX) {
      this.#nativeString(text, start);
      return;
    }
    const bytes = this.bytes;
    // The last word goes first, as zeros: padding never shows what an older record left there.
    this.words[(start + length) >> 2] = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#nativeString(text, start);
        return;
      }
      bytes[start + i] = code;
    }
    this.words[this.at] = length;
    this.at = (start + length + 3) >> 2;
  }

  #nativeString(text: string, start: number): void {
    const length = this.#utf8Write(text, start);
    for (let i = start + length; (i & 3) !== 0; i++) this.bytes[i] = 0;
    this.words[this.at] = length;
    this.at = (start + length + 3) >> 2;
  }

  byteString(value: Uint8Array): void {
    const start = (this.at + 1) << 2;
    this.bytes.set(value, start);
    for (let i = start + value.length; (i & 3) !== 0; i++) this.bytes[i] = 0;
    this.words[this.at] = value.length;
    this.at = (start + value.length + 3) >> 2;
  }

  /** An attribute whose key is interned (`keyId` > 0). */
  attribute(keyId: number, value: AnyValue): void {
    this.#value(keyId << 8, undefined, value);
  }

  /** An attribute with its key in line. */
  inlineAttribute(key: string, value: AnyValue): void {
    this.#value(0, key, value);
  }

  #value(head: number, key: string | undefined, value: AnyValue): void {
    const headAt = this.at++;
    if (key !== undefined) this.string(key);
    let type: number;
    if (typeof value === 'string') {
      type = ValueType.String;
      this.string(value);
    } else if (typeof value === 'number') {
      if ((value | 0) === value) {
        type = ValueType.Int32;
        this.words[this.at++] = value;
      } else if (Number.isSafeInteger(value)) {
        type = ValueType.Int64;
        this.int64(value);
      } else {
        type = ValueType.Double;
        this.double(value);
      }
    } else if (typeof value === 'boolean') {
      type = value ? ValueType.True : ValueType.False;
    } else {
      type = this.#complexValue(value);
    }
    this.words[headAt] = head | type;
  }

  #complexValue(value: Exclude<AnyValue, string | number | boolean>): number {
    if (value === null) return ValueType.Empty;
    if (typeof value === 'bigint') {
      this.bigint64(value);
      return ValueType.Int64;
    }
    if (value instanceof ArrayValue) {
      this.word(value.items.length);
      for (const item of value.items) this.#value(0, undefined, item);
      return ValueType.Array;
    }
    if (value instanceof MapValue) {
      this.word(value.keys.length);
      for (let i = 0; i < value.keys.length; i++) this.inlineAttribute(value.keys[i], value.values[i]);
      return ValueType.Map;
    }
    this.byteString(value);
    return ValueType.Bytes;
  }
}
