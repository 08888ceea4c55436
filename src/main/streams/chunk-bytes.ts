// HOT. The bytes of one chunk, if it has any. Thread: producer. Caller: stream-span.ts, for each chunk.

const NO_BYTES = -1;

/** -1: neither text nor bytes (an object, a number). Text counts as it is encoded: `encoding`, by default UTF-8. */
export function chunkBytes(chunk: unknown, encoding: BufferEncoding | undefined): number {
  if (typeof chunk === 'string') return textBytes(chunk, encoding);
  if (typeof chunk !== 'object' || chunk === null) return NO_BYTES;
  if (ArrayBuffer.isView(chunk)) return chunk.byteLength;
  try {
    return chunk instanceof ArrayBuffer ? chunk.byteLength : NO_BYTES;
  } catch {
    // A proxy whose traps throw.
    return NO_BYTES;
  }
}

function textBytes(text: string, encoding: BufferEncoding | undefined): number {
  // Writable says `buffer` beside chunks that are none of ours to decode.
  return Buffer.byteLength(text, encoding !== undefined && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}
