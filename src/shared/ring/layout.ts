// Layout of one ring in its SharedArrayBuffer. One producing thread writes it, one export worker reads it.
//
//   word   byte   written by  meaning
//   MAGIC      0  creator     0x4f46464c, 'OFFL'
//   VERSION    4  creator     version of this layout and of the record layout
//   CAPACITY   8  creator     bytes of the data area, a power of two
//   TAIL     128  producer    position behind the last published byte
//   HEAD     256  worker      position behind the last released byte (acknowledged or counted as dropped)
//   READ     384  worker      position of the next record to read; HEAD <= READ <= TAIL
//   WAKE     512  worker      the producer rings the lane's bell when TAIL reaches this position
//   (data)  1024  producer    records, see codec/record-layout.ts
//
// Positions are u32 values that grow for ever and wrap at 2^32; a byte offset is `position & (capacity - 1)`.
// Words written by different threads are 128 bytes apart: neighbours on one cache line cost 2.6 to 3.3 times
// per store. READ belongs to the worker alone; main reads it for statistics only.

export const RING_MAGIC = 0x4f46464c;
export const RING_LAYOUT_VERSION = 1;

export const RING_MAGIC_WORD = 0;
export const RING_VERSION_WORD = 1;
export const RING_CAPACITY_WORD = 2;
export const RING_TAIL_WORD = 128 / 4;
export const RING_HEAD_WORD = 256 / 4;
export const RING_READ_WORD = 384 / 4;
export const RING_WAKE_WORD = 512 / 4;
export const RING_DATA_OFFSET = 1024;

/** Every record starts and ends on a multiple of this many bytes. */
export const RECORD_ALIGNMENT = 8;

/** Distance that makes WAKE unreachable: more than any capacity, less than half of the position space. */
export const WAKE_NEVER_DISTANCE = 2 ** 30;
