// How refused values appear in errors and warnings: short, on one line, without secrets. Thread: main;
// callers: the other files of this folder.

import { QUOTED_VALUE_LENGTH_MAX } from '../limits.js';

/** The value as text; never throws, whatever the value is. */
export function quoteValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) {
    return String(value);
  }
  return `a value of type ${typeof value}`;
}

export function quoteText(text: string): string {
  const cut = text.length > QUOTED_VALUE_LENGTH_MAX ? `${text.slice(0, QUOTED_VALUE_LENGTH_MAX)}...` : text;
  return JSON.stringify(cut);
}

/** A URL as text without its user name, password and query, also if it is no URL at all. */
export function quoteUrl(text: string): string {
  const query = text.indexOf('?');
  const withoutQuery = query < 0 ? text : `${text.slice(0, query)}?...`;
  // The last @: a password may contain one.
  const at = withoutQuery.lastIndexOf('@');
  if (at < 0) return quoteText(withoutQuery);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(withoutQuery)?.[0] ?? '';
  return quoteText(`${scheme}...${withoutQuery.slice(at)}`);
}
