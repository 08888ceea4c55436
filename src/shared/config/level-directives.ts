// Directives that say which spans are wanted: `info,shop.cart=debug,db=off`, after the EnvFilter of Rust's tracing. Pure.
// Thread: any. Callers: level-config.ts, main/levels.

import { LEVEL_DIRECTIVES_MAX, LEVEL_TARGET_LENGTH_MAX, LIST_VARIABLE_LENGTH_MAX } from '../limits.js';
import { quoteText, quoteValue } from './quote.js';

/** How much detail a span is, from the most to the least. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export const LEVEL_DEFAULT: Level = 'info';
export const LEVEL_NAMES = 'trace, debug, info, warn, error';

const THRESHOLDS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'off'];

/** A target's directive is that of its longest prefix; a span is wanted if its level is at least the threshold. */
export interface LevelFilter {
  /** Of targets that no directive names, as a number of `thresholdOf`. */
  readonly defaultThreshold: number;
  readonly thresholds: ReadonlyMap<string, number>;
}

/** The directive that is wrong, and what is accepted; nothing of the text is used then. */
export interface LevelProblem {
  readonly value: string;
  readonly range: string;
  readonly remedy: string;
}

/** 0 for trace up to 4 for error; undefined for what is no level. */
export function levelRank(level: unknown): number | undefined {
  const rank = THRESHOLDS.indexOf(level as string);
  return rank < 0 || rank === THRESHOLDS.length - 1 ? undefined : rank;
}

/** Of several directives for one target the last one counts, as with EnvFilter. */
export function parseLevelDirectives(text: unknown): LevelFilter | LevelProblem {
  if (typeof text !== 'string' || text.length > LIST_VARIABLE_LENGTH_MAX) {
    const range = `directives of at most ${LIST_VARIABLE_LENGTH_MAX} characters`;
    return { value: quoteValue(text), range, remedy: "Write 'info,shop.cart=debug'." };
  }
  let defaultThreshold = THRESHOLDS.indexOf(LEVEL_DEFAULT);
  const thresholds = new Map<string, number>();
  const directives = text.split(',').map((part) => part.trim());
  let count = 0;
  for (const directive of directives) {
    if (directive === '') continue;
    const equals = directive.lastIndexOf('=');
    const threshold = thresholdOf(directive.slice(equals + 1));
    const target = equals < 0 ? undefined : directive.slice(0, equals).trim();
    if (threshold < 0 || (target !== undefined && !isTarget(target))) return problemOf(directive, target);
    if (++count > LEVEL_DIRECTIVES_MAX) {
      const range = `at most ${LEVEL_DIRECTIVES_MAX} directives`;
      return { value: quoteText(text), range, remedy: 'Name common prefixes of the targets.' };
    }
    if (target === undefined) defaultThreshold = threshold;
    else thresholds.set(target, threshold);
  }
  return count === 0 ? problemOf(text, undefined) : { defaultThreshold, thresholds };
}

export function isLevelProblem(parsed: LevelFilter | LevelProblem): parsed is LevelProblem {
  return 'remedy' in parsed;
}

/** The threshold of the longest prefix of whole segments. */
export function thresholdFor({ defaultThreshold, thresholds }: LevelFilter, target: string): number {
  let prefix = target;
  while (prefix !== '') {
    const threshold = thresholds.get(prefix);
    if (threshold !== undefined) return threshold;
    prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')));
  }
  return defaultThreshold;
}

function thresholdOf(word: string): number {
  return THRESHOLDS.indexOf(word.trim().toLowerCase());
}

/** Segments between dots, none of them empty; what has a meaning in directives, here or in EnvFilter, is in none. */
const TARGET = /^[^\s.,=[\]{}"]+(\.[^\s.,=[\]{}"]+)*$/;

function isTarget(target: string): boolean {
  return target.length <= LEVEL_TARGET_LENGTH_MAX && TARGET.test(target);
}

function problemOf(directive: string, target: string | undefined): LevelProblem {
  const words = `${LEVEL_NAMES}, off`;
  const range = `a level (${words}) or target=level, the target at most ${LEVEL_TARGET_LENGTH_MAX} characters in segments between dots`;
  const remedy =
    target === undefined
      ? "Write 'info', or 'shop.cart=trace' for all of a target."
      : `Write ${quoteText(`${isTarget(target) ? target : 'shop.cart'}=debug`)}, for example.`;
  return { value: quoteText(directive), range, remedy };
}
