// The consuming end of a ring. Thread: the lane's export worker (or the producing thread itself when there are
// no workers). Callers: the worker's drain (peek, advance), its batches when they are settled (release), and its
// wait strategy (arm, look, disarm).
//
// Invariants: HEAD <= READ <= TAIL. Bytes from HEAD on are never overwritten, so a record stays readable at its
// offset until its position is released; a successor of a dead worker starts at HEAD and reads again everything
// that was not settled. A broken record is a value (`corrupt`), never an exception.
//
// Measured (as in writer.ts): peek + advance 16 ns, of which the atomic store of READ is 10.
//
// Sleeping without losing a wake-up:
//   1. load the lane's BELL;  2. arm(distance) on each ring;  3. if any ring says wakeReached(): disarm, work;
//   4. else wait until BELL differs from 1, with the longest nap as time-out;  5. disarm.
// Looking before arming loses the record that is published in between: model-checked, test/model.

import { atomicLoad, atomicStore } from '../atomics.js';
import { RECORD_HEADER_BYTES, RecordType } from '../codec/record-layout.js';
import {
  RECORD_ALIGNMENT,
  RING_DATA_OFFSET,
  RING_HEAD_WORD,
  RING_READ_WORD,
  RING_TAIL_WORD,
  RING_WAKE_WORD,
  WAKE_NEVER_DISTANCE,
} from './layout.js';
import { checkedCapacityBytes, ringControlWords } from './ring-memory.js';

const ALIGNMENT_MASK = RECORD_ALIGNMENT - 1;

export class RingReader {
  /** The data area, for decoders: index = offset / 4. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly capacity: number;
  /** Bytes of the peeked record; 0 = none is peeked. */
  recordBytes: number;
  /** A length word or TAIL was broken: peek finds nothing until skipToTail was called. */
  corrupt: boolean;
  readonly #control: Int32Array;
  readonly #offsetMask: number;
  #head: number;
  #read: number;
  /** A stale copy of TAIL is safe: it can only hide records, and it is loaded anew when none seems left. */
  #tailCached: number;
  #wake: number;

  constructor(memory: SharedArrayBuffer) {
    const capacity = checkedCapacityBytes(memory);
    this.words = new Int32Array(memory, RING_DATA_OFFSET, capacity / Int32Array.BYTES_PER_ELEMENT);
    this.bytes = new Uint8Array(memory, RING_DATA_OFFSET, capacity);
    this.capacity = capacity;
    this.recordBytes = 0;
    this.corrupt = false;
    this.#control = ringControlWords(memory);
    this.#offsetMask = capacity - 1;
    this.#head = atomicLoad(this.#control, RING_HEAD_WORD);
    this.#read = this.#head;
    this.#tailCached = this.#head;
    this.#wake = atomicLoad(this.#control, RING_WAKE_WORD);
    atomicStore(this.#control, RING_READ_WORD, this.#read);
  }

  /** The byte offset of the next unread record, or -1. Does not move; `recordBytes` is its length. */
  peek(): number {
    if (this.corrupt) return -1;
    if (this.#read === this.#tailCached && !this.hasUnread()) return -1;
    let offset = this.#read & this.#offsetMask;
    let length = this.#checkedLength(offset);
    if (length > 0 && (this.words[(offset >> 2) + 1] & 0xff) === RecordType.Padding) {
      // Padding fills the end exactly and is published together with the record behind it, at offset 0.
      if (length !== this.capacity - offset) length = 0;
      else {
        this.#moveRead(length);
        offset = 0;
        length = this.#checkedLength(offset);
      }
    }
    if (length === 0) {
      this.corrupt = true;
      this.recordBytes = 0;
      return -1;
    }
    this.recordBytes = length;
    return offset;
  }

  /** Moves READ behind the peeked record; without one it does nothing. */
  advance(): void {
    this.#moveRead(this.recordBytes);
    this.recordBytes = 0;
  }

  /** Position behind the last record advanced over: what to release once that record is settled. */
  get readPosition(): number {
    return this.#read;
  }

  /**
   * Gives everything before `position` back to the writer. Positions grow and never pass READ; false = this one
   * does not, and nothing was released.
   */
  release(position: number): boolean {
    const target = position | 0;
    const releasedBytes = (target - this.#head) | 0;
    if (releasedBytes < 0 || releasedBytes > ((this.#read - this.#head) | 0)) return false;
    this.#head = target;
    atomicStore(this.#control, RING_HEAD_WORD, target);
    return true;
  }

  /** Position behind everything published by now: the target of a flush. A fresh look. */
  tail(): number {
    return atomicLoad(this.#control, RING_TAIL_WORD);
  }

  /** True if a record is published that was not read. A fresh look. */
  hasUnread(): boolean {
    const tail = atomicLoad(this.#control, RING_TAIL_WORD);
    const unreadBytes = (tail - this.#read) | 0;
    const usedBytes = (tail - this.#head) | 0;
    if (unreadBytes < 0 || usedBytes < 0 || usedBytes > this.capacity || (tail & ALIGNMENT_MASK) !== 0) {
      this.corrupt = true;
      return false;
    }
    this.#tailCached = tail;
    return unreadBytes !== 0;
  }

  /** Bytes read and not released: what unsettled batches hold of the ring. */
  unreleasedBytes(): number {
    return (this.#read - this.#head) | 0;
  }

  /** Asks the writer to ring when `distanceBytes` are published behind READ; at least 1: the next record. */
  arm(distanceBytes: number): void {
    this.#wake = (this.#read + Math.max(1, distanceBytes)) | 0;
    atomicStore(this.#control, RING_WAKE_WORD, this.#wake);
  }

  /** To be asked after arm: true if TAIL is there already, so the bell may never ring. A fresh look. */
  wakeReached(): boolean {
    return ((atomicLoad(this.#control, RING_TAIL_WORD) - this.#wake) | 0) >= 0;
  }

  /** No bell is wanted for the next 2^30 bytes (a stray ring after that does no harm). */
  disarm(): void {
    this.#wake = (this.#read + WAKE_NEVER_DISTANCE) | 0;
    atomicStore(this.#control, RING_WAKE_WORD, this.#wake);
  }

  /**
   * The way out of `corrupt`: gives up everything unread, and returns how many bytes that was. 0 with `corrupt`
   * still set: TAIL itself is broken; the writer's next publish mends it.
   */
  skipToTail(): number {
    this.corrupt = false;
    this.recordBytes = 0;
    if (!this.hasUnread()) return 0;
    const skippedBytes = this.#unreadCachedBytes();
    this.#moveRead(skippedBytes);
    return skippedBytes;
  }

  #unreadCachedBytes(): number {
    return (this.#tailCached - this.#read) | 0;
  }

  #moveRead(bytes: number): void {
    if (bytes === 0) return;
    this.#read = (this.#read + bytes) | 0;
    atomicStore(this.#control, RING_READ_WORD, this.#read);
  }

  /** The length word at `offset` if a record can be that long there, else 0. */
  #checkedLength(offset: number): number {
    const length = this.words[offset >> 2];
    if (length < RECORD_HEADER_BYTES || (length & ALIGNMENT_MASK) !== 0) return 0;
    return length > this.capacity - offset || length > this.#unreadCachedBytes() ? 0 : length;
  }
}
