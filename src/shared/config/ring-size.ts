// Bytes of a ring, given as bytes or as a number of spans. Thread: main; caller: resolve.ts.
// Order: `ringBytes`, `maxQueueSize`, OFFLOOP_RING_BYTES, OTEL_BSP_MAX_QUEUE_SIZE, the default.

import { OptionError } from '../errors.js';
import {
  QUEUE_SIZE_MAX,
  QUEUE_SIZE_MIN,
  RING_BYTES_DEFAULT,
  RING_BYTES_MAX,
  RING_BYTES_MIN,
  SPAN_BYTES_ESTIMATE,
} from '../limits.js';
import type { StartOptions } from './options.js';
import { quoteValue } from './quote.js';
import type { Settings } from './settings.js';

const RANGE = `a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX} (bytes)`;

export function resolveRingBytes(settings: Settings, options: Partial<StartOptions>): number {
  const queue = { option: 'maxQueueSize', min: QUEUE_SIZE_MIN, max: QUEUE_SIZE_MAX, unit: 'spans' };
  const queueSize = settings.integerIfGiven({ ...queue, variables: [] }, options.maxQueueSize);
  if (options.ringBytes !== undefined) return ringBytesOfOption(options.ringBytes);
  if (queueSize !== undefined) return ringBytesForSpans(queueSize);
  const fromVariable = settings.parsed({
    option: 'ringBytes',
    variables: ['OFFLOOP_RING_BYTES'],
    range: RANGE,
    remedy: `It is ignored; write ${RING_BYTES_DEFAULT}, for example.`,
    parse: (text) => {
      const bytes = /^\d{1,15}$/.test(text) ? Number(text) : 0;
      return isRingBytes(bytes) ? bytes : undefined;
    },
  });
  if (fromVariable !== undefined) return fromVariable;
  const spans = settings.integerIfGiven({ ...queue, variables: ['OTEL_BSP_MAX_QUEUE_SIZE'] }, undefined);
  return spans === undefined ? RING_BYTES_DEFAULT : ringBytesForSpans(spans);
}

/** Rounded up to a size that a ring can have. */
export function ringBytesForSpans(spans: number): number {
  return powerOfTwoFor(spans * SPAN_BYTES_ESTIMATE);
}

function ringBytesOfOption(value: unknown): number {
  if (typeof value === 'number' && isRingBytes(value)) return value;
  const near = typeof value === 'number' && value > 0 ? powerOfTwoFor(value) : RING_BYTES_DEFAULT;
  throw new OptionError({
    option: 'ringBytes',
    value: quoteValue(value),
    range: RANGE,
    remedy: `Use ${near}, for example.`,
  });
}

function powerOfTwoFor(bytes: number): number {
  let ringBytes = RING_BYTES_MIN;
  while (ringBytes < bytes && ringBytes < RING_BYTES_MAX) ringBytes *= 2;
  return ringBytes;
}

function isRingBytes(bytes: number): boolean {
  return bytes >= RING_BYTES_MIN && bytes <= RING_BYTES_MAX && Number.isInteger(Math.log2(bytes));
}
