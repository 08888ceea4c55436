// Layout of a record in the ring: little-endian u32 words, 8-byte aligned, contiguous.
//
//   word  bytes  field
//   0     0      length of the whole record in bytes, a multiple of 8
//   1     4      byte 4: record type; byte 5: span kind (OTLP numbers, 1..5); byte 6: W3C trace flags;
//                byte 7: SPAN_* bits
//   2-3   8      start time: f64 monotonic milliseconds of the producing thread, or u64 unix nanoseconds
//                when SPAN_START_IS_UNIX
//   4-5   16     end time, the same with SPAN_END_IS_UNIX
//   6-9   24     trace id, 16 bytes in wire order
//   10-11 40     span id, 8 bytes in wire order
//   12-13 48     parent span id, zeros for a root
//   14    56     scope: arena id of a scope blob (codec/scope-blob.ts)
//   15    60     name: arena id; 0 = the body starts with an inline string
//   16    64     number of attributes
//   17    68     offset of the extra section in words from the start of the record; 0 = none
//   18..  72     body: [inline name] [attributes] [extra section], all in u32 words
//
//   string:     u32 length in bytes, UTF-8 bytes, zero-padded to 4
//   attribute:  u32 (key id << 8 | value type); key id 0 = an inline string follows; then the value
//   value:      by type, see ValueType
//   array item: u32 value type, then the value
//   extra:      u32 dropped attributes, u32 dropped events, u32 dropped links, u32 event count, u32 link count,
//               string trace state, string status message, events, links
//   event:      u32 (1 = time is unix nanoseconds), 2 words time (f64 or u64 as above), u32 name id (0 = an
//               inline string follows), u32 attribute count, u32 dropped attributes, attributes
//   link:       4 words trace id, 2 words span id, u32 flags (bits 0-7 W3C flags, bit 9 remote),
//               u32 attribute count, u32 dropped attributes, string trace state, attributes
//
// A padding record has type 0 and only words 0 and 1; it fills the ring's end when a record does not fit there.

export const RecordType = { Padding: 0, Span: 1 } as const;

export const RECORD_HEADER_BYTES = 8;

export const SPAN_LENGTH = 0;
export const SPAN_HEAD = 1;
export const SPAN_START = 2;
export const SPAN_END = 4;
export const SPAN_TRACE_ID = 6;
export const SPAN_ID = 10;
export const SPAN_PARENT_ID = 12;
export const SPAN_SCOPE = 14;
export const SPAN_NAME = 15;
export const SPAN_ATTRIBUTE_COUNT = 16;
export const SPAN_EXTRA = 17;
export const SPAN_BODY = 18;

/** Bits of byte 7 of a span record. */
export const SPAN_STATUS_MASK = 0x03;
export const SPAN_START_IS_UNIX = 0x04;
export const SPAN_END_IS_UNIX = 0x08;
export const SPAN_PARENT_IS_REMOTE = 0x10;
export const SPAN_HAS_PARENT = 0x20;

export const EXTRA_DROPPED_ATTRIBUTES = 0;
export const EXTRA_DROPPED_EVENTS = 1;
export const EXTRA_DROPPED_LINKS = 2;
export const EXTRA_EVENT_COUNT = 3;
export const EXTRA_LINK_COUNT = 4;
export const EXTRA_BODY = 5;

export const LINK_REMOTE = 0x200;

/** Value types and what follows the type word. */
export const ValueType = {
  /** string */
  String: 1,
  /** u32 arena id */
  StringRef: 2,
  False: 3,
  True: 4,
  /** i32 */
  Int32: 5,
  /** i64 as low word, high word */
  Int64: 6,
  /** f64 as two words */
  Double: 7,
  /** u32 length in bytes, bytes, zero-padded to 4 */
  Bytes: 8,
  /** u32 count, items */
  Array: 9,
  /** u32 count, attributes */
  Map: 10,
  /** nothing: an AnyValue without a value (null) */
  Empty: 11,
} as const;
