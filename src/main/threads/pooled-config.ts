// The configuration of a thread that records into another thread's pool: that of the pool. What the thread asked for itself
// and does not get is told, once. Thread: any but the one that has the pool. Caller: runtime.ts.

import { isDeepStrictEqual } from 'node:util';
import type { StartOptions } from '../../shared/config/options.js';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';

/** Where each option ends up. `disabled` alone counts in each thread. */
const CONFIG_OF_OPTION: Readonly<Record<keyof StartOptions, readonly (keyof ResolvedConfig)[]>> = {
  disabled: [],
  serviceName: ['serviceName'],
  resourceAttributes: ['resourceAttributes'],
  entities: ['entities'],
  resourceDetectors: ['resourceDetectors'],
  processCommandArgs: ['processCommandArgs'],
  tracesExporter: ['exportTraces', 'stdoutTraces', 'consoleTraces', 'zipkin'],
  exporter: ['exporter'],
  zipkin: ['zipkin'],
  sdkMetrics: ['sdkMetrics'],
  workers: ['workers'],
  ringBytes: ['ringBytes'],
  threadRingBytes: ['threadRingBytes'],
  maxQueueSize: ['ringBytes'],
  arenaBytes: ['arenaBytes'],
  maxExportBatchSize: ['batch'],
  maxExportBatchBytes: ['batch'],
  scheduledDelayMillis: ['batch'],
  exportTimeoutMillis: ['exporter'],
  sampler: ['sampler'],
  propagators: ['propagators'],
  spanLimits: ['spanLimits'],
  randomFlag: ['randomFlag'],
  level: ['level'],
  dropWarningThreshold: ['dropWarningThreshold'],
  drainIntervalMillis: ['drainIntervalMillis'],
  exitTimeoutMillis: ['exitTimeoutMillis'],
  shutdownTimeoutMillis: ['shutdownTimeoutMillis'],
};

/**
 * A sampler that is an object runs in the thread it was given to: the pool's cannot be here, so this thread's own
 * configuration decides then; and its own object, if it has one, always does.
 */
export function pooledConfig(pool: ResolvedConfig, own: ResolvedConfig): ResolvedConfig {
  const isObject = own.sampler.name === 'object' || pool.sampler.name === 'object';
  return isObject ? { ...pool, sampler: own.sampler } : pool;
}

/** Names of the options given in this thread that the pool has otherwise. `used` is what `pooledConfig` made. */
export function overruledOptions(
  options: StartOptions,
  own: ResolvedConfig,
  used: ResolvedConfig,
): readonly string[] {
  return Object.keys(options).filter((name) => {
    if (options[name as keyof StartOptions] === undefined) return false;
    const places = CONFIG_OF_OPTION[name as keyof StartOptions];
    return places.some((place) => !isDeepStrictEqual(own[place], used[place]));
  });
}
