// Every numeric setting at its bounds: the last accepted and the first refused value, in code and in a variable.

import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import type { ResolvedConfig } from '../../../../src/shared/config/resolved-config.js';
import { onlyWarning, refusal, withEnvironment } from './resolve-with.js';

interface NumberCase {
  readonly option: string;
  readonly variable: string | undefined;
  readonly min: number;
  readonly max: number;
  readonly defaultValue: number;
  readonly read: (config: ResolvedConfig) => number;
  /** What the bound becomes when it is not kept as it is. */
  readonly resolved?: (value: number) => number;
  /** Settings without which the greatest value would be lowered. */
  readonly beside?: Record<string, string>;
}

const TIMEOUT_MAX = 2_147_483_647;
const unlimitedAtZero = (value: number): number => (value === 0 ? TIMEOUT_MAX : value);

const cases: NumberCase[] = [
  {
    option: 'workers',
    variable: 'OFFLOOP_WORKERS',
    min: 0,
    max: 16,
    defaultValue: 1,
    read: (c) => c.workers,
  },
  {
    option: 'arenaBytes',
    variable: 'OFFLOOP_ARENA_BYTES',
    min: 65_536,
    max: 67_108_864,
    defaultValue: 1_048_576,
    read: (c) => c.arenaBytes,
  },
  {
    option: 'maxQueueSize',
    variable: 'OTEL_BSP_MAX_QUEUE_SIZE',
    min: 1,
    max: 1_048_576,
    defaultValue: 4_194_304,
    read: (c) => c.ringBytes,
    resolved: (spans) => Math.max(65_536, spans * 256),
  },
  {
    option: 'maxExportBatchSize',
    variable: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    min: 1,
    max: 65_536,
    defaultValue: 2048,
    read: (c) => c.batch.maxExportBatchSize,
    beside: { OFFLOOP_RING_BYTES: '268435456' },
  },
  {
    option: 'maxExportBatchBytes',
    variable: 'OFFLOOP_MAX_EXPORT_BATCH_BYTES',
    min: 4096,
    max: 62_914_560,
    defaultValue: 1_048_576,
    read: (c) => c.batch.maxExportBatchBytes,
  },
  {
    option: 'scheduledDelayMillis',
    variable: 'OTEL_BSP_SCHEDULE_DELAY',
    min: 0,
    max: 3_600_000,
    defaultValue: 5000,
    read: (c) => c.batch.scheduledDelayMillis,
  },
  {
    option: 'exportTimeoutMillis',
    variable: 'OTEL_BSP_EXPORT_TIMEOUT',
    min: 0,
    max: TIMEOUT_MAX,
    defaultValue: 30_000,
    read: (c) => c.exporter.timeoutMillis,
    resolved: unlimitedAtZero,
    beside: { OTEL_EXPORTER_OTLP_TIMEOUT: '0' },
  },
  {
    option: 'exporter.timeoutMillis',
    variable: 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
    min: 0,
    max: TIMEOUT_MAX,
    defaultValue: 10_000,
    read: (c) => c.exporter.timeoutMillis,
    resolved: unlimitedAtZero,
    beside: { OTEL_BSP_EXPORT_TIMEOUT: '0' },
  },
  {
    option: 'exporter.concurrencyLimit',
    variable: 'OFFLOOP_CONCURRENT_EXPORTS',
    min: 1,
    max: 64,
    defaultValue: 4,
    read: (c) => c.exporter.maxConcurrentExports,
  },
  {
    option: 'exporter.maxRequestBytes',
    variable: 'OFFLOOP_MAX_REQUEST_BYTES',
    min: 65_536,
    max: 67_108_864,
    defaultValue: 67_108_864,
    read: (c) => c.exporter.maxRequestBytes,
  },
  {
    option: 'exporter.maxResponseBytes',
    variable: 'OFFLOOP_MAX_RESPONSE_BYTES',
    min: 1024,
    max: 4_194_304,
    defaultValue: 4_194_304,
    read: (c) => c.exporter.maxResponseBytes,
  },
  {
    option: 'drainIntervalMillis',
    variable: 'OFFLOOP_DRAIN_INTERVAL',
    min: 1,
    max: 1000,
    defaultValue: 25,
    read: (c) => c.drainIntervalMillis,
  },
  {
    option: 'dropWarningThreshold',
    variable: 'OFFLOOP_DROP_WARNING_THRESHOLD',
    min: 0,
    max: 2_147_483_647,
    defaultValue: 1,
    read: (c) => c.dropWarningThreshold,
  },
  {
    option: 'exitTimeoutMillis',
    variable: 'OFFLOOP_EXIT_TIMEOUT',
    min: 0,
    max: 60_000,
    defaultValue: 2000,
    read: (c) => c.exitTimeoutMillis,
  },
  {
    option: 'shutdownTimeoutMillis',
    variable: 'OFFLOOP_SHUTDOWN_TIMEOUT',
    min: 0,
    max: TIMEOUT_MAX,
    defaultValue: 10_000,
    read: (c) => c.shutdownTimeoutMillis,
    resolved: unlimitedAtZero,
  },
  {
    option: 'spanLimits.attributeDepthLimit',
    variable: undefined,
    min: 1,
    max: 64,
    defaultValue: 64,
    read: (c) => c.spanLimits.attributeDepthLimit,
  },
  {
    option: 'spanLimits.attributeValueLengthLimit',
    variable: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    min: 0,
    max: 4_294_967_295,
    defaultValue: 1_073_741_823,
    read: (c) => c.spanLimits.attributeValueLengthLimit,
    // Longer than any string: the same as no limit.
    resolved: (value) => Math.min(value, 1_073_741_823),
  },
  ...(
    [
      ['attributeCountLimit', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'],
      ['eventCountLimit', 'OTEL_SPAN_EVENT_COUNT_LIMIT'],
      ['linkCountLimit', 'OTEL_SPAN_LINK_COUNT_LIMIT'],
      ['attributePerEventCountLimit', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'],
      ['attributePerLinkCountLimit', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'],
    ] as const
  ).map(([name, variable]) => ({
    option: `spanLimits.${name}`,
    variable,
    min: 0,
    max: 65_536,
    defaultValue: 128,
    read: (c: ResolvedConfig) => c.spanLimits[name],
  })),
];

/** `a.b` and 3 become `{ a: { b: 3 } }`. */
function optionsOf(path: string, value: unknown): object {
  return path.split('.').reduceRight((inner: unknown, name) => ({ [name]: inner }), value) as object;
}

describe.each(cases)(
  '$option',
  ({ option, variable, min, max, defaultValue, read, resolved, beside = {} }) => {
    const expected = (value: number): number => (resolved === undefined ? value : resolved(value));

    test(`is ${defaultValue} by default`, () => {
      const resolution = withEnvironment(beside);
      expect(read(resolution.config)).toBe(defaultValue);
      expect(resolution.warnings).toEqual([]);
    });

    test.each([min, max])('accepts %d in code', (value) => {
      const resolution = resolveConfig(optionsOf(option, value), beside, 'strict');
      expect(read(resolution.config)).toBe(expected(value));
      expect(resolution.warnings).toEqual([]);
    });

    test.each([min - 1, max + 1, min + 0.5, Number.NaN, '5', null, {}, []])('refuses %j in code', (value) => {
      const error = refusal(optionsOf(option, value));
      expect(error.option).toBe(option);
      expect(error.range).toContain(`from ${min} to ${max}`);
      expect(error.message).toContain(error.remedy);
      expect(error.remedy).not.toBe('');
    });

    if (variable === undefined) return;

    test.each([String(min), String(max), ` ${max} `, `+${max}`])(`accepts ${variable}=%j`, (text) => {
      const resolution = withEnvironment({ ...beside, [variable]: text });
      expect(read(resolution.config)).toBe(expected(Number(text)));
      expect(resolution.warnings).toEqual([]);
    });

    test.each(['', '  '])(`takes ${variable}=%j for not set`, (text) => {
      const resolution = withEnvironment({ ...beside, [variable]: text });
      expect(read(resolution.config)).toBe(defaultValue);
      expect(resolution.warnings).toEqual([]);
    });

    test.each([String(min - 1), String(max + 1), '1.5', '1e1', '0x10', 'many', 'Infinity', '1'.repeat(40)])(
      `warns once of ${variable}=%j and uses the default`,
      (text) => {
        const resolution = withEnvironment({ ...beside, [variable]: text });
        expect(read(resolution.config)).toBe(defaultValue);
        const warning = onlyWarning(resolution);
        expect(warning).toContain(variable);
        expect(warning).toContain(JSON.stringify(text));
        expect(warning).toContain(`from ${min} to ${max}`);
        expect(warning).toContain('It is ignored');
      },
    );

    test(`in code beats ${variable}, right or wrong`, () => {
      for (const text of [String(max), 'many']) {
        const resolution = resolveConfig(optionsOf(option, min), { ...beside, [variable]: text }, 'strict');
        expect(read(resolution.config)).toBe(expected(min));
      }
    });
  },
);

test.each(['-1', '17', 'two', '1.5'])(
  'OFFLOOP_WORKERS=%s stops start() and names value, range and remedy',
  (text) => {
    expect(() => resolveConfig({}, { OFFLOOP_WORKERS: text }, 'strict')).toThrow(
      expect.objectContaining({
        code: 'ERR_OFFLOOP_WORKERS',
        option: 'OFFLOOP_WORKERS',
        value: JSON.stringify(text),
        range: 'a whole number from 0 to 16',
        remedy: 'Set it to 1, for example, or unset it.',
      }),
    );
    expect(resolveConfig({ workers: 3 }, { OFFLOOP_WORKERS: text }, 'strict').config.workers).toBe(3);
  },
);

test('a time-out of 0 is unlimited, for which the greatest delay of a timer stands', () => {
  const { config } = withEnvironment({ OTEL_EXPORTER_OTLP_TIMEOUT: '0', OTEL_BSP_EXPORT_TIMEOUT: '0' });
  expect(config.exporter.timeoutMillis).toBe(2 ** 31 - 1);
});

test('the smaller one of the two time-outs of an export counts', () => {
  const timeouts = (exporter: string, processor: string): number =>
    withEnvironment({ OTEL_EXPORTER_OTLP_TIMEOUT: exporter, OTEL_BSP_EXPORT_TIMEOUT: processor }).config
      .exporter.timeoutMillis;
  expect(timeouts('20000', '15000')).toBe(15_000);
  expect(timeouts('15000', '20000')).toBe(15_000);
  expect(timeouts('0', '700')).toBe(700);
});

test('a general limit of attributes counts where the one of spans is not set or wrong', () => {
  const limit = (environment: Record<string, string>): number =>
    withEnvironment(environment).config.spanLimits.attributeCountLimit;
  expect(limit({ OTEL_ATTRIBUTE_COUNT_LIMIT: '7' })).toBe(7);
  expect(limit({ OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '9' })).toBe(9);
  expect(limit({ OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '-9' })).toBe(7);
});

test('a general limit of attributes is not one of events and links', () => {
  const { spanLimits } = withEnvironment({ OTEL_ATTRIBUTE_COUNT_LIMIT: '7' }).config;
  expect(spanLimits.attributePerEventCountLimit).toBe(128);
  expect(spanLimits.attributePerLinkCountLimit).toBe(128);
});

test('the value length has a general variable too, 0 is a limit and Infinity is none', () => {
  const { spanLimits } = withEnvironment({ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '0' }).config;
  expect(spanLimits.attributeValueLengthLimit).toBe(0);
  const unlimited = resolveConfig(
    { spanLimits: { attributeValueLengthLimit: Number.POSITIVE_INFINITY } },
    {},
    'strict',
  );
  expect(unlimited.config.spanLimits.attributeValueLengthLimit).toBe(2 ** 30 - 1);
});
