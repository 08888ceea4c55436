// Makes and checks the SharedArrayBuffer of one string arena. The creator is the producing thread; writer and
// readers check it once, when they are constructed.

import { atomicStore } from '../atomics.js';
import { OptionError } from '../errors.js';
import { ARENA_BYTES_MAX, ARENA_BYTES_MIN, ARENA_ENTRIES_MAX } from '../limits.js';
import {
  ARENA_DATA_BYTES_WORD,
  ARENA_ENTRIES_MAX_WORD,
  ARENA_INDEX_OFFSET,
  ARENA_MAGIC,
  ARENA_MAGIC_WORD,
} from './layout.js';

export interface ArenaShape {
  readonly entriesMax: number;
  readonly dataOffset: number;
  readonly dataBytes: number;
}

/** An arena for `dataBytes` of entries, and an index beside it. */
export function createArena(dataBytes: number, entriesMax = ARENA_ENTRIES_MAX): SharedArrayBuffer {
  if (!Number.isInteger(dataBytes) || dataBytes < ARENA_BYTES_MIN || dataBytes > ARENA_BYTES_MAX) {
    throw new OptionError({
      option: 'arenaBytes',
      value: String(dataBytes),
      range: `a whole number from ${ARENA_BYTES_MIN} to ${ARENA_BYTES_MAX}`,
      remedy: 'Leave it out for the default.',
    });
  }
  if (!Number.isInteger(entriesMax) || entriesMax < 1 || entriesMax > ARENA_ENTRIES_MAX) {
    throw new RangeError(`string arena of ${entriesMax} entries: use 1 to ${ARENA_ENTRIES_MAX}`);
  }
  const wholeWordBytes = dataBytes & ~3;
  const memory = new SharedArrayBuffer(dataOffsetOf(entriesMax) + wholeWordBytes);
  const words = new Int32Array(memory, 0, ARENA_INDEX_OFFSET / Int32Array.BYTES_PER_ELEMENT);
  atomicStore(words, ARENA_ENTRIES_MAX_WORD, entriesMax);
  atomicStore(words, ARENA_DATA_BYTES_WORD, wholeWordBytes);
  atomicStore(words, ARENA_MAGIC_WORD, ARENA_MAGIC);
  return memory;
}

/** Shape of an arena made by createArena; throws on memory that is none. */
export function checkedArenaShape(memory: SharedArrayBuffer): ArenaShape {
  if (memory.byteLength <= ARENA_INDEX_OFFSET) throw new TypeError('not an offloop arena: too small');
  const [magic, entriesMax, dataBytes] = new Int32Array(memory, 0, ARENA_DATA_BYTES_WORD + 1);
  const dataOffset = dataOffsetOf(entriesMax);
  if (
    magic !== ARENA_MAGIC ||
    entriesMax < 1 ||
    dataBytes < 1 ||
    dataOffset + dataBytes !== memory.byteLength
  ) {
    throw new TypeError(`not an offloop arena: magic ${magic}, ${entriesMax} entries, ${dataBytes} bytes`);
  }
  return { entriesMax, dataOffset, dataBytes };
}

/** Id 0 has an index word as well, which stays unused. */
function dataOffsetOf(entriesMax: number): number {
  return (ARENA_INDEX_OFFSET + 4 * (entriesMax + 1) + 7) & ~7;
}
