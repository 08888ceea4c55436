// A configuration file as options of start(): read, parse, create. Thread: main, once at start. Caller: configure.ts, which
// loads this module only when there is a file.

import { readFileSync } from 'node:fs';
import type { Environment } from '../../shared/config/settings.js';
import { OptionError } from '../../shared/errors.js';
import { ConfigFileError } from './config-file-error.js';
import { type Created, createFromModel } from './create/create.js';
import { parseConfigFile } from './parse.js';

const FILE_BYTES_MAX = 1024 * 1024;

export interface LoadedConfigFile extends Created {
  readonly warnings: readonly string[];
  /** The same error with the place in the file, if the file is where the option comes from. */
  placed(error: unknown): unknown;
}

/** Throws a ConfigFileError: a file is used as a whole or not at all. */
export function loadConfigFile(file: string, environment: Environment): LoadedConfigFile {
  const parsed = parseConfigFile(textOf(file), file, environment);
  const created = createFromModel(parsed);
  return {
    ...created,
    warnings: parsed.warnings,
    placed: (error) => {
      const path = error instanceof OptionError ? created.paths.get(error.option) : undefined;
      return path === undefined ? error : new ConfigFileError(parsed.placeOf(path), error as OptionError);
    },
  };
}

function textOf(file: string): string {
  const refuse = (value: string, remedy: string): never => {
    throw new ConfigFileError(
      { file, line: 0, path: '' },
      { value, range: `a .yaml or .yml file of at most ${FILE_BYTES_MAX} bytes`, remedy },
    );
  };
  if (!/\.ya?ml$/i.test(file)) return refuse('a file of another kind', 'Rename it, if it is YAML.');
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return refuse(`a file that cannot be read (${code})`, 'Correct OTEL_CONFIG_FILE, or unset it.');
  }
  return refuse('larger', 'Is it the right file?');
}
