// The directives that spans' levels are compared with. Thread: main; callers: resolve.ts, main/levels.

import { OptionError } from '../errors.js';
import { isLevelProblem, LEVEL_DEFAULT, parseLevelDirectives } from './level-directives.js';
import type { Settings } from './settings.js';

export const LEVEL_VARIABLE = 'OFFLOOP_LEVEL';

/** The text of right directives: the option's, else the variable's, else `info`. */
export function resolveLevel(settings: Settings, option: unknown): string {
  if (option !== undefined) return checkedDirectives('level', option);
  const text = settings.variable(LEVEL_VARIABLE);
  if (text === undefined) return LEVEL_DEFAULT;
  const parsed = parseLevelDirectives(text);
  if (!isLevelProblem(parsed)) return text;
  const { value, range } = parsed;
  const remedy = `All of it is ignored, ${LEVEL_DEFAULT} is used; ${parsed.remedy}`;
  settings.warnVariable({ option: LEVEL_VARIABLE, value, range, remedy });
  return LEVEL_DEFAULT;
}

/** Throws an OptionError that names the wrong directive. */
export function checkedDirectives(option: string, directives: unknown): string {
  const parsed = parseLevelDirectives(directives);
  if (isLevelProblem(parsed)) throw new OptionError({ option, ...parsed });
  return directives as string;
}
