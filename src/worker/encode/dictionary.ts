// One producer's arena as its export worker keeps it: each interned string as OTLP-ready bytes in private memory,
// read lazily and once. Worker thread. Callers: the transcoders (HOT, they look into `starts` and `pool`
// themselves), json-encoder.ts.
//
// A string's entry in `pool`: one word with the number of bytes that follow, then a protobuf length and the UTF-8
// bytes, zero-padded to whole words. So a key or name is copied, length and all, by a few 4-byte stores.
// Bounded by the arena, which is bounded: pool and index, which grow by doubling, stay below about twice its size.

import type { ArenaReader } from '../../shared/arena/reader.js';
import type { InternedTexts } from '../../shared/codec/record-cursor.js';
import { decodeUtf8 } from '../../shared/codec/utf8.js';
import { LENGTH_BYTES_MAX, writeVarint } from './protobuf-writer.js';
import { EMPTY_SCOPE, type EncodedScope, encodeScope } from './scope-message.js';

const INITIAL_ENTRIES = 256;
const INITIAL_POOL_WORDS = 2048;

export class Dictionary implements InternedTexts {
  readonly #arena: ArenaReader;
  /** Ids below `starts.length` may be looked up; 0 = not read yet, otherwise the entry's word in `pool`. */
  starts = new Int32Array(INITIAL_ENTRIES);
  pool = new Int32Array(INITIAL_POOL_WORDS);
  #poolBytes = new Uint8Array(this.pool.buffer);
  /** Word 0 is unused: it is where absent entries point to. */
  #poolEnd = 1;
  readonly #scopes: (EncodedScope | undefined)[] = [EMPTY_SCOPE];
  readonly #texts: (string | undefined)[] = [];

  constructor(arena: ArenaReader) {
    this.#arena = arena;
  }

  /** Reads entry `id` into the pool; false if it was never published. May replace `starts` and `pool`. */
  load(id: number): boolean {
    if (id < this.starts.length && this.starts[id] !== 0) return true;
    const text = this.#arena.entry(id);
    if (text === undefined) return false;
    if (id >= this.starts.length) this.starts = grown(this.starts, id + 1);
    const start = this.#poolEnd;
    const endMax = start + 1 + ((LENGTH_BYTES_MAX + text.length + 3) >> 2);
    if (endMax > this.pool.length) {
      this.pool = grown(this.pool, endMax);
      this.#poolBytes = new Uint8Array(this.pool.buffer);
    }
    const lengthAt = (start + 1) << 2;
    const textAt = writeVarint(this.#poolBytes, lengthAt, text.length);
    this.#poolBytes.set(text, textAt);
    const byteLength = textAt + text.length - lengthAt;
    this.pool[start] = byteLength;
    this.#poolEnd = start + 1 + ((byteLength + 3) >> 2);
    this.starts[id] = start;
    return true;
  }

  /** The interned string itself; undefined if it was never published. */
  text(id: number): string | undefined {
    const known = this.#texts[id];
    if (known !== undefined) return known;
    const bytes = this.#arena.entry(id);
    if (bytes === undefined) return undefined;
    const text = decodeUtf8(bytes, 0, bytes.length);
    this.#texts[id] = text;
    return text;
  }

  /** The scope whose blob is entry `id`; id 0 is the scope without a name. Undefined if no blob is there. */
  scope(id: number): EncodedScope | undefined {
    const known = this.#scopes[id];
    if (known !== undefined) return known;
    const blob = this.#arena.entry(id);
    const scope = blob === undefined ? undefined : encodeScope(blob);
    if (scope !== undefined) this.#scopes[id] = scope;
    return scope;
  }
}

function grown(words: Int32Array<ArrayBuffer>, lengthMin: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(lengthMin, words.length * 2));
  larger.set(words);
  return larger;
}
