// Trace and span ids as 32-bit words whose little-endian bytes are the wire bytes, and as lowercase hex.

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight hex digits of one word, in wire order. */
export function wordToHex(word: number): string {
  return HEX[word & 0xff] + HEX[(word >>> 8) & 0xff] + HEX[(word >>> 16) & 0xff] + HEX[word >>> 24];
}

/** The word of the eight hex digits at `index` of a valid id (callers check validity). */
export function hexToWord(hex: string, index: number): number {
  const bigEndian = Number.parseInt(hex.slice(index, index + 8), 16);
  return swapBytes(bigEndian);
}

/** Big-endian value of a wire-order word and back. */
export function swapBytes(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff);
}
