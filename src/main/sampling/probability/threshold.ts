// Rejection thresholds of 56 bits: from a ratio, as `th` writes them, and compared with randomness. Thread: producer.
// Callers: probability-sampler.ts, composite-sampler.ts, composable-*.ts.
// Specification: "TraceState: Probability Sampling", algorithms.
//
// Threshold and randomness are compared as texts of 14 lowercase hex digits, which order as the numbers do: randomness
// comes as text (trace id, `rv`), and 56 bits do not fit a double.

import { quoteValue } from '../../../shared/config/quote.js';
import { OptionError } from '../../../shared/errors.js';
import { PROBABILITY_MIN } from '../../../shared/limits.js';
import { randomWord } from '../../trace/ids/id-generator.js';

export const THRESHOLD_DIGITS = 14;
/** One above the greatest threshold: nothing is kept. */
const THRESHOLD_END = 1n << 56n;

export const PRECISION_DEFAULT = 4;
const PRECISION_MAX = 14;

/**
 * The threshold of a ratio, rounded to `precision` hex digits that differ: leading digits of `f`, which a small ratio has,
 * do not count. Throws an OptionError for a ratio that 56 bits cannot keep.
 */
export function thresholdOf(ratio: number, precision = PRECISION_DEFAULT): bigint {
  checkRatio(ratio);
  checkPrecision(precision);
  const digits = precision + Math.max(0, Math.floor(-(Math.floor(Math.log2(ratio)) + 1) / 4));
  // Scaling by a power of two is exact: what is kept is rounded once, to 56 bits or to the last digit, ties down.
  const unitBits = digits >= THRESHOLD_DIGITS ? 0 : 4 * (THRESHOLD_DIGITS - digits);
  const scaled = ratio * 2 ** (56 - unitBits);
  // A ratio has a one among the digits kept, so at least one unit is.
  const kept = unitBits === 0 ? Math.round(scaled) : Math.ceil(scaled - 0.5);
  return THRESHOLD_END - (BigInt(kept) << BigInt(unitBits));
}

/** As `th` writes it: without trailing zeros; `0` keeps everything. */
export function thresholdText(threshold: bigint): string {
  return threshold === 0n ? '0' : threshold.toString(16).padStart(THRESHOLD_DIGITS, '0').replace(/0+$/, '');
}

/** 14 digits, to be compared with randomness. */
export function thresholdDigits(text: string): string {
  return text.padEnd(THRESHOLD_DIGITS, '0');
}

export function isThreshold(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= 0n && value < THRESHOLD_END;
}

/** The low 56 bits of a trace id. */
export function randomnessOf(traceId: string): string {
  return traceId.slice(-THRESHOLD_DIGITS).toLowerCase();
}

/** 56 fresh random bits. */
export function freshRandomness(): string {
  const low = (randomWord() >>> 0).toString(16).padStart(8, '0');
  return (randomWord() >>> 8).toString(16).padStart(6, '0') + low;
}

function checkRatio(ratio: unknown): asserts ratio is number {
  if (typeof ratio === 'number' && ratio >= PROBABILITY_MIN && ratio <= 1) return;
  throw new OptionError({
    option: 'sampler.ratio',
    value: quoteValue(ratio),
    range: 'a number from 2^-56 to 1',
    remedy: 'Use AlwaysOffSampler to keep nothing.',
  });
}

function checkPrecision(precision: unknown): asserts precision is number {
  if (Number.isInteger(precision) && Number(precision) >= 1 && Number(precision) <= PRECISION_MAX) return;
  throw new OptionError({
    option: 'sampler.precision',
    value: quoteValue(precision),
    range: `a whole number from 1 to ${PRECISION_MAX}`,
    remedy: `Leave it out for ${PRECISION_DEFAULT} hex digits, which the specification recommends.`,
  });
}
