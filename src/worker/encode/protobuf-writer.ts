// HOT. Growable private buffer that protobuf messages are written into. Worker thread. Callers: the transcoders
// of this folder, which call `reserve` and then write through `bytes` and `view` without further checks.
//
// Words are copied with 4-byte stores that may overshoot the text by up to 3 bytes (the next write overwrites
// them), so `reserve` keeps SLACK_BYTES free behind what was asked for.

const SLACK_BYTES = 8;
/** From here on the native copy beats the loop of 4-byte stores, although it has to make two views (measured). */
const NATIVE_COPY_BYTES_MIN = 128;
/** A 32-bit length as a varint. */
export const LENGTH_BYTES_MAX = 5;

export class ProtobufWriter {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  pos = 0;
  /** Position which writing may go up to; overshoot goes into what is behind. */
  room: number;
  readonly #initialBytes: number;
  readonly #bytesMax: number;

  constructor(initialBytes: number, bytesMax: number) {
    this.#initialBytes = initialBytes;
    this.#bytesMax = bytesMax;
    this.bytes = new Uint8Array(initialBytes);
    this.view = new DataView(this.bytes.buffer);
    this.room = initialBytes - SLACK_BYTES;
  }

  /** Makes room for `count` more bytes; false at the hard cap. Replaces `bytes` and `view` when it grows. */
  reserve(count: number): boolean {
    return this.pos + count <= this.room || this.#grow(count);
  }

  #grow(count: number): boolean {
    const needed = this.pos + count + SLACK_BYTES;
    if (needed > this.#bytesMax) return false;
    const grown = new Uint8Array(Math.min(this.#bytesMax, Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.pos));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.room = grown.length - SLACK_BYTES;
    return true;
  }

  /** Forgets the content. One exceptionally large batch does not keep its memory for ever. */
  reset(retainedBytesMax: number): void {
    this.pos = 0;
    if (this.bytes.length <= retainedBytesMax) return;
    this.bytes = new Uint8Array(this.#initialBytes);
    this.view = new DataView(this.bytes.buffer);
    this.room = this.bytes.length - SLACK_BYTES;
  }

  /** An unsigned 32-bit varint (`value` may be negative: its low 32 bits count). Reserved by the caller. */
  varint(value: number): void {
    this.pos = writeVarint(this.bytes, this.pos, value);
  }

  /** A 64-bit varint from its halves. Reserved by the caller (10 bytes). */
  varint64(low: number, high: number): void {
    const bytes = this.bytes;
    let pos = this.pos;
    let rest = low >>> 0;
    let restHigh = high >>> 0;
    while (restHigh !== 0 || rest > 0x7f) {
      bytes[pos++] = (rest & 0x7f) | 0x80;
      rest = ((rest >>> 7) | (restHigh << 25)) >>> 0;
      restHigh >>>= 7;
    }
    bytes[pos++] = rest;
    this.pos = pos;
  }

  /** A fixed64 field from its halves, omitted when 0. Reserved by the caller. */
  fixed64Field(tag: number, low: number, high: number): void {
    if (low === 0 && high === 0) return;
    const pos = this.pos;
    this.bytes[pos] = tag;
    this.view.setInt32(pos + 1, low, true);
    this.view.setInt32(pos + 5, high, true);
    this.pos = pos + 9;
  }

  /** An id of `count` words; `tag` holds the tag in its low byte and the length above. Reserved by the caller. */
  idField(tag: number, words: Int32Array, at: number, count: number): void {
    const view = this.view;
    let pos = this.pos;
    view.setInt16(pos, tag, true);
    pos += 2;
    for (let i = 0; i < count; i++, pos += 4) view.setInt32(pos, words[at + i], true);
    this.pos = pos;
  }

  /** A uint32 field, omitted when 0. Reserved by the caller. */
  countField(tag: number, value: number): void {
    if (value === 0) return;
    this.bytes[this.pos] = tag;
    this.pos = writeVarint(this.bytes, this.pos + 1, value);
  }

  /** `length` bytes that start at word `at` of `words`; `source` is the same memory. Reserved by the caller. */
  copy(words: Int32Array, source: Uint8Array, at: number, length: number): void {
    if (length < NATIVE_COPY_BYTES_MIN) copyWords(this.view, this.pos, words, at, length);
    else this.bytes.set(source.subarray(at << 2, (at << 2) + length), this.pos);
    this.pos += length;
  }

  /**
   * Ends a nested message whose length was given `guessBytes` bytes at `lengthAt`: writes the shortest varint and
   * moves the content if the guess was wrong. False at the hard cap.
   */
  endMessage(lengthAt: number, guessBytes: number): boolean {
    const contentAt = lengthAt + guessBytes;
    const length = this.pos - contentAt;
    const lengthBytes = varintBytes(length);
    if (lengthBytes !== guessBytes) {
      if (!this.reserve(LENGTH_BYTES_MAX)) return false;
      this.bytes.copyWithin(lengthAt + lengthBytes, contentAt, this.pos);
      this.pos += lengthBytes - guessBytes;
    }
    writeVarint(this.bytes, lengthAt, length);
    return true;
  }
}

/** Copies whole words: up to 3 bytes more than `length`. */
export function copyWords(view: DataView, pos: number, words: Int32Array, at: number, length: number): void {
  const end = pos + length;
  let from = at;
  for (let to = pos; to < end; to += 4) view.setInt32(to, words[from++], true);
}

/** Writes an unsigned 32-bit varint and returns the position behind it. */
export function writeVarint(bytes: Uint8Array, pos: number, value: number): number {
  let rest = value >>> 0;
  let at = pos;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Bytes of an unsigned 32-bit varint. */
export function varintBytes(value: number): number {
  const rest = value >>> 0;
  if (rest < 0x80) return 1;
  if (rest < 0x4000) return 2;
  if (rest < 0x20_0000) return 3;
  return rest < 0x1000_0000 ? 4 : 5;
}
