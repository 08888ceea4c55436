// Walks the fields of a protobuf message that came from the network. Export worker; callers: response-body.ts,
// grpc-status.ts. Nothing here trusts the bytes: every length is checked, nothing is allocated by a length that the
// sender wrote, and the number of fields is capped (a hand-made message may hold millions of empty ones).

const FIELDS_MAX = 4096;
const VARINT_BYTES_MAX = 10;
const TWO_32 = 4_294_967_296;

/** `varint` for wire type 0 (as a signed 64-bit integer, rounded beyond 2^53), `slice` for wire type 2. */
export type FieldVisitor = (field: number, varint: number, slice: Uint8Array | undefined) => void;

/** Visits every field; false if the message is malformed (fields before the fault were visited). */
export function walkFields(bytes: Uint8Array, visit: FieldVisitor): boolean {
  const cursor = new Cursor(bytes);
  for (let fields = 0; cursor.offset < bytes.length; fields++) {
    if (fields === FIELDS_MAX) return false;
    const tag = cursor.varint();
    if (tag === undefined || tag < 8 || tag >= TWO_32) return false;
    const field = Math.floor(tag / 8);
    const value = cursor.value(tag % 8);
    if (value === undefined) return false;
    if (typeof value === 'number') visit(field, value, undefined);
    else if (value !== SKIPPED) visit(field, 0, value);
  }
  return true;
}

/** Stands for a value of fixed width, which no message read here has. */
const SKIPPED = new Uint8Array(0);

class Cursor {
  readonly #bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(wireType: number): number | Uint8Array | undefined {
    if (wireType === 0) return this.varint();
    if (wireType === 2) {
      const length = this.varint();
      return length === undefined ? undefined : this.#slice(length);
    }
    if (wireType === 1) return this.#slice(8) && SKIPPED;
    if (wireType === 5) return this.#slice(4) && SKIPPED;
    return undefined; // groups: gone since proto3
  }

  varint(): number | undefined {
    let low = 0;
    let high = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      if (this.offset >= this.#bytes.length) return undefined;
      const byte = this.#bytes[this.offset++];
      const seven = byte & 0x7f;
      if (index < 4) low |= seven << (7 * index);
      else if (index === 4) {
        low |= seven << 28;
        high = seven >>> 4;
      } else if (index < 9) high |= seven << (7 * index - 32);
      else high |= (seven & 1) << 31;
      if (byte < 0x80) return (high | 0) * TWO_32 + (low >>> 0);
    }
    return undefined;
  }

  #slice(length: number): Uint8Array | undefined {
    if (length < 0 || length > this.#bytes.length - this.offset) return undefined;
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }
}
