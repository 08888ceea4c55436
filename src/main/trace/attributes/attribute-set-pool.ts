// HOT. Attribute sets of ended spans, for spans to come. Thread: producer. Callers: span.ts, through Recording.
//
// An ended span's attributes are in its record; set and row of values would be garbage, a third of what a span leaves
// behind. At 40,000 spans/s main's heap was scavenged 14 times a second (traced), which is about what the loop's
// p99 sees; fewer bytes mean fewer scavenges. Bounded: a burst of open spans takes new sets, and the pool keeps so many of them.

import { AttributeSet } from './attribute-set.js';
import type { AttributeShape } from './attribute-shape.js';

const SETS_MAX = 128;
/** A row of values that grew past this is left to the collector. */
const VALUES_MAX = 32;

export class AttributeSetPool {
  /** What an ended span has: empty, and never written to. */
  readonly ended: AttributeSet;
  readonly #root: AttributeShape;
  readonly #sets: AttributeSet[] = [];
  #count = 0;

  constructor(root: AttributeShape) {
    this.#root = root;
    this.ended = new AttributeSet(root, 0);
  }

  take(countHint: number): AttributeSet {
    if (this.#count === 0) return new AttributeSet(this.#root, countHint);
    return this.#sets[--this.#count];
  }

  /** `set` belongs to nobody any more: its span has ended, and no getter of user code is running inside it. */
  give(set: AttributeSet): void {
    if (this.#count === SETS_MAX || set.values.length > VALUES_MAX) return;
    set.clear(this.#root);
    this.#sets[this.#count++] = set;
  }
}
