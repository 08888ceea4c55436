// Where the configuration comes from: options, and either the variables or the file that OTEL_CONFIG_FILE names.
// Thread: main, once at start. Callers: runtime.ts, register.ts.
// The file's parser, its schema and the YAML library are loaded only when the variable is set.

import { createRequire } from 'node:module';
import type { StartOptions } from '../../shared/config/options.js';
import { type Resolution, resolveConfig } from '../../shared/config/resolve.js';
import { type ConfigMode, type Environment, Settings } from '../../shared/config/settings.js';
import { loadEnvFile } from './env-file.js';

const CONFIG_FILE = 'OTEL_CONFIG_FILE';
const CONFIG_FILE_ALIAS = 'OTEL_EXPERIMENTAL_CONFIG_FILE';

/** A chunk of its own in the bundle, which has the same place relative to this module as the source file. */
const LOADER_MODULE = '../config-file/load.js';
type Loader = typeof import('./load.js');

export interface Configuration extends Resolution {
  /** The options that were resolved: those of the caller, and below them those of the file. */
  readonly options: StartOptions;
  /** What the variable or the file says of the diag logger; undefined if nothing. */
  readonly logLevel: string | undefined;
}

/** Throws an OptionError: in both modes for the file, which is used as a whole or not at all. */
export function configure(options: StartOptions, environment: Environment, mode: ConfigMode): Configuration {
  const fileWarnings = loadEnvFile(environment as Record<string, string | undefined>, mode);
  const settings = new Settings(environment, mode);
  const file = configFileOf(settings);
  if (file === undefined) {
    const resolution = resolveConfig(options, environment, mode);
    const logLevel = settings.variable('OTEL_LOG_LEVEL');
    return {
      ...resolution,
      warnings: [...fileWarnings, ...resolution.warnings],
      options,
      logLevel,
    };
  }
  const loader = createRequire(import.meta.url)(LOADER_MODULE) as Loader;
  const created = loader.loadConfigFile(file, environment);
  const merged = { ...created.options, ...options };
  // No environment: the file says all there is to say, and names the variables it wants.
  const resolution = resolveFile(merged, mode, created);
  return {
    ...resolution,
    warnings: [...fileWarnings, ...settings.warnings, ...created.warnings, ...resolution.warnings],
    options: merged,
    logLevel: created.logLevel,
  };
}

function resolveFile(
  options: StartOptions,
  mode: ConfigMode,
  file: ReturnType<Loader['loadConfigFile']>,
): Resolution {
  try {
    return resolveConfig(options, {}, mode);
  } catch (error) {
    throw file.placed(error);
  }
}

function configFileOf(settings: Settings): string | undefined {
  const file = settings.variable(CONFIG_FILE);
  const alias = settings.variable(CONFIG_FILE_ALIAS);
  if (alias === undefined) return file;
  if (file === undefined) {
    settings.warn(`${CONFIG_FILE_ALIAS} is deprecated; rename it to ${CONFIG_FILE}.`);
    return alias;
  }
  if (alias !== file) settings.warn(`${CONFIG_FILE_ALIAS} is ignored: ${CONFIG_FILE} is set.`);
  return file;
}
