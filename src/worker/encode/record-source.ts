// The record that is being transcoded: its memory, its bound and the dictionary its ids refer to. Worker thread,
// HOT. One instance per encoder, opened anew for each record: nothing is allocated per span.

import type { Dictionary } from './dictionary.js';

export class RecordSource {
  words: Int32Array = new Int32Array(0);
  /** The same memory as `words`. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Word behind the record: no read goes there. */
  end = 0;
  /** Undefined for a blob, which refers to no ids. */
  dictionary: Dictionary | undefined = undefined;

  open(words: Int32Array, bytes: Uint8Array, end: number, dictionary: Dictionary | undefined): void {
    this.words = words;
    this.bytes = bytes;
    this.end = end;
    this.dictionary = dictionary;
  }
}
