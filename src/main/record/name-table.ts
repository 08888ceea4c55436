// HOT. Span and event names -> arena id, and how many attributes spans of this name have. Thread: producer.
// Caller: recording.ts, one Map look-up for every span.
//
// Bounded: names past the limit (an application that puts ids into names) get an entry for one use, and travel in line.

import { INTERNED_STRING_BYTES_MAX } from '../../shared/limits.js';

const NAMES_MAX = 4096;

export class NameEntry {
  readonly name: string;
  /** Arena id; 0 = the name travels in line. */
  readonly id: number;
  /** Attributes of the span of this name that had the most so far. */
  attributeCountMax = 0;

  constructor(name: string, id: number) {
    this.name = name;
    this.id = id;
  }
}

export class NameTable {
  readonly #entries = new Map<string, NameEntry>();
  readonly #intern: (text: string) => number;

  constructor(intern: (text: string) => number) {
    this.#intern = intern;
  }

  get(name: string): NameEntry {
    return this.#entries.get(name) ?? this.#add(name);
  }

  #add(name: string): NameEntry {
    // A long name is not kept: 4096 of 20 MB each would be the application's memory.
    if (this.#entries.size >= NAMES_MAX || name.length > INTERNED_STRING_BYTES_MAX)
      return new NameEntry(name, 0);
    const entry = new NameEntry(name, this.#intern(name));
    this.#entries.set(name, entry);
    return entry;
  }
}
