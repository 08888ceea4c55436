// HOT. Trace and span ids as the hexadecimal text that spans of others carry -> words in wire order, checked on the
// way. Thread: producer. Caller: readable-span-source.ts, six to eight words a span.

const NO_DIGIT = 0x100;
const DIGITS = Int32Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});

export class HexWords {
  /** Not 0: some text read since it was set to 0 was no hexadecimal number. */
  invalid = 0;

  /** The word of the eight digits at `index`, which the text must have. */
  word(text: string, index: number): number {
    const code0 = text.charCodeAt(index);
    const code1 = text.charCodeAt(index + 1);
    const code2 = text.charCodeAt(index + 2);
    const code3 = text.charCodeAt(index + 3);
    const code4 = text.charCodeAt(index + 4);
    const code5 = text.charCodeAt(index + 5);
    const code6 = text.charCodeAt(index + 6);
    const code7 = text.charCodeAt(index + 7);
    const digit0 = DIGITS[code0 & 0x7f];
    const digit1 = DIGITS[code1 & 0x7f];
    const digit2 = DIGITS[code2 & 0x7f];
    const digit3 = DIGITS[code3 & 0x7f];
    const digit4 = DIGITS[code4 & 0x7f];
    const digit5 = DIGITS[code5 & 0x7f];
    const digit6 = DIGITS[code6 & 0x7f];
    const digit7 = DIGITS[code7 & 0x7f];
    const codes = (code0 | code1 | code2 | code3 | code4 | code5 | code6 | code7) & ~0x7f;
    const digits = (digit0 | digit1 | digit2 | digit3 | digit4 | digit5 | digit6 | digit7) & NO_DIGIT;
    this.invalid |= codes | digits;
    return (
      (digit0 << 4) |
      digit1 |
      (digit2 << 12) |
      (digit3 << 8) |
      (digit4 << 20) |
      (digit5 << 16) |
      (digit6 << 28) |
      (digit7 << 24)
    );
  }
}
