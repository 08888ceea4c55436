// Makes the one configuration that everything reads of options and environment. Pure: the caller hands the
// environment in and the warnings on. Thread: main; callers: main's public doors, the command line.

import { OptionError } from '../errors.js';
import {
  ARENA_BYTES_DEFAULT,
  ARENA_BYTES_MAX,
  ARENA_BYTES_MIN,
  DRAIN_INTERVAL_MILLIS_DEFAULT,
  DRAIN_INTERVAL_MILLIS_MAX,
  DRAIN_INTERVAL_MILLIS_MIN,
  DROP_WARNING_THRESHOLD_DEFAULT,
  DROP_WARNING_THRESHOLD_MAX,
  EXIT_TIMEOUT_MILLIS_DEFAULT,
  EXIT_TIMEOUT_MILLIS_MAX,
  SHUTDOWN_TIMEOUT_MILLIS_DEFAULT,
  WORKERS_DEFAULT,
  WORKERS_MAX,
  WORKERS_MIN,
} from '../limits.js';
import { resolveBatch } from './batch-config.js';
import { deepFreeze } from './deep-freeze.js';
import { resolveEntities } from './entities-config.js';
import { resolveExporter } from './exporter-config.js';
import { resolveLevel } from './level-config.js';
import { optionGroup } from './option-group.js';
import type { StartOptions } from './options.js';
import { resolvePropagators } from './propagator-config.js';
import { quoteText } from './quote.js';
import type { OtlpProtocol, ResolvedConfig } from './resolved-config.js';
import { resolveResource } from './resource-config.js';
import { resolveResourceDetectors } from './resource-detector-config.js';
import { resolveRingBytes, resolveThreadRingBytes } from './ring-size.js';
import { resolveSampler } from './sampler-config.js';
import { type ConfigMode, type Environment, Settings } from './settings.js';
import { resolveSpanLimits } from './span-limits-config.js';
import { resolveTracesExporter } from './traces-exporter-config.js';
import { resolveZipkin } from './zipkin-config.js';

export interface Resolution {
  /** Deep-frozen, and safe to send to a worker. */
  readonly config: ResolvedConfig;
  /** One sentence for each variable that was not used as it was given; for diag. */
  readonly warnings: readonly string[];
}

const OPTION_NAMES: Readonly<Record<keyof StartOptions, true>> = {
  serviceName: true,
  resourceAttributes: true,
  entities: true,
  resourceDetectors: true,
  processCommandArgs: true,
  disabled: true,
  tracesExporter: true,
  exporter: true,
  zipkin: true,
  sdkMetrics: true,
  workers: true,
  ringBytes: true,
  threadRingBytes: true,
  maxQueueSize: true,
  arenaBytes: true,
  maxExportBatchSize: true,
  maxExportBatchBytes: true,
  scheduledDelayMillis: true,
  exportTimeoutMillis: true,
  sampler: true,
  propagators: true,
  spanLimits: true,
  randomFlag: true,
  level: true,
  drainIntervalMillis: true,
  dropWarningThreshold: true,
  exitTimeoutMillis: true,
  shutdownTimeoutMillis: true,
};

/**
 * Throws an OptionError for a wrong option, in both modes. A wrong variable is a warning and the default, except
 * OFFLOOP_WORKERS in strict mode, which throws too: who sets it means it.
 */
