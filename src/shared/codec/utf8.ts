// UTF-8 bytes -> string, for any thread and without a runtime's TextDecoder (which refuses shared memory in some
// runtimes). Callers: record-cursor.ts, worker/encode/dictionary.ts. Never throws: what is not UTF-8 (possible
// only in a damaged record) becomes U+FFFD, so that the result never holds a lone surrogate.

const REPLACEMENT = 0xfffd;
/** String.fromCharCode takes its units as arguments: a chunk has to stay far below the stack's size. */
const CHUNK_UNITS = 2048;

export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let units: number[] = [];
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte < 0x80) {
      units.push(byte);
      at++;
    } else {
      const length = sequenceLength(bytes, at, end);
      const code = length === 0 ? REPLACEMENT : codePoint(bytes, at, length);
      at += length === 0 ? 1 : length;
      if (code < 0x10000) units.push(code);
      else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    if (units.length >= CHUNK_UNITS) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** Bytes of the well-formed sequence at `at` (Unicode table 3-7), 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1];
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let code = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}
