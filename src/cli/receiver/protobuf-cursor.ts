// Walks the protobuf wire format over a byte range without copying. Receiver process; used by otlp-reader.ts.
// Every read checks its bound first, so that a body cut off anywhere is a MalformedOtlpError and nothing else.

import { MalformedOtlpError } from './otlp-error.js';

export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

// Strict: a string that is no UTF-8 is the sender's bug, and a local receiver is there to show it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ProtobufCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** Field number and wire type as they stand on the wire: (field << 3) | wire type. */
  tag(): number {
    const tag = Number(this.varint());
    if (tag < 8 || tag > 0xffffffff) throw new MalformedOtlpError(`no field has the tag ${tag}`);
    return tag;
  }

  varint(): bigint {
    let low = 0;
    let shift = 0;
    // Nearly all varints are short: the first four bytes need no bigint.
    while (shift < 28) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
      shift += 7;
    }
    let value = BigInt(low);
    while (shift < 70) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asUintN(64, value);
      shift += 7;
    }
    throw new MalformedOtlpError('a varint is longer than ten bytes');
  }

  uint32(): number {
    return Number(BigInt.asUintN(32, this.varint()));
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.varint());
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  bytes(): Uint8Array {
    const length = Number(this.varint());
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string {
    const bytes = this.bytes();
    try {
      return utf8.decode(bytes);
    } catch {
      throw new MalformedOtlpError('a string is not valid UTF-8');
    }
  }

  hex(): string {
    const bytes = this.bytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  }

  message(): ProtobufCursor {
    const length = Number(this.varint());
    const start = this.#advance(length);
    return new ProtobufCursor(this.#bytes, start, start + length);
  }

  /** Steps over a field this reader does not know: newer senders may send more. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === VARINT) this.varint();
    else if (wireType === FIXED64) this.#advance(8);
    else if (wireType === DELIMITED) this.#advance(Number(this.varint()));
    else if (wireType === FIXED32) this.#advance(4);
    else throw new MalformedOtlpError(`wire type ${wireType} does not occur in OTLP`);
  }

  #byte(): number {
    if (this.#position >= this.#end) throw new MalformedOtlpError('the body ends inside a number');
    return this.#bytes[this.#position++] as number;
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#end - start)
      throw new MalformedOtlpError('a length points past the end of its message');
    this.#position = start + length;
    return start;
  }
}
