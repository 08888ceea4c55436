// Reading cursor over one record or blob, for the decoders of this folder. Any thread, not hot (the protobuf path
// reads the same layout by itself, worker/encode). A read past the end does not throw: it sets `broken`, gives a
// zero value, and the decoder returns undefined in the end.

import { decodeUtf8 } from './utf8.js';

const TWO_32 = 4_294_967_296n;

/** Texts of arena ids; undefined for an id that was never published. */
export interface InternedTexts {
  text(id: number): string | undefined;
}

export class RecordCursor {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly texts: InternedTexts;
  readonly #double = new Float64Array(1);
  readonly #doubleWords = new Int32Array(this.#double.buffer);
  /** Next word. */
  at: number;
  /** Word behind the last one that may be read. */
  end: number;
  broken = false;

  constructor(words: Int32Array, bytes: Uint8Array, at: number, end: number, texts: InternedTexts) {
    this.words = words;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.texts = texts;
  }

  word(): number {
    if (this.at >= this.end) return this.#break();
    return this.words[this.at++] >>> 0;
  }

  /** A count of things that take at least one word each: more than there are words is a damaged record. */
  count(): number {
    const count = this.word();
    return count > this.end - this.at ? this.#break() : count;
  }

  double(): number {
    this.#doubleWords[0] = this.word();
    this.#doubleWords[1] = this.word();
    return this.#double[0];
  }

  uint64(): bigint {
    const low = BigInt(this.word());
    return BigInt(this.word()) * TWO_32 + low;
  }

  string(): string {
    const length = this.#contentLength();
    const start = this.at << 2;
    this.at += (length + 3) >>> 2;
    return decodeUtf8(this.bytes, start, start + length);
  }

  /** A copy: the record may vanish. */
  byteString(): Uint8Array {
    const length = this.#contentLength();
    const start = this.at << 2;
    this.at += (length + 3) >>> 2;
    return this.bytes.slice(start, start + length);
  }

  /** The text of arena id `id`, or the inline string that follows when it is 0. */
  textOf(id: number): string {
    if (id === 0) return this.string();
    const text = this.texts.text(id);
    if (text === undefined) this.broken = true;
    return text ?? '';
  }

  #contentLength(): number {
    const length = this.word();
    return length > (this.end - this.at) * 4 ? this.#break() : length;
  }

  #break(): 0 {
    this.broken = true;
    this.at = this.end;
    return 0;
  }
}
