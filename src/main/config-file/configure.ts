// Where the configuration comes from: options, and either the variables or the file that OTEL_CONFIG_FILE names.
// Thread: main, once at start. Callers: runtime.ts, register.ts.
// The file's parser, its schema and the YAML library are loaded only when the variable is set.

import type { StartOptions } from '../../shared/config/options.js';
import { type Resolution, resolveConfig } from '../../shared/config/resolve.js';
import { type ConfigMode, type Environment, Settings } from '../../shared/config/settings.js';
import { packageFile, requireFromPackage } from '../package/installed-package.js';
import type { PlugInOptions } from '../plug-ins/options.js';
import type { SpanProcessor } from '../sdk/types.js';
import type { PropagatorEntry } from './create/create-propagators.js';
import { loadEnvFile } from './env-file.js';

const CONFIG_FILE = 'OTEL_CONFIG_FILE';
const CONFIG_FILE_ALIAS = 'OTEL_EXPERIMENTAL_CONFIG_FILE';

/** Files of their own. */
const LOADER_FILE = 'main/config-file/load.js';
const CONSOLE_FILE = 'main/processors/console-processor.js';
const ZIPKIN_FILE = 'main/processors/zipkin-processor.js';
const STDOUT_FILE = 'main/offload/stdout-processor.js';
type LoaderModule = typeof import('./load.js');
type ConsoleModule = typeof import('../processors/console-processor.js');
type ZipkinModule = typeof import('../processors/zipkin-processor.js');
type StdoutModule = typeof import('../offload/stdout-processor.js');

export interface Configuration extends Resolution {
  /** The options that were resolved: those of the caller, and below them those of the file. */
  readonly options: StartOptions;
  readonly plugIns: PlugInOptions;
  /** Names and plug-ins in their order, if the file has plug-ins among them and no option beats it. */
  readonly propagators?: readonly PropagatorEntry[] | undefined;
  /** What the variable or the file says of the diag logger; undefined if nothing. */
  readonly logLevel: string | undefined;
}

export interface GivenOptions {
  readonly options: StartOptions;
  readonly plugIns: PlugInOptions;
}

/** Throws an OptionError: in both modes for the file, which is used as a whole or not at all. */
export function configure(given: GivenOptions, environment: Environment, mode: ConfigMode): Configuration {
  const envWarnings = loadEnvFile(environment as Record<string, string | undefined>, mode);
  const settings = new Settings(environment, mode);
  const file = configFileOf(settings);
  const configuration =
    file === undefined
      ? withVariables(given, settings, environment, mode)
      : withFile(given, file, environment, mode);
  const warnings = [...envWarnings, ...settings.warnings, ...configuration.warnings];
  return withExporters({ ...configuration, warnings });
}

/** Whether variables that the file does not name are to be ignored. */
export function hasConfigFile(environment: Environment): boolean {
  const settings = new Settings(environment, 'lenient');
  return [CONFIG_FILE, CONFIG_FILE_ALIAS].some((name) => settings.variable(name) !== undefined);
}

function withVariables(
  { options, plugIns }: GivenOptions,
  settings: Settings,
  environment: Environment,
  mode: ConfigMode,
): Configuration {
  const logLevel = settings.variable('OTEL_LOG_LEVEL');
  return { ...resolveConfig(options, environment, mode), options, plugIns, logLevel };
}

function withFile(
  given: GivenOptions,
  file: string,
  environment: Environment,
  mode: ConfigMode,
): Configuration {
  const loader = own(LOADER_FILE) as LoaderModule;
  const loaded = loader.loadConfigFile(file, environment);
  const options = { ...loaded.options, ...given.options };
  const plugIns = { ...loaded.plugIns, ...given.plugIns };
  try {
    // No environment: the file says all there is to say, and names the variables it wants.
    const resolution = resolveConfig(options, {}, mode);
    const warnings = [...loaded.warnings, ...resolution.warnings];
    const propagators = given.options.propagators === undefined ? loaded.propagators : undefined;
    return { ...resolution, warnings, options, plugIns, propagators, logLevel: loaded.logLevel };
  } catch (error) {
    throw loaded.placed(error);
  }
}

/**
 * Those of the variables and options are processors after the application's own, which may still change a span. Where nothing but
 * Zipkin was asked for and it is not to be had, OTLP takes its place, as with any exporter that is not there.
 */
function withExporters(configuration: Configuration): Configuration {
  const { config, plugIns } = configuration;
  const { consoleTraces, disabled, exportTraces, stdoutTraces, zipkin } = config;
  if (disabled || !(stdoutTraces || consoleTraces || zipkin !== undefined)) return configuration;
  const processors: SpanProcessor[] = [];
  const warnings = [...configuration.warnings];
  if (stdoutTraces) processors.push((own(STDOUT_FILE) as StdoutModule).createStdoutProcessor(config));
  if (zipkin !== undefined) {
    const { createZipkinProcessor } = own(ZIPKIN_FILE) as ZipkinModule;
    const processor = createZipkinProcessor({ ...config, zipkin });
    if (typeof processor === 'string') warnings.push(processor);
    else processors.push(processor);
  }
  if (consoleTraces) processors.push((own(CONSOLE_FILE) as ConsoleModule).createConsoleProcessor());
  return {
    ...configuration,
    config: processors.length === 0 && !exportTraces ? { ...config, exportTraces: true } : config,
    warnings,
    plugIns: { ...plugIns, spanProcessors: [...(plugIns.spanProcessors ?? []), ...processors] },
  };
}

function own(file: string): unknown {
  return requireFromPackage(packageFile(file));
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
