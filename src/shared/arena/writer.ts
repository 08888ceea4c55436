// The appending end of a string arena. Thread: the producer that owns it. `intern` is HOT for a string it knows:
// one Map look-up. Callers: the span encoder (names, keys, repeating values) and tracers (scope blobs).
//
// Invariant: entry and index are written before COUNT is stored, and COUNT before any record that uses the id is
// published. An entry never changes afterwards.

import { atomicLoad, atomicStore } from '../atomics.js';
import { INTERNED_STRING_BYTES_MAX } from '../limits.js';
import { checkedArenaShape } from './arena-memory.js';
import { ARENA_COUNT_WORD, ARENA_INDEX_OFFSET } from './layout.js';

// Globals of every JavaScript platform, which the bare language's type library does not know.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

export class ArenaWriter {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  readonly #dataWords: Int32Array;
  readonly #entriesMax: number;
  readonly #ids = new Map<string, number>();
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #count: number;
  #usedBytes: number;

  constructor(memory: SharedArrayBuffer) {
    const { entriesMax, dataOffset, dataBytes } = checkedArenaShape(memory);
    this.#words = new Int32Array(memory);
    this.#data = new Uint8Array(memory, dataOffset, dataBytes);
    this.#dataWords = new Int32Array(memory, dataOffset, dataBytes >> 2);
    this.#entriesMax = entriesMax;
    this.#count = atomicLoad(this.#words, ARENA_COUNT_WORD);
    this.#usedBytes = 0;
    if (this.#count > 0) {
      const offset = this.#words[(ARENA_INDEX_OFFSET >> 2) + this.#count];
      this.#usedBytes = offset + entryBytes(this.#dataWords[offset >> 2]);
    }
  }

  /** The id of `text`, the same one each time; 0 = the arena is full or the text too long: write it inline. */
  intern(text: string): number {
    // Before the look-up: hashing a long string costs more than all the rest. UTF-8 is never shorter than this.
    if (text.length > INTERNED_STRING_BYTES_MAX) return 0;
    const id = this.#ids.get(text);
    return id === undefined ? this.#internNew(text) : id;
  }

  /** Appends bytes as they are (a scope blob) and returns their new id, or 0: the arena is full. */
  append(blob: Uint8Array): number {
    const offset = this.#usedBytes;
    const bytes = entryBytes(blob.length);
    if (this.#count === this.#entriesMax || bytes > this.#data.length - offset) return 0;
    this.#dataWords[offset >> 2] = blob.length;
    this.#data.set(blob, offset + 4);
    const id = this.#count + 1;
    this.#words[(ARENA_INDEX_OFFSET >> 2) + id] = offset;
    this.#usedBytes = offset + bytes;
    this.#count = id;
    atomicStore(this.#words, ARENA_COUNT_WORD, id);
    return id;
  }

  get count(): number {
    return this.#count;
  }

  #internNew(text: string): number {
    // A lone surrogate has no UTF-8. Its replacement is what gets interned, so that a broken string that comes
    // again and again does not fill the arena.
    if (!text.isWellFormed()) return this.intern(text.toWellFormed());
    if (this.#count === this.#entriesMax) return 0;
    const encoded = this.#encoder.encode(text);
    if (encoded.length > INTERNED_STRING_BYTES_MAX) return 0;
    const id = this.append(encoded);
    // A decoded copy as the key: the text may be a slice, which would keep the whole string it was cut from.
    if (id !== 0) this.#ids.set(this.#decoder.decode(encoded), id);
    return id;
  }
}

/** Length word, bytes, zeros up to the next word. */
function entryBytes(length: number): number {
  return (4 + length + 3) & ~3;
}