export function resolveConfig(
  startOptions: StartOptions | undefined,
  environment: Environment,
  mode: ConfigMode,
): Resolution {
  const settings = new Settings(environment, mode);
  const options = optionGroup(settings, 'options', startOptions, OPTION_NAMES);
  const ringBytes = resolveRingBytes(settings, options);
  const traces = resolveTracesExporter(settings, options.tracesExporter);
  const exporter = resolveExporter(settings, options, traces.isOnlyStdout);
  const config: ResolvedConfig = {
    disabled: settings.boolean('disabled', ['OTEL_SDK_DISABLED'], options.disabled),
    workers: resolveWorkers(settings, options.workers, exporter.protocol),
    ringBytes,
    threadRingBytes: resolveThreadRingBytes(settings, options.threadRingBytes),
    arenaBytes: settings.integer(
      {
        option: 'arenaBytes',
        variables: ['OFFLOOP_ARENA_BYTES'],
        min: ARENA_BYTES_MIN,
        max: ARENA_BYTES_MAX,
        unit: 'bytes',
      },
      options.arenaBytes,
      ARENA_BYTES_DEFAULT,
    ),
    ...resolveResource(settings, options),
    entities: resolveEntities(settings, options.entities),
    ...resolveResourceDetectors(settings, options),
    exporter,
    ...traces.destinations,
    ...(traces.hasZipkin ? { zipkin: resolveZipkin(settings, options) } : {}),
    sdkMetrics: settings.boolean('sdkMetrics', ['OTEL_NODE_EXPERIMENTAL_SDK_METRICS'], options.sdkMetrics),
    batch: resolveBatch(settings, options, ringBytes, exporter.maxRequestBytes),
    sampler: resolveSampler(settings, options.sampler),
    propagators: [...resolvePropagators(settings, options.propagators)],
    spanLimits: resolveSpanLimits(settings, options.spanLimits),
    randomFlag: settings.boolean('randomFlag', ['OFFLOOP_TRACE_RANDOM_FLAG'], options.randomFlag, true),
    level: resolveLevel(settings, options.level),
    drainIntervalMillis: settings.integer(
      {
        option: 'drainIntervalMillis',
        variables: ['OFFLOOP_DRAIN_INTERVAL'],
        min: DRAIN_INTERVAL_MILLIS_MIN,
        max: DRAIN_INTERVAL_MILLIS_MAX,
        unit: 'milliseconds',
      },
      options.drainIntervalMillis,
      DRAIN_INTERVAL_MILLIS_DEFAULT,
    ),
    dropWarningThreshold: settings.integer(
      {
        option: 'dropWarningThreshold',
        variables: ['OFFLOOP_DROP_WARNING_THRESHOLD'],
        min: 0,
        max: DROP_WARNING_THRESHOLD_MAX,
      },
      options.dropWarningThreshold,
      DROP_WARNING_THRESHOLD_DEFAULT,
    ),
    // Not unlimited at 0: the end of a process is blocked by this.
    exitTimeoutMillis: settings.integer(
      {
        option: 'exitTimeoutMillis',
        variables: ['OFFLOOP_EXIT_TIMEOUT'],
        min: 0,
        max: EXIT_TIMEOUT_MILLIS_MAX,
        unit: 'milliseconds',
      },
      options.exitTimeoutMillis,
      EXIT_TIMEOUT_MILLIS_DEFAULT,
    ),
    shutdownTimeoutMillis: settings.timeout(
      'shutdownTimeoutMillis',
      ['OFFLOOP_SHUTDOWN_TIMEOUT'],
      options.shutdownTimeoutMillis,
      SHUTDOWN_TIMEOUT_MILLIS_DEFAULT,
    ),
  };
  return { config: deepFreeze(config), warnings: settings.warnings };
}

function resolveWorkers(settings: Settings, option: unknown, protocol: OtlpProtocol): number {
  const variable = 'OFFLOOP_WORKERS';
  const warningsBefore = settings.warnings.length;
  const workers = settings.integerIfGiven(
    { option: 'workers', variables: [variable], min: WORKERS_MIN, max: WORKERS_MAX },
    option,
  );
  if (settings.mode === 'strict' && settings.warnings.length > warningsBefore) {
    throw new OptionError({
      option: variable,
      value: quoteText(settings.variable(variable) ?? ''),
      range: `a whole number from ${WORKERS_MIN} to ${WORKERS_MAX}`,
      remedy: `Set it to ${WORKERS_DEFAULT}, for example, or unset it.`,
    });
  }
  if (protocol !== 'file' || workers === undefined || workers <= 1) return workers ?? WORKERS_DEFAULT;
  // What two threads write at the same time is mixed: a pipe takes long lines in parts.
  settings.warn(`Lines of OTLP are written by one worker: ${workers} workers are not started.`);
  return 1;
}
