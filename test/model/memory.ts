// The shared memory of the model, as an immutable state: what every thread sees, which plain writes are not
// visible yet, and who knows what (vector clocks), so that data races are found.
//
// Two views of weak hardware, used together:
// - Delayed writes: a plain write becomes visible at any later moment, in any order with other addresses, but
//   before the same thread's next atomic store (that is what a release store promises, and all it promises).
// - Races: atomics are the only synchronization. A plain read that is not ordered after the write it may see, or
//   a write not ordered after all reads of what it replaces, fails at once. A program without races behaves, by
//   the JavaScript memory model, as if all accesses were interleaved, on any hardware: which is what the
//   explorer does.

import { type Access, DATA_ADDRESS, describeAccess } from './access.js';
import { ModelViolation } from './replay.js';

export const WRITER = 0;
export const READER = 1;
type Clock = readonly [number, number];

interface DelayedWrite {
  readonly address: number;
  readonly value: number;
}

export interface MemoryOptions {
  readonly delayWrites: boolean;
  readonly findRaces: boolean;
}

interface MemoryParts {
  readonly values: Int32Array;
  readonly delayed: readonly DelayedWrite[];
  readonly clocks: readonly [Clock, Clock];
  /** What a load of an atomic word learns: the clock of the thread that stored it, by slot. */
  readonly stored: readonly (Clock | undefined)[];
  /** The writer's and the reader's time at the last plain write and plain read, by slot; 0 = before the start. */
  readonly written: Int32Array;
  readonly read: Int32Array;
}

export class ModelMemory {
  readonly #options: MemoryOptions;
  /** Where a word's value is kept, by address. */
  readonly #slots: ReadonlyMap<number, number>;
  readonly #parts: MemoryParts;

  constructor(slots: ReadonlyMap<number, number>, options: MemoryOptions, parts: MemoryParts) {
    this.#slots = slots;
    this.#options = options;
    this.#parts = parts;
  }

  static of(values: ReadonlyMap<number, number>, options: MemoryOptions): ModelMemory {
    const slots = new Map([...values.keys()].map((address, slot) => [address, slot]));
    return new ModelMemory(slots, options, {
      values: Int32Array.from(values.values()),
      delayed: [],
      clocks: [
        [1, 0],
        [0, 1],
      ],
      stored: [],
      written: new Int32Array(slots.size),
      read: new Int32Array(slots.size),
    });
  }

  get delayed(): readonly DelayedWrite[] {
    return this.#parts.delayed;
  }

  get clocks(): readonly [Clock, Clock] {
    return this.#parts.clocks;
  }

  valueAt(address: number): number {
    return this.#parts.values[this.#slot(address)];
  }

  /** The memory after the access, and what the access returned. */
  apply(thread: number, access: Access): [ModelMemory, number] {
    switch (access.kind) {
      case 'load':
      case 'wait': {
        const ahead = access.kind === 'load' ? (access.aheadBytes ?? 0) : 0;
        const acquired = this.#acquire(thread, this.#parts.stored[this.#slot(access.address)]);
        return [acquired, (this.valueAt(access.address) + ahead) | 0];
      }
      case 'store':
        return [this.#release(thread, access.address, access.value), 0];
      case 'add': {
        const old = this.valueAt(access.address);
        const acquired = this.#acquire(thread, this.#parts.stored[this.#slot(access.address)]);
        return [acquired.#release(thread, access.address, (old + access.value) | 0), old];
      }
      case 'read':
        return [this.#plainRead(thread, access), this.valueAt(access.address)];
      case 'write':
        return [this.#plainWrite(thread, access), 0];
      case 'join':
        return [this.#acquire(thread, this.clocks[WRITER]), 0];
      case 'pause':
        return [this, 0];
    }
  }

  /** Delayed writes that may become visible next: of each address the oldest. */
  deliverable(): number[] {
    return this.delayed.flatMap((write, index) =>
      this.delayed.findIndex((other) => other.address === write.address) === index ? [index] : [],
    );
  }

  deliver(index: number): ModelMemory {
    const { address, value } = this.delayed[index];
    const values = this.#parts.values.with(this.#slot(address), value);
    return this.#with({ delayed: this.delayed.toSpliced(index, 1), values });
  }

  #slot(address: number): number {
    const slot = this.#slots.get(address);
    if (slot === undefined) throw new Error(`address ${address} is not modelled`);
    return slot;
  }

  #acquire(thread: number, from: Clock | undefined): ModelMemory {
    if (from === undefined) return this;
    const own = this.clocks[thread];
    return this.#with({
      clocks: this.#clocksWith(thread, [Math.max(own[0], from[0]), Math.max(own[1], from[1])]),
    });
  }

  #release(thread: number, address: number, value: number): ModelMemory {
    const slot = this.#slot(address);
    const values = this.#parts.values.slice();
    let delayed = this.delayed;
    if (thread === WRITER) {
      for (const write of delayed) values[this.#slot(write.address)] = write.value;
      delayed = [];
    }
    values[slot] = value;
    const own = this.clocks[thread];
    const clocks = this.#clocksWith(thread, thread === WRITER ? [own[0] + 1, own[1]] : [own[0], own[1] + 1]);
    const stored = this.#parts.stored.slice();
    stored[slot] = own;
    return this.#with({ values, delayed, stored, clocks });
  }

  #plainRead(thread: number, access: Access & { kind: 'read' }): ModelMemory {
    if (!this.#options.findRaces) return this;
    const slot = this.#slot(access.address);
    const own = this.clocks[thread];
    if (this.#parts.written[slot] > own[WRITER]) {
      throw new ModelViolation(`race: ${describeAccess(access)} is not ordered after the write of it`);
    }
    return this.#with({ read: this.#parts.read.with(slot, own[READER]) });
  }

  #plainWrite(thread: number, access: Access & { kind: 'write' }): ModelMemory {
    if (thread !== WRITER) throw new ModelViolation('the reader wrote to the data area');
    const slot = this.#slot(access.address);
    const own = this.clocks[thread];
    if (this.#options.findRaces && this.#parts.read[slot] > own[READER]) {
      throw new ModelViolation(
        `race: ${describeAccess(access)} is not ordered after a read of what it replaces`,
      );
    }
    const written = this.#parts.written.with(slot, own[WRITER]);
    if (this.#options.delayWrites) return this.#with({ written, delayed: [...this.delayed, access] });
    return this.#with({ written, values: this.#parts.values.with(slot, access.value) });
  }

  #clocksWith(thread: number, clock: Clock): readonly [Clock, Clock] {
    return thread === WRITER ? [clock, this.clocks[READER]] : [this.clocks[WRITER], clock];
  }

  #with(parts: Partial<MemoryParts>): ModelMemory {
    const old = this.#parts;
    return new ModelMemory(this.#slots, this.#options, {
      values: parts.values ?? old.values,
      delayed: parts.delayed ?? old.delayed,
      clocks: parts.clocks ?? old.clocks,
      stored: parts.stored ?? old.stored,
      written: parts.written ?? old.written,
      read: parts.read ?? old.read,
    });
  }
}

/** The words of a ring and of its lane as they are now. */
export function modelValues(
  ring: SharedArrayBuffer,
  laneWords: ReadonlyMap<number, number>,
): Map<number, number> {
  const words = new Int32Array(ring);
  const values = new Map(laneWords);
  for (let address = 0; address < words.length; address++) {
    if (address >= DATA_ADDRESS || address % 32 === 0) values.set(address, words[address]);
  }
  return values;
}
