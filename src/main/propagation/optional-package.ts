// Packages which an application may have installed, and offloop does not depend on. Thread: main. Callers:
// create-propagator.ts, resource/detector-registry.ts. Looked for where offloop lies, then where the program and the working
// directory are: with strict installers only these see what the application installed.

import { ApplicationModules, findFrom, load } from '../instrumentation/application-modules.js';
import { packageFile } from '../package/installed-package.js';

/** What `require(name)` gives; undefined if the package is not installed. Throws what the package throws. */
export function optionalPackage(name: string): Record<string, unknown> | undefined {
  const file = fileOf(name);
  return file === undefined ? undefined : (load(file) as Record<string, unknown>);
}

export function isInstalled(name: string): boolean {
  return fileOf(name) !== undefined;
}

function fileOf(name: string): string | undefined {
  return (
    findFrom(packageFile('main/index.js'), name) ??
    new ApplicationModules(process.argv[1], process.cwd()).find(name)
  );
}
