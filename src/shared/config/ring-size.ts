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
  THREAD_RING_BYTES_DEFAULT,
} from '../limits.js';
import type { StartOptions } from './options.js';
import { quoteValue } from './quote.js';
import type { Settings } from './settings.js';

const RANGE = `a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX} (bytes)`;

export function resolveRingBytes(settings: Settings, options: Partial<StartOptions>): number {
  const queue = { option: 'maxQueueSize', min: QUEUE_SIZE_MIN, max: QUEUE_SIZE_MAX, unit: 'spans' };
  const queueSize = settings.integerIfGiven({ ...queue, variables: [] }, options.maxQueueSize);
  if (options.ringBytes !== undefined) {
    return ringBytesOfOption('ringBytes', options.ringBytes, RING_BYTES_DEFAULT);
  }
  if (queueSize !== undefined) return ringBytesForSpans(queueSize);
  const fromVariable = ringBytesOfVariable(settings, 'ringBytes', 'OFFLOOP_RING_BYTES', RING_BYTES_DEFAULT);
  if (fromVariable !== undefined) return fromVariable;
  const spans = settings.integerIfGiven({ ...queue, variables: ['OTEL_BSP_MAX_QUEUE_SIZE'] }, undefined);
  return spans === undefined ? RING_BYTES_DEFAULT : ringBytesForSpans(spans);
}

/** Of each thread that records into another thread's pool. */
export function resolveThreadRingBytes(settings: Settings, option: unknown): number {
  const name = 'threadRingBytes';
  if (option !== undefined) return ringBytesOfOption(name, option, THREAD_RING_BYTES_DEFAULT);
  const variable = 'OFFLOOP_THREAD_RING_BYTES';
  return (
    ringBytesOfVariable(settings, name, variable, THREAD_RING_BYTES_DEFAULT) ?? THREAD_RING_BYTES_DEFAULT
  );
}

/** Rounded up to a size that a ring can have. */
export function ringBytesForSpans(spans: number): number {
  return powerOfTwoFor(spans * SPAN_BYTES_ESTIMATE);
}

function ringBytesOfVariable(
  settings: Settings,
  option: string,
  variable: string,
  example: number,
): number | undefined {
  return settings.parsed({
    option,
    variables: [variable],
    range: RANGE,
    remedy: `It is ignored; write ${example}, for example.`,
    parse: (text) => {
      const bytes = /^\d{1,15}$/.test(text) ? Number(text) : 0;
      return isRingBytes(bytes) ? bytes : undefined;
    },
  });
}

function ringBytesOfOption(option: string, value: unknown, example: number): number {
  if (typeof value === 'number' && isRingBytes(value)) return value;
  const near = typeof value === 'number' && value > 0 ? powerOfTwoFor(value) : example;
  throw new OptionError({
    option,
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
