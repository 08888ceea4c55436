// Where offloop's own files and its dependencies are at run time: the code of worker threads, modules that are loaded late,
// packages that are. Thread: any. The only file of main that reads its own address.
//
// Code of an application that was bundled with offloop in it lies elsewhere, or knows no address at all (CommonJS made by
// esbuild). Threads still need files. Then the installed package is looked for, of this very version: threads of two
// versions must not share memory.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OFFLOOP_VERSION } from '../../shared/version.js';
import { createRequire } from './create-require.js';

const MANIFEST = 'offloop/package.json';
/** Is there wherever the package is whole. */
const WORKER_ENTRY = 'worker/entry.js';

const REMEDY =
  "Make 'offloop' an external of the bundler (esbuild: --external:offloop) and install it where the application runs.";

/** offloop was bundled into the application, and is not installed where the application runs. */
export class PackageFilesError extends Error {
  override readonly name = 'PackageFilesError';
  readonly code = 'ERR_OFFLOOP_PACKAGE_FILES';
  /** The other version that was found; undefined: none. */
  readonly value: string | undefined;
  readonly remedy = REMEDY;

  constructor(foundVersion: string | undefined) {
    const found = foundVersion === undefined ? 'no offloop' : `offloop ${foundVersion}`;
    super(
      `offloop: ${OFFLOOP_VERSION} is bundled into the application, and the files of its threads were not found: beside the ` +
        `program and in the working directory ${found} is installed. ${REMEDY}`,
    );
    this.value = foundVersion;
  }
}

let home: string | undefined;
let requireThere: NodeJS.Require | undefined;

/**
 * The folder that this module lies two below: `dist/bundle`, or `dist` or `src` if it is not bundled. Throws a PackageFilesError.
 */
export function packageFolder(): string {
  home ??= folderOf(import.meta.url) ?? installedFolder();
  return home;
}

/** `path`: as below `dist/bundle`, such as `worker/entry.js`. Throws a PackageFilesError. */
export function packageFile(path: string): string {
  return join(packageFolder(), path);
}

/** Of one of offloop's files, or of a package which it depends on. Throws a PackageFilesError, and what the module throws. */
export function requireFromPackage(specifier: string): unknown {
  return packageRequire()(specifier);
}

/** As modules of offloop would. Throws a PackageFilesError. */
export function packageRequire(): NodeJS.Require {
  requireThere ??= createRequire(pathToFileURL(packageFile('main/index.js')));
  return requireThere;
}

/** Undefined: the module is not where the package has it. */
function folderOf(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith('file:')) return undefined;
  const folder = fileURLToPath(new URL('../../', url));
  // Sources are run by tests.
  return url.endsWith('.ts') || existsSync(join(folder, WORKER_ENTRY)) ? folder : undefined;
}

function installedFolder(): string {
  let otherVersion: string | undefined;
  for (const base of [process.argv[1], join(process.cwd(), 'package.json')]) {
    if (base === undefined) continue;
    try {
      const require = createRequire(base);
      const manifest = require.resolve(MANIFEST);
      const { version } = require(manifest) as { version: string };
      const folder = join(manifest, '../dist/bundle');
      if (version === OFFLOOP_VERSION && existsSync(join(folder, WORKER_ENTRY))) return folder;
      otherVersion = version;
    } catch {
      // Not installed as seen from there.
    }
  }
  throw new PackageFilesError(otherVersion);
}
