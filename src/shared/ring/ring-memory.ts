// Makes and checks the SharedArrayBuffer of one ring. The creator is the producing thread; the writer and every
// reader (also a successor of a dead worker) check it once, when they are constructed.
//
// Positions are kept as int32, the same 32 bits as the u32 of the layout: small integers in V8, so that no
// position is ever a heap number. They may be compared with `===` and ordered only by `distanceBytes`.

import { atomicLoad, atomicStore } from '../atomics.js';
import { OptionError } from '../errors.js';
import { RECORD_FRACTION, RING_BYTES_MAX, RING_BYTES_MIN } from '../limits.js';
import {
  RECORD_ALIGNMENT,
  RING_CAPACITY_WORD,
  RING_DATA_OFFSET,
  RING_HEAD_WORD,
  RING_LAYOUT_VERSION,
  RING_MAGIC,
  RING_MAGIC_WORD,
  RING_READ_WORD,
  RING_TAIL_WORD,
  RING_VERSION_WORD,
  RING_WAKE_WORD,
  WAKE_NEVER_DISTANCE,
} from './layout.js';

/** The smallest ring that can hold a record at all: what formatRing accepts. */
const FORMAT_BYTES_MIN = RECORD_ALIGNMENT * RECORD_FRACTION;

/** How far `to` is ahead of `from`, across the wrap; negative when it is behind. */
export function distanceBytes(from: number, to: number): number {
  return (to - from) | 0;
}

/** The ring of one producing thread in one lane. */
export function createRing(capacityBytes: number): SharedArrayBuffer {
  if (!isPowerOfTwo(capacityBytes) || capacityBytes < RING_BYTES_MIN || capacityBytes > RING_BYTES_MAX) {
    throw new OptionError({
      option: 'ringBytes',
      value: String(capacityBytes),
      range: `a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX}`,
      remedy: 'Leave it out for the default.',
    });
  }
  return formatRing(capacityBytes, 0);
}

/**
 * The same without the users' bounds, and starting anywhere: tests need rings that are full after a few records
 * and positions that are about to wrap.
 */
export function formatRing(capacityBytes: number, startPosition: number): SharedArrayBuffer {
  if (!isPowerOfTwo(capacityBytes) || capacityBytes < FORMAT_BYTES_MIN || capacityBytes > RING_BYTES_MAX) {
    throw new RangeError(`ring of ${capacityBytes} bytes: not a power of two, or out of range`);
  }
  if (startPosition % RECORD_ALIGNMENT !== 0) {
    throw new RangeError(`ring start position ${startPosition} is not a multiple of ${RECORD_ALIGNMENT}`);
  }
  const memory = new SharedArrayBuffer(RING_DATA_OFFSET + capacityBytes);
  const control = ringControlWords(memory);
  atomicStore(control, RING_CAPACITY_WORD, capacityBytes);
  atomicStore(control, RING_VERSION_WORD, RING_LAYOUT_VERSION);
  atomicStore(control, RING_TAIL_WORD, startPosition | 0);
  atomicStore(control, RING_HEAD_WORD, startPosition | 0);
  atomicStore(control, RING_READ_WORD, startPosition | 0);
  atomicStore(control, RING_WAKE_WORD, (startPosition + WAKE_NEVER_DISTANCE) | 0);
  atomicStore(control, RING_MAGIC_WORD, RING_MAGIC);
  return memory;
}

/** Capacity of a ring made by createRing; throws on memory that is none, or of another version of this package. */
export function checkedCapacityBytes(memory: SharedArrayBuffer): number {
  if (memory.byteLength <= RING_DATA_OFFSET) throw new TypeError('not an offloop ring: too small');
  const [magic, version, capacity] = new Int32Array(memory, 0, RING_CAPACITY_WORD + 1);
  if (magic !== RING_MAGIC) throw new TypeError(`not an offloop ring: magic ${magic}`);
  if (version !== RING_LAYOUT_VERSION) {
    throw new TypeError(`offloop ring of layout version ${version}, this code reads ${RING_LAYOUT_VERSION}`);
  }
  if (!isPowerOfTwo(capacity) || RING_DATA_OFFSET + capacity !== memory.byteLength) {
    throw new TypeError(`not an offloop ring: capacity ${capacity} in ${memory.byteLength} bytes`);
  }
  return capacity;
}

/** The words in front of the data area. */
export function ringControlWords(memory: SharedArrayBuffer): Int32Array {
  return new Int32Array(memory, 0, RING_DATA_OFFSET / Int32Array.BYTES_PER_ELEMENT);
}

/** How full a ring is, for a thread that neither writes nor reads it. */
export class RingGauge {
  readonly capacity: number;
  readonly #control: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = checkedCapacityBytes(memory);
    this.#control = ringControlWords(memory);
  }

  /** Bytes published and not released. */
  usedBytes(): number {
    const head = atomicLoad(this.#control, RING_HEAD_WORD);
    return (atomicLoad(this.#control, RING_TAIL_WORD) - head) | 0;
  }
}

/**
 * For a ring that has no reader any more: its writer rings the bell after the next record. No reader arms an odd position
 * before TAIL, so the writer has not rung for this one.
 */
export function wakeAtOnce(memory: SharedArrayBuffer): void {
  const control = ringControlWords(memory);
  atomicStore(control, RING_WAKE_WORD, (atomicLoad(control, RING_TAIL_WORD) - 1) | 0);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 2 ** 30 && (value & (value - 1)) === 0;
}
