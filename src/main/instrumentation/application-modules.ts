// Finds and loads packages as the application would: from its own folder, not from offloop's. Thread: main (and each
// application thread that preloads offloop/register), once at start. Caller: instrumentations.ts.
//
// Everything here is synchronous: a module that was preloaded with --require may not wait.

import { join, sep } from 'node:path';
import { createRequire } from '../package/create-require.js';

type Require = ReturnType<typeof createRequire>;

export class ApplicationModules {
  readonly #bases: readonly string[];

  /** `entry` is the application's first file as Node has it in `process.argv[1]`: undefined with `-e` and in a REPL. */
  constructor(entry: string | undefined, workingDirectory: string) {
    // A file need not exist to be resolved from: only its folder counts.
    const fallback = join(workingDirectory, 'offloop-register.js');
    // Below the working directory the walk upwards passes it anyway; a package that is not there is looked for once.
    const passes = entry?.startsWith(workingDirectory + sep) ?? false;
    this.#bases = entry === undefined ? [fallback] : passes ? [entry] : [entry, fallback];
  }

  /** The file that `require` would load; undefined if the package is not installed, or not for `require`. */
  find(specifier: string): string | undefined {
    for (const base of this.#bases) {
      const file = findFrom(base, specifier);
      if (file !== undefined) return file;
    }
    return undefined;
  }
}

/** As seen from the module `base`: with strict installers a package sees its own dependencies only. */
export function findFrom(base: string, specifier: string): string | undefined {
  try {
    return requireOf(base).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Throws what the module throws. */
export function load(file: string): unknown {
  return requireOf(file)(file);
}

function requireOf(base: string): Require {
  return createRequire(base);
}
