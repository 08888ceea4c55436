// References to environment variables in a scalar's text: `${NAME}`, `${env:NAME}`, `${NAME:-default}`, `$$` for a dollar sign.
// Thread: main, at start. Caller: yaml-tree.ts. Specification: Configuration, "Environment variable substitution".
//
// Pure, and one pass from left to right: what a variable contains is never looked at again, so that it can neither refer to
// another variable nor become YAML.

import type { Environment } from '../../../shared/config/settings.js';

const REFERENCE = /^\$\{(?:env:)?([a-zA-Z_][a-zA-Z0-9_]*)(?::-([^\n}]*))?\}/;
const QUOTED_LENGTH_MAX = 40;

export interface Substituted {
  readonly text: string;
  /** False: the text is as it was written. */
  readonly changed: boolean;
  /** The first reference that is none, as it is written. */
  readonly badReference: string | undefined;
}

export function substitute(text: string, environment: Environment): Substituted {
  if (!text.includes('$')) return { text, changed: false, badReference: undefined };
  let result = '';
  let changed = false;
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) break;
    result += text.slice(at, dollar);
    at = dollar + 1;
    const next = text[at];
    if (next === '$') {
      result += '$';
      at++;
      changed = true;
    } else if (next === '{') {
      const reference = REFERENCE.exec(text.slice(dollar));
      if (reference === null) {
        const shown = text.slice(dollar, dollar + QUOTED_LENGTH_MAX).split('\n', 1)[0];
        return { text, changed: false, badReference: shown };
      }
      result += replacementOf(environment[reference[1]], reference[2]);
      at = dollar + reference[0].length;
      changed = true;
    } else {
      result += '$';
    }
  }
  return { text: result + text.slice(at), changed, badReference: undefined };
}

/** Empty counts as not set, as it does everywhere else. */
function replacementOf(variable: string | undefined, fallback: string | undefined): string {
  return variable === undefined || variable === '' ? (fallback ?? '') : variable;
}
