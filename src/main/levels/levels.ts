// Which spans of `traced` and its like are wanted, by level and target: the directives in force in this thread.
// Thread: any of the application's. Callers: level-gate.ts, the tracing functions, runtime.ts, users through the doors.
//
// Before start(), or without it (another SDK is registered), the variable is read when the first span asks.

import { LEVEL_VARIABLE, resolveLevel } from '../../shared/config/level-config.js';
import {
  isLevelProblem,
  LEVEL_DEFAULT,
  type Level,
  type LevelFilter,
  levelRank,
  parseLevelDirectives,
  thresholdFor,
} from '../../shared/config/level-directives.js';
import { quoteValue } from '../../shared/config/quote.js';
import { Settings } from '../../shared/config/settings.js';
import { OptionError } from '../../shared/errors.js';
import { LEVEL_CACHE_TARGETS_MAX } from '../../shared/limits.js';
import { report, reportMisuse } from '../lifecycle/diagnostics.js';
import { threadState } from '../package/thread-state.js';

const RANK_DEFAULT = levelRank(LEVEL_DEFAULT) as number;

interface State {
  /** Undefined: the variable's, when somebody asks. */
  filter: LevelFilter | undefined;
  /** Of `filter`. */
  text: string | undefined;
  /** Thresholds of targets that were asked for under `filter`. */
  cache: Map<string, number>;
  isSetAtRunTime: boolean;
  /** Counts the changes; gates compare it with the one they know. */
  generation: number;
}

const state = threadState<State>('levels', () => ({
  filter: undefined,
  text: undefined,
  cache: new Map(),
  isSetAtRunTime: false,
  generation: 0,
}));

/** What a gate knows is true until this changes. */
export function levelsGeneration(): number {
  return state().generation;
}

/**
 * Changes at once which spans `traced` and its like make in this thread; ones that are open stay. `directives` are those of
 * `OFFLOOP_LEVEL`: a level, and `target=level` for single targets, separated by commas (`'info,shop.cart=debug,db=off'`);
 * levels are `trace`, `debug`, `info`, `warn`, `error` and `off`, of a target's prefixes the longest one counts, and without a
 * level of its own the rest is at `info`. At most 256 directives. Throws an OptionError that names the wrong directive; the
 * directives before stay in force then. A later `start({ level })` replaces them. Tasks given to
 * `runBlocking` and `blockOn` from now on go by them too.
 */
export function setLevel(directives: string): void {
  const parsed = parseLevelDirectives(directives);
  if (isLevelProblem(parsed)) throw new OptionError({ option: 'level', ...parsed });
  use(parsed, directives);
  state().isSetAtRunTime = true;
}

/**
 * Whether a span of this level (default `info`) and target (default none) would be made at the moment, as far as the
 * directives say: to spare what only such a span needs. Takes constant time. What is no level counts as `info`.
 */
export function enabled(level: Level = LEVEL_DEFAULT, target = ''): boolean {
  // Of anybody's code: what is no text would be made text of, which may throw.
  return isEnabled(level, typeof target === 'string' ? target : '');
}

/** The same, for spans that are about to be made. */
export function isEnabled(level: Level, target: string): boolean {
  return rankOf(level) >= thresholdOf(target);
}

/** What start() found; directives set before at run time stay if it only found a variable or the default. */
export function configureLevels(directives: string, isOption: boolean): void {
  if (state().isSetAtRunTime && !isOption) return;
  const parsed = parseLevelDirectives(directives);
  if (isLevelProblem(parsed)) return;
  use(parsed, directives);
  state().isSetAtRunTime = false;
}

/** For tests: as if nothing had been read or set. */
export function forgetLevels(): void {
  use(undefined, undefined);
  state().isSetAtRunTime = false;
}

/** The directives in force; undefined: those of the variable, if anybody asks. */
export function levelDirectives(): string | undefined {
  return state().text;
}

/** Undefined: as the variable says, which is read when somebody asks. */
function use(filter: LevelFilter | undefined, text: string | undefined): void {
  const levels = state();
  levels.filter = filter;
  levels.text = text;
  levels.cache = new Map();
  levels.generation++;
}

function rankOf(level: Level): number {
  const rank = levelRank(level);
  if (rank === undefined) reportMisuse('a level that is none counts as info', quoteValue(level));
  return rank ?? RANK_DEFAULT;
}

function thresholdOf(target: string): number {
  const levels = state();
  const known = levels.cache.get(target);
  if (known !== undefined) return known;
  levels.filter ??= filterOfVariable();
  const threshold = thresholdFor(levels.filter, String(target));
  // Further targets are looked up each time: at most one look-up a segment.
  if (levels.cache.size < LEVEL_CACHE_TARGETS_MAX) levels.cache.set(target, threshold);
  return threshold;
}

function filterOfVariable(): LevelFilter {
  const settings = new Settings({ [LEVEL_VARIABLE]: process.env[LEVEL_VARIABLE] }, 'lenient');
  const parsed = parseLevelDirectives(resolveLevel(settings, undefined));
  // The kind that start() gives it too: it is said once.
  for (const warning of settings.warnings) report('warn', warning, warning);
  return parsed as LevelFilter;
}
