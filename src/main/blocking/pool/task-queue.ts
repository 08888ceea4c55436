// Tasks that wait for a thread: the highest priority first, and among equals the one that came first. Bounded by its
// caller. Thread: the user's. Caller: blocking-pool.ts.
//
// A list sorted by insertion: nearly all tasks have the same priority, and then each is put at the end.

export interface Prioritized {
  readonly priority: number;
}

export class TaskQueue<T extends Prioritized> {
  /** Sorted; what lies before `#first` is taken. */
  #items: T[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  add(item: T): void {
    const items = this.#items;
    let low = this.#first;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (items[middle].priority >= item.priority) low = middle + 1;
      else high = middle;
    }
    if (low === items.length) items.push(item);
    else items.splice(low, 0, item);
  }

  take(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first++];
    // Half of it taken: what was taken is let go of, at a constant cost for each.
    if (this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** False: it is not there. */
  remove(item: T): boolean {
    const index = this.#items.indexOf(item, this.#first);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    return true;
  }
}
