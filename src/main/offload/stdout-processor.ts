// OTEL_TRACES_EXPORTER=otlp,otlp/stdout: the second destination, with a ring and a worker of its own, so that neither holds the
// other up. Thread: main. Caller: configure.ts, which loads this module only when it is wanted.

import type { ResolvedConfig } from '../../shared/config/resolved-config.js';
import type { SpanProcessor } from '../sdk/types.js';
import { OffloadSpanProcessor } from './offload-span-processor.js';

/** What was resolved for the first destination counts for this one too; variables are not read again. */
export function createStdoutProcessor(config: ResolvedConfig): SpanProcessor {
  const { exporter, batch, ringBytes, arenaBytes, drainIntervalMillis, dropWarningThreshold } = config;
  const { exitTimeoutMillis, shutdownTimeoutMillis } = config;
  const options = {
    exporter: { protocol: 'file', url: 'stdout', timeoutMillis: exporter.timeoutMillis } as const,
    workers: Math.min(config.workers, 1),
    ...batch,
    exportTimeoutMillis: exporter.timeoutMillis,
    ringBytes,
    arenaBytes,
    drainIntervalMillis,
    dropWarningThreshold,
    exitTimeoutMillis,
    shutdownTimeoutMillis,
  };
  return new OffloadSpanProcessor(options, {}) as SpanProcessor;
}
