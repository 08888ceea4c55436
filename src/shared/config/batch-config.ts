// When a batch is full, and how that is kept within the ring and the request. Thread: main; caller: resolve.ts.

import {
  BATCH_BYTES_DEFAULT,
  BATCH_BYTES_MAX,
  BATCH_BYTES_MIN,
  BATCH_SIZE_DEFAULT,
  BATCH_SIZE_MAX,
  BATCH_SIZE_MIN,
  REQUEST_BYTES_MAX,
  SCHEDULED_DELAY_MILLIS_DEFAULT,
  SCHEDULED_DELAY_MILLIS_MAX,
  SPAN_BYTES_ESTIMATE,
} from '../limits.js';
import type { StartOptions } from './options.js';
import type { BatchConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

export function resolveBatch(
  settings: Settings,
  options: Partial<StartOptions>,
  ringBytes: number,
  maxRequestBytes: number,
): BatchConfig {
  return {
    maxExportBatchSize: batchSize(settings, options, ringBytes),
    maxExportBatchBytes: batchBytes(settings, options, maxRequestBytes),
    scheduledDelayMillis: settings.integer(
      {
        option: 'scheduledDelayMillis',
        variables: ['OTEL_BSP_SCHEDULE_DELAY'],
        min: 0,
        max: SCHEDULED_DELAY_MILLIS_MAX,
        unit: 'milliseconds',
      },
      options.scheduledDelayMillis,
      SCHEDULED_DELAY_MILLIS_DEFAULT,
    ),
  };
}

/**
 * Ring space is released when a batch was acknowledged. A batch of more than half the ring would leave no room for
 * the next one while it is in flight; of more than the whole ring, it would never be full.
 */
function batchSize(settings: Settings, options: Partial<StartOptions>, ringBytes: number): number {
  const given = settings.integerIfGiven(
    {
      option: 'maxExportBatchSize',
      variables: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
      min: BATCH_SIZE_MIN,
      max: BATCH_SIZE_MAX,
      unit: 'spans',
    },
    options.maxExportBatchSize,
  );
  const bound = Math.floor(ringBytes / SPAN_BYTES_ESTIMATE / 2);
  if (given !== undefined && given > bound) {
    settings.warn(
      `maxExportBatchSize is ${given}, but half of a ring of ${ringBytes} bytes holds about ${bound} spans; ` +
        `${bound} is used. A larger ringBytes (or maxQueueSize) allows more.`,
    );
  }
  return Math.min(given ?? BATCH_SIZE_DEFAULT, bound);
}

/** Leaves the request the same share for its envelope as the greatest batch leaves the greatest request. */
function batchBytes(settings: Settings, options: Partial<StartOptions>, maxRequestBytes: number): number {
  const given = settings.integerIfGiven(
    {
      option: 'maxExportBatchBytes',
      variables: ['OFFLOOP_MAX_EXPORT_BATCH_BYTES'],
      min: BATCH_BYTES_MIN,
      max: BATCH_BYTES_MAX,
      unit: 'bytes',
    },
    options.maxExportBatchBytes,
  );
  const bound = Math.floor((maxRequestBytes / REQUEST_BYTES_MAX) * BATCH_BYTES_MAX);
  if (given !== undefined && given > bound) {
    settings.warn(
      `maxExportBatchBytes is ${given}, but a request may have ${maxRequestBytes} bytes; ${bound} is used. ` +
        'A larger exporter.maxRequestBytes allows more.',
    );
  }
  return Math.min(given ?? BATCH_BYTES_DEFAULT, bound);
}
