// Options that come as an object: its shape, and names in it that nobody knows. Thread: main; callers: resolve.ts,
// the *-config.ts files of this folder.

import { OptionError } from '../errors.js';
import { quoteText, quoteValue } from './quote.js';
import type { Settings } from './settings.js';

/**
 * The object, or an empty one if it was left out. A name that is not known is a warning, not an error, so that options
 * of a later version do not stop an application that went back to this one.
 */
export function optionGroup<T extends object>(
  settings: Settings,
  option: string,
  value: T | undefined,
  knownNames: Readonly<Record<keyof T, true>>,
): Partial<T> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionError({
      option,
      value: quoteValue(value),
      range: 'an object',
      remedy: `Its names are ${Object.keys(knownNames).join(', ')}.`,
    });
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(knownNames, name)) continue;
    const known = Object.keys(knownNames).join(', ');
    settings.warn(`${option} has no ${quoteText(name)}; it is ignored. The names are ${known}.`);
  }
  return value;
}
