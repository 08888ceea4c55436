// @opentelemetry/core as a CommonJS application has loaded it. The package is there twice, for `import` and for `require`, and
// each of the two has an error handler of its own. offloop is a module in either case; an application, also one compiled
// to CommonJS, sets the handler of the one that it loads. Thread: the user's. Callers: the two error handlers of this folder.

import { packageRequire } from '../package/installed-package.js';

type CorePackage = typeof import('@opentelemetry/core');

/** Undefined: the application is a module. Only a process that was started with a CommonJS file has a main module. */
function commonJsRequire(): NodeJS.Require | undefined {
  try {
    const require = packageRequire();
    return require.main === undefined ? undefined : require;
  } catch {
    // Bundled, and not installed: the only copy is in the bundle.
    return undefined;
  }
}

export function isCommonJsApplication(): boolean {
  return commonJsRequire() !== undefined;
}

/** Undefined: the application is a module, or has not loaded it. */
export function applicationCore(): CorePackage | undefined {
  const require = commonJsRequire();
  if (require === undefined) return undefined;
  try {
    const path = require.resolve('@opentelemetry/core');
    return require.cache[path] === undefined ? undefined : (require(path) as CorePackage);
  } catch {
    return undefined;
  }
}

/** The same, loaded if it is not. */
export function loadApplicationCore(): CorePackage | undefined {
  return commonJsRequire()?.('@opentelemetry/core') as CorePackage | undefined;
}
