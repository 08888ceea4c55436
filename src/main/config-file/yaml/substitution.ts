// References to environment variables in a scalar's text: `${NAME}`, `${env:NAME}`, `${NAME:-default}`, `$$` for a dollar sign.
// Thread: main, at start. Caller: yaml-tree.ts. Specification: Configuration, "Environment variable substitution".
//
// Pure, and one pass from left to right: what a variable contains is never looked at again, so that it can neither refer to
// another variable nor become YAML. `$$` comes first: a reference does not reach across one, so that
// `${A:-$${A}}` is text. Neither is `${` without its brace a reference.

import type { Environment } from '../../../shared/config/settings.js';

const REFERENCE = /\$\{([^}]+)\}/g;
const VARIABLE = /^(?:env:)?([a-zA-Z_][a-zA-Z0-9_]*)(?::-([^\n]*))?$/;
const QUOTED_LENGTH_MAX = 40;

export interface Substituted {
  readonly text: string;
  /** False: the text is as it was written. */
  readonly changed: boolean;
  /** The first reference that is none, as it is written. */
  readonly badReference: string | undefined;
}

export function substitute(text: string, environment: Environment): Substituted {
  let changed = false;
  let badReference: string | undefined;
  const parts = text.split('$$').map((part) =>
    part.replace(REFERENCE, (reference, inner: string) => {
      const found = VARIABLE.exec(inner);
      changed = true;
      if (found === null) badReference ??= reference.slice(0, QUOTED_LENGTH_MAX).split('\n', 1)[0];
      return found === null ? '' : replacementOf(environment[found[1]], found[2]);
    }),
  );
  if (badReference !== undefined) return { text, changed: false, badReference };
  return { text: parts.join('$'), changed: changed || parts.length > 1, badReference };
}

/** Empty counts as not set, as it does everywhere else. */
function replacementOf(variable: string | undefined, fallback: string | undefined): string {
  return variable === undefined || variable === '' ? (fallback ?? '') : variable;
}
