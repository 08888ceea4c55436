// HOT. Span and event names -> arena id and the shape tree of the attributes that spans of this name set.
// Thread: producer. Callers: recording.ts, for every span. One Map look-up a span (measured 10 to 16 ns).
//
// Bounded: names past the limit (an application that puts ids into names) get an entry for one use, with the
// shared overflow tree, and travel in line once the arena is full.

import { INTERNED_STRING_BYTES_MAX } from '../../shared/limits.js';
import { AttributeShape } from '../trace/attribute-shape.js';

const NAMES_MAX = 4096;

export class NameEntry {
  readonly name: string;
  /** Arena id; 0 = the name travels in line. */
  readonly id: number;
  readonly shape: AttributeShape;

  constructor(name: string, id: number, shape: AttributeShape) {
    this.name = name;
    this.id = id;
    this.shape = shape;
  }
}

export class NameTable {
  readonly #entries = new Map<string, NameEntry>();
  readonly #overflowShape = AttributeShape.root();
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
      return new NameEntry(name, 0, this.#overflowShape);
    const entry = new NameEntry(name, this.#intern(name), AttributeShape.root());
    this.#entries.set(name, entry);
    return entry;
  }
}
