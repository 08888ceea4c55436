// HOT. Writes strings and values into a claimed region of a ring (or a private buffer of the same shape). Every method
// takes the index of the next word and returns the one behind what it wrote: an index in a local variable stays in a
// register, one in a field is a chain of loads and stores. The region is at least as large as
// the caller's upper bound, so nothing is checked here. Layout: record-layout.ts. Callers: the encoders of this folder
// and main/record/compiled-template.ts.

import { type AnyValue, ArrayValue, DoubleValue, MapValue } from './any-value.js';
import { ValueType } from './record-layout.js';

/** Writes UTF-8 at a byte offset and returns the number of bytes (Node's Buffer, or TextEncoder). */
export type Utf8Write = (text: string, byteOffset: number) => number;

/** Up to here a loop over the characters beats the native call, whose fixed cost is that of some twenty characters. */
const LOOP_LENGTH_MAX = 24;
const TWO_32 = 4_294_967_296;
const INT64_BOUND = 2 ** 63;

const double = new Float64Array(1);
const doubleWords = new Int32Array(double.buffer);

export class RecordWriter {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** The same memory: the times of a record lie on multiples of 8. */
  readonly doubles: Float64Array;
  readonly #utf8Write: Utf8Write;

  /** `words` and `bytes` are views of the same memory, whose start and length are multiples of 8. */
  constructor(words: Int32Array, bytes: Uint8Array, utf8Write: Utf8Write) {
    this.words = words;
    this.bytes = bytes;
    this.doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    this.#utf8Write = utf8Write;
  }

  double(at: number, value: number): number {
    double[0] = value;
    this.words[at] = doubleWords[0];
    this.words[at + 1] = doubleWords[1];
    return at + 2;
  }

  string(at: number, text: string): number {
    const length = text.length;
    if (length > LOOP_LENGTH_MAX) return this.#nativeString(at, text);
    const { words } = this;
    const last = length - 3;
    let to = at + 1;
    let i = 0;
    // Four characters a word; one test tells whether all are ASCII.
    for (; i < last; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) > 0x7f) return this.#nativeString(at, text);
      words[to++] = a | (b << 8) | (c << 16) | (d << 24);
    }
    const rest = length - i;
    if (rest > 0) {
      const a = text.charCodeAt(i);
      const b = rest > 1 ? text.charCodeAt(i + 1) : 0;
      const c = rest > 2 ? text.charCodeAt(i + 2) : 0;
      if ((a | b | c) > 0x7f) return this.#nativeString(at, text);
      words[to++] = a | (b << 8) | (c << 16);
    }
    words[at] = length;
    return to;
  }

  #nativeString(at: number, text: string): number {
    const start = (at + 1) << 2;
    const length = this.#utf8Write(text, start);
    return this.#finishBytes(at, start, length);
  }

  byteString(at: number, value: Uint8Array): number {
    const start = (at + 1) << 2;
    this.bytes.set(value, start);
    return this.#finishBytes(at, start, value.length);
  }

  /** Pads with zeros: what an older record left there must not show. */
  #finishBytes(at: number, start: number, length: number): number {
    for (let i = start + length; (i & 3) !== 0; i++) this.bytes[i] = 0;
    this.words[at] = length;
    return (start + length + 3) >> 2;
  }

  /** An attribute whose key is interned (`keyId` > 0). */
  attribute(at: number, keyId: number, value: AnyValue): number {
    return this.#value(at, at + 1, keyId << 8, value);
  }

  /** An attribute with its key in line. */
  inlineAttribute(at: number, key: string, value: AnyValue): number {
    return this.#value(at, this.string(at + 1, key), 0, value);
  }

  /** Writes the value at `at` and its type, with `head`, at `headAt`. */
  #value(headAt: number, at: number, head: number, value: AnyValue): number {
    const { words } = this;
    if (typeof value === 'string') {
      words[headAt] = head | ValueType.String;
      return this.string(at, value);
    }
    if (typeof value === 'number') return this.#number(headAt, at, head, value);
    if (typeof value === 'boolean') {
      words[headAt] = head | (value ? ValueType.True : ValueType.False);
      return at;
    }
    if (value === null) {
      words[headAt] = head | ValueType.Empty;
      return at;
    }
    return this.#complexValue(headAt, at, head, value);
  }

  #number(headAt: number, at: number, head: number, value: number): number {
    const { words } = this;
    if ((value | 0) === value) {
      words[headAt] = head | ValueType.Int32;
      words[at] = value;
      return at + 1;
    }
    // Every integer inside int64 is one on the wire, also where doubles are no longer dense; both words are exact.
    if (Number.isInteger(value) && value >= -INT64_BOUND && value < INT64_BOUND) {
      words[headAt] = head | ValueType.Int64;
      words[at] = value | 0;
      words[at + 1] = Math.floor(value / TWO_32) | 0;
      return at + 2;
    }
    words[headAt] = head | ValueType.Double;
    return this.double(at, value);
  }

  #complexValue(
    headAt: number,
    start: number,
    head: number,
    value: bigint | Uint8Array | ArrayValue | MapValue | DoubleValue,
  ): number {
    const { words } = this;
    let at = start;
    if (typeof value === 'bigint') {
      words[headAt] = head | ValueType.Int64;
      words[at++] = Number(BigInt.asIntN(32, value));
      words[at++] = Number(BigInt.asIntN(32, value >> 32n));
    } else if (value instanceof ArrayValue) {
      words[headAt] = head | ValueType.Array;
      words[at++] = value.items.length;
      for (const item of value.items) at = this.#value(at, at + 1, 0, item);
    } else if (value instanceof MapValue) {
      words[headAt] = head | ValueType.Map;
      words[at++] = value.keys.length;
      for (let i = 0; i < value.keys.length; i++)
        at = this.inlineAttribute(at, value.keys[i], value.values[i]);
    } else if (value instanceof DoubleValue) {
      words[headAt] = head | ValueType.Double;
      at = this.double(at, value.value);
    } else {
      words[headAt] = head | ValueType.Bytes;
      at = this.byteString(at, value);
    }
    return at;
  }
}
