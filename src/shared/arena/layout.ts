// Layout of the string arena in its SharedArrayBuffer. One per producing thread; append-only.
//
//   word      byte  written by  meaning
//   MAGIC        0  creator     0x4f464641, 'OFFA'
//   ENTRIES_MAX  4  creator     how many entries the index can hold
//   DATA_BYTES   8  creator     bytes of the data area
//   COUNT      128  producer    published entries; ids 1..COUNT may be read
//   (index)    256  producer    u32 for each id (id 0 unused): offset of the entry in the data area
//   (data)     256 + 4 * (ENTRIES_MAX + 1), rounded up to 8
//
//   entry: u32 length in bytes, then that many bytes, zero-padded to 4
//
// An id never changes and never vanishes, so a restarted worker reads the same arena again. The producer
// writes entry and index first and then stores COUNT; every id in a published record is below COUNT.

export const ARENA_MAGIC = 0x4f464641;
export const ARENA_MAGIC_WORD = 0;
export const ARENA_ENTRIES_MAX_WORD = 1;
export const ARENA_DATA_BYTES_WORD = 2;
export const ARENA_COUNT_WORD = 128 / 4;
export const ARENA_INDEX_OFFSET = 256;
