// Packages which an application may have installed, and offloop does not depend on. Thread: main. Callers:
// create-propagator.ts, resource detectors. Looked for where offloop lies, then where the program and the working
// directory are: with strict package managers only these see what the application installed.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What `require(name)` gives in here; undefined if the package is not installed. Throws what the package throws. */
export function optionalPackage(name: string): Record<string, unknown> | undefined {
  for (const base of bases()) {
    const require = createRequire(base);
    const path = resolved(require, name);
    if (path !== undefined) return require(path) as Record<string, unknown>;
  }
  return undefined;
}

export function isInstalled(name: string): boolean {
  return bases().some((base) => resolved(createRequire(base), name) !== undefined);
}

function bases(): string[] {
  const program = process.argv[1];
  return [import.meta.url, ...(program ? [program] : []), join(process.cwd(), 'package.json')];
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
