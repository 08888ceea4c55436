// Counts the spans of an encoded ExportTraceServiceRequest by walking the protobuf by hand: decoding every span
// would make the sink the slowest part of every bench. Called by sink.ts.
//
//   ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2

const LENGTH_DELIMITED = 2;

/** Position behind the last read varint; module state saves an allocation per field. */
let position = 0;

function readVarint(bytes: Uint8Array, end: number): number {
  let value = 0;
  let scale = 1;
  for (let read = 0; read < 10; read++) {
    if (position >= end) throw new Error('protobuf: truncated varint');
    const byte = bytes[position++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw new Error('protobuf: varint longer than 10 bytes');
}

/** Calls `visit` with the bounds of every length-delimited field number `field` between `start` and `end`. */
function eachField(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  visit: (start: number, end: number) => void,
): void {
  let next = start;
  while (next < end) {
    position = next;
    const tag = readVarint(bytes, end);
    const wireType = tag % 8;
    if (wireType === LENGTH_DELIMITED) {
      const length = readVarint(bytes, end);
      const from = position;
      next = from + length;
      if (next > end) throw new Error('protobuf: field longer than its message');
      if (Math.floor(tag / 8) === field) visit(from, next);
    } else if (wireType === 0) {
      readVarint(bytes, end);
      next = position;
    } else if (wireType === 1) {
      next = position + 8;
    } else if (wireType === 5) {
      next = position + 4;
    } else {
      throw new Error(`protobuf: wire type ${wireType}`);
    }
  }
  if (next !== end) throw new Error('protobuf: last field ends behind its message');
}

/** Spans in an encoded request; throws if the bytes are no such message. */
export function countSpans(request: Uint8Array): number {
  let spans = 0;
  eachField(request, 0, request.length, 1, (resourceStart, resourceEnd) => {
    eachField(request, resourceStart, resourceEnd, 2, (scopeStart, scopeEnd) => {
      eachField(request, scopeStart, scopeEnd, 2, () => {
        spans++;
      });
    });
  });
  return spans;
}
