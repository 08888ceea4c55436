// The reading end of a string arena. Thread: the lanes' export workers, each with a reader of its own. Caller:
// the worker's dictionary, which keeps the OTLP bytes of each entry ready.

import { atomicLoad } from '../atomics.js';
import { checkedArenaShape } from './arena-memory.js';
import { ARENA_COUNT_WORD, ARENA_INDEX_OFFSET } from './layout.js';

export class ArenaReader {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  readonly #dataWords: Int32Array;
  readonly #entriesMax: number;
  /** A stale copy is safe: it can only hide entries, and it is loaded anew for an id beyond it. */
  #countCached = 0;

  constructor(memory: SharedArrayBuffer) {
    const { entriesMax, dataOffset, dataBytes } = checkedArenaShape(memory);
    this.#words = new Int32Array(memory);
    this.#data = new Uint8Array(memory, dataOffset, dataBytes);
    this.#dataWords = new Int32Array(memory, dataOffset, dataBytes >> 2);
    this.#entriesMax = entriesMax;
  }

  /** Published entries: ids 1 to count may be read. A fresh look. */
  get count(): number {
    const count = atomicLoad(this.#words, ARENA_COUNT_WORD);
    this.#countCached = Math.max(0, Math.min(count, this.#entriesMax));
    return this.#countCached;
  }

  /**
   * The bytes of an entry, or undefined if there is no such id or its index is broken. It is a view, not a copy:
   * the bytes never change, but they are shared memory, so copy them for an API that refuses that.
   */
  entry(id: number): Uint8Array | undefined {
    if (!Number.isInteger(id) || id < 1 || (id > this.#countCached && id > this.count)) return undefined;
    const offset = this.#words[(ARENA_INDEX_OFFSET >> 2) + id];
    if (offset < 0 || (offset & 3) !== 0 || offset > this.#data.length - 4) return undefined;
    const length = this.#dataWords[offset >> 2];
    if (length < 0 || length > this.#data.length - 4 - offset) return undefined;
    return this.#data.subarray(offset + 4, offset + 4 + length);
  }
}
