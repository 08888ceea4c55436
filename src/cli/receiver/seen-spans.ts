// Which spans have been seen before, in bounded memory. Receiver process; used by trace-store.ts.
// Two generations: when the young one is full it becomes the old one and the old one is forgotten. A duplicate
// is therefore found for certain if it comes within `generationSize` further spans; a later one may pass as new.

export class SeenSpans {
  readonly #generationSize: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(generationSize: number) {
    this.#generationSize = generationSize;
  }

  /** False: this span was here before. */
  add(traceId: string, spanId: string): boolean {
    // Half the memory of hex: one character per byte.
    const key = Buffer.from(traceId + spanId, 'hex').toString('latin1');
    if (this.#young.has(key) || this.#old.has(key)) return false;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(key);
    return true;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
