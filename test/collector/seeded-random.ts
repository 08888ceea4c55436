// Test tooling. A small random generator (mulberry32) that both sides of a comparison can run: the child that
// records a span and the test that checks what arrived draw the same numbers from the same seed and index.

export class SeededRandom {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
    this.uint32();
  }

  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 up to, not including, `bound`. */
  below(bound: number): number {
    return this.uint32() % bound;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  hex(bytes: number): string {
    let text = '';
    // The 1 keeps an id from being all zeros, which would make it invalid.
    for (let i = 0; i < bytes; i++) text += (i === 0 ? 1 : this.below(256)).toString(16).padStart(2, '0');
    return text;
  }
}
