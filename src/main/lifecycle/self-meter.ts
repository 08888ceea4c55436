// Whether metrics of offloop itself are wanted, and where they go. Thread: main, at start. Caller: runtime.ts. What makes them is
// loaded only then.

import { createNoopMeter, type MeterProvider, metrics } from '@opentelemetry/api';
import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import { packageFile, requireFromPackage } from '../package/installed-package.js';
import { report } from './diagnostics.js';
import type { ObservedLanes } from './pipeline-metrics.js';

/** A file of its own. */
const METRICS_FILE = 'main/lifecycle/pipeline-metrics.js';
type MetricsModule = typeof import('./pipeline-metrics.js');

/** Undefined: nobody wants any. `given` is the option. */
export function selfMeterProvider(
  given: MeterProvider | undefined,
  { sdkMetrics }: Pick<ResolvedConfig, 'sdkMetrics'>,
): MeterProvider | undefined {
  if (given !== undefined || !sdkMetrics) return given;
  // The API has no proxy for meters: instruments made before a provider is registered stay without effect.
  if (metrics.getMeter('offloop') !== createNoopMeter()) return metrics.getMeterProvider();
  report(
    'warn',
    'no meter provider',
    'OTEL_NODE_EXPERIMENTAL_SDK_METRICS is true, and no global MeterProvider is registered yet: there are no metrics of offloop. ' +
      'Register it before, or give it to start({ meterProvider }).',
  );
  return undefined;
}

export function observeLanes(
  meterProvider: MeterProvider,
  config: Pick<ResolvedConfig, 'exporter'>,
  lanes: ObservedLanes,
): void {
  const { observePipeline } = requireFromPackage(packageFile(METRICS_FILE)) as MetricsModule;
  observePipeline(meterProvider, config.exporter, lanes);
}
