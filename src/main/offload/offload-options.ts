// Options of an independent pipeline: those of start() that concern sending, in the same words, checked in the same way.
// Thread: main. Callers: offload-span-processor.ts, otlp-trace-exporter.ts, when they are constructed;
// config-file/create/create-processors.ts for the names.
//
// What the SDK in front decides (resource, sampler, limits of spans) is none of its business, in variables neither.

import type { StartOptions } from '../../shared/config/options.js';
import { quoteText } from '../../shared/config/quote.js';
import { resolveConfig } from '../../shared/config/resolve.js';
import type { ResolvedConfig, SpanLimits } from '../../shared/config/resolved-config.js';
import type { Environment } from '../../shared/config/settings.js';
import { OptionError } from '../../shared/errors.js';
import { ATTRIBUTE_DEPTH_MAX, COUNT_LIMIT_MAX, VALUE_LENGTH_UNLIMITED } from '../../shared/limits.js';
import { report } from '../lifecycle/diagnostics.js';

export const OFFLOAD_OPTION_NAMES = [
  'exporter',
  'workers',
  'ringBytes',
  'maxQueueSize',
  'arenaBytes',
  'maxExportBatchSize',
  'maxExportBatchBytes',
  'scheduledDelayMillis',
  'exportTimeoutMillis',
  'drainIntervalMillis',
  'dropWarningThreshold',
  'exitTimeoutMillis',
  'shutdownTimeoutMillis',
] as const;

/** Where to, and how: the options of `start()` of the same names, with the same variables and defaults. */
export type OffloadOptions = Pick<StartOptions, (typeof OFFLOAD_OPTION_NAMES)[number]>;

const VARIABLES = /^(OTEL_EXPORTER_OTLP_|OTEL_BSP_|OFFLOOP_)/;

/** The SDK has applied its own; these are the bounds of any record. */
const RECORD_LIMITS: SpanLimits = {
  attributeCountLimit: COUNT_LIMIT_MAX,
  attributeValueLengthLimit: VALUE_LENGTH_UNLIMITED,
  attributeDepthLimit: ATTRIBUTE_DEPTH_MAX,
  eventCountLimit: COUNT_LIMIT_MAX,
  linkCountLimit: COUNT_LIMIT_MAX,
  attributePerEventCountLimit: COUNT_LIMIT_MAX,
  attributePerLinkCountLimit: COUNT_LIMIT_MAX,
};

/** Throws an OptionError for a wrong option; what is wrong in a variable is reported. `owner` is the class's name. */
export function resolveOffloadConfig(
  options: OffloadOptions | undefined,
  owner: string,
  environment: Environment = process.env,
): ResolvedConfig {
  refuseExporterObject(options, owner);
  const { config, warnings } = resolveConfig(knownOptions(options, owner), ofSending(environment), 'strict');
  for (const warning of warnings) report('warn', warning, warning);
  return { ...config, spanLimits: RECORD_LIMITS };
}

/** What other batch processors take is an object with an `export` method: the likeliest mistake. */
function refuseExporterObject(options: unknown, owner: string): void {
  for (const candidate of [options, (options as OffloadOptions | undefined)?.exporter]) {
    if (typeof (candidate as { export?: unknown } | null | undefined)?.export !== 'function') continue;
    throw new OptionError({
      option: 'exporter',
      value: 'an exporter object',
      range: 'an object of options such as { url, headers, compression }',
      remedy: `${owner} exports by itself, on another thread: give it the exporter's options.`,
    });
  }
}

function knownOptions(options: OffloadOptions | undefined, owner: string): OffloadOptions | undefined {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options;
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (OFFLOAD_OPTION_NAMES.includes(name as keyof OffloadOptions)) known[name] = value;
    else {
      const message = `${owner} has no option ${quoteText(name)}; it is ignored. The names are ${OFFLOAD_OPTION_NAMES.join(', ')}.`;
      report('warn', message, message);
    }
  }
  return known as OffloadOptions;
}

function ofSending(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => VARIABLES.test(name)));
}
