// Section C1 of the checklist: how variables are read, whichever they are. One variable of each type stands for all of its type:
// every setting goes through shared/config/settings.ts. All of them at their bounds: test/unit/shared/config/numbers.test.ts.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StartOptions } from '../../../src/shared/config/options.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';

const TIMEOUT_MAX = 2 ** 31 - 1;

function read(environment: Record<string, string>) {
  return resolveConfig(undefined, environment, 'lenient');
}

const DEFAULTS = read({}).config;

const ONE_OF_EACH = {
  OTEL_SDK_DISABLED: 'true',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_TRACES_SAMPLER: 'always_off',
  OTEL_PROPAGATORS: 'b3',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://example.test',
  OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
  OTEL_EXPORTER_OTLP_TIMEOUT: '1',
  OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
  OTEL_RESOURCE_ATTRIBUTES: 'a=b',
  OTEL_SERVICE_NAME: 'name',
  OTEL_BSP_SCHEDULE_DELAY: '1',
  OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};

describe('C1.1 empty is unset', () => {
  test('C1.1 each of these variables changes something when it is set', () => {
    for (const [name, value] of Object.entries(ONE_OF_EACH)) {
      expect(read({ [name]: value }).config, name).not.toEqual(DEFAULTS);
    }
  });

  test.each(['', ' ', '\t\n'])('C1.1 as %j they are as not set, without a warning', (value) => {
    for (const name of Object.keys(ONE_OF_EACH)) {
      expect(read({ [name]: value }), name).toEqual({ config: DEFAULTS, warnings: [] });
    }
  });

  test('C1.1 an empty specific variable leaves the word to the general one', () => {
    const { config } = read({
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: '',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: ' ',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
    });
    expect(config.exporter.protocol).toBe('grpc');
    expect(config.spanLimits.attributeCountLimit).toBe(7);
  });
});

describe('C1.2 booleans', () => {
  test.each(['true', 'TRUE', 'True', ' true '])('C1.2 %j is true', (value) => {
    expect(read({ OTEL_SDK_DISABLED: value })).toMatchObject({ config: { disabled: true }, warnings: [] });
  });

  test.each(['false', 'FALSE', ''])('C1.2 %j is false, without a warning', (value) => {
    expect(read({ OTEL_SDK_DISABLED: value })).toMatchObject({ config: { disabled: false }, warnings: [] });
  });

  test.each(['1', 'yes', 'on', 'truee', '0', 'no'])('C1.2 %j is false, with a warning', (value) => {
    const { config, warnings } = read({ OTEL_SDK_DISABLED: value });
    expect(config.disabled).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`"${value}"`);
  });

  test('C1.2 what is not true is false also where the default is true, and leaves no word to a weaker variable', () => {
    const flag = read({ OFFLOOP_TRACE_RANDOM_FLAG: 'off' });
    expect(flag.config.randomFlag).toBe(false);
    expect(flag.warnings).toHaveLength(1);
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'collector:4317';
    const insecure = (own: string) =>
      read({
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_ENDPOINT,
        OTEL_EXPORTER_OTLP_TRACES_INSECURE: own,
        OTEL_EXPORTER_OTLP_INSECURE: 'true',
      }).config.exporter.insecure;
    expect([insecure(''), insecure('true'), insecure('false'), insecure('yes')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('C1.3 and C1.4 numbers', () => {
  test.each(['x', '1.5', '1e3', '0x10', '1 2', '10ms', '١', '--1', 'NaN', 'Infinity', '9'.repeat(16)])(
    'C1.3 %j is no number: one warning, and the default',
    (value) => {
      const { config, warnings } = read({ OTEL_SPAN_EVENT_COUNT_LIMIT: value });
      expect(config).toEqual(DEFAULTS);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('OTEL_SPAN_EVENT_COUNT_LIMIT');
    },
  );

  test.each([
    ['0', 0],
    ['007', 7],
    ['+5', 5],
    [' 65536 ', 65_536],
  ])('C1.3 %j is %d', (value, number) => {
    const { config, warnings } = read({ OTEL_SPAN_EVENT_COUNT_LIMIT: value });
    expect(config.spanLimits.eventCountLimit).toBe(number);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['OTEL_SPAN_EVENT_COUNT_LIMIT', '-1'],
    ['OTEL_SPAN_EVENT_COUNT_LIMIT', '65537'],
    ['OTEL_ATTRIBUTE_COUNT_LIMIT', '-1'],
    ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '-1'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-5'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0'],
    ['OTEL_BSP_SCHEDULE_DELAY', '3600001'],
  ])('C1.4 %s=%s is out of range: one warning, and the default', (name, value) => {
    const { config, warnings } = read({ [name]: value });
    expect(config).toEqual(DEFAULTS);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(value);
  });

  test('C1.4 a wrong specific variable leaves the word to the general one', () => {
    const { config, warnings } = read({
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '-1',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
    });
    expect(config.spanLimits.attributeCountLimit).toBe(7);
    expect(warnings).toHaveLength(1);
  });

  test.each(['-0.1', '1.1', 'x', '0,5', ''])('C1.4 a ratio of %j is ignored', (value) => {
    const { config, warnings } = read({
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: value,
    });
    expect(config.sampler).toMatchObject({ name: 'traceidratio', ratio: 1 });
    expect(warnings).toHaveLength(value === '' ? 0 : 1);
  });
});

describe('C1.5 durations and time-outs', () => {
  test('C1.5 they are whole milliseconds', () => {
    const { config } = read({ OTEL_BSP_SCHEDULE_DELAY: '1234', OTEL_EXPORTER_OTLP_TIMEOUT: '4321' });
    expect(config.batch.scheduledDelayMillis).toBe(1234);
    expect(config.exporter.timeoutMillis).toBe(4321);
  });

  test.each(['OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_BSP_EXPORT_TIMEOUT', 'OTEL_BSP_SCHEDULE_DELAY'])(
    'C1.5 %s=-1 is a warning and the default',
    (name) => {
      const { config, warnings } = read({ [name]: '-1' });
      expect(config).toEqual(DEFAULTS);
      expect(warnings).toHaveLength(1);
    },
  );

  test('C1.5 a time-out of 0 is unlimited, a delay of 0 is 0', () => {
    const { config, warnings } = read({
      OTEL_EXPORTER_OTLP_TIMEOUT: '0',
      OTEL_BSP_EXPORT_TIMEOUT: '0',
      OTEL_BSP_SCHEDULE_DELAY: '0',
    });
    expect(config.exporter.timeoutMillis).toBe(TIMEOUT_MAX);
    expect(config.batch.scheduledDelayMillis).toBe(0);
    expect(warnings).toEqual([]);
  });
});

describe('C1.6 words', () => {
  test.each([
    ['OTEL_TRACES_SAMPLER', 'ALWAYS_Off', { sampler: { name: 'always_off' } }],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'GRPC', { exporter: { protocol: 'grpc' } }],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'GZip', { exporter: { compression: 'gzip' } }],
    ['OTEL_PROPAGATORS', 'B3Multi', { propagators: ['b3multi'] }],
    ['OTEL_TRACES_EXPORTER', 'NONE', { exportTraces: false }],
    ['OTEL_NODE_RESOURCE_DETECTORS', 'Host', { resourceDetectors: ['host'] }],
  ])('C1.6 %s=%s means the same in any case', (name, value, config) => {
    expect(read({ [name]: value })).toMatchObject({ config, warnings: [] });
  });

  test.each([
    ['OTEL_TRACES_SAMPLER', 'Some_Times'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'Http'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'LZ4'],
    ['OTEL_PROPAGATORS', 'Zipkin'],
    ['OTEL_TRACES_EXPORTER', 'Logging'],
    ['OTEL_NODE_RESOURCE_DETECTORS', 'Moon'],
  ])('C1.6 %s=%s is unknown: one warning that shows it as it was written, and the default', (name, value) => {
    const { config, warnings } = read({ [name]: value });
    expect(config).toEqual(DEFAULTS);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(value);
  });
});

test('C1.7 every option names its variable, and every variable of the configuration is some option’s', () => {
  const folder = new URL('../../../src/shared/config/', import.meta.url);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('-config.ts') || name === 'resolve.ts' || name === 'ring-size.ts')
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const documented = readFileSync(new URL('options.ts', folder), 'utf8');
  // Two spellings of OTel JS before 2.0 are still read.
  const older = ['OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'];
  const used = new Set(
    sources.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '').match(/\b(?:OTEL|OFFLOOP)_[A-Z0-9_]+\b/g),
  );
  const undocumented = [...used].filter(
    (name) => !documented.includes(`\`${name}`) && !older.includes(name) && !name.endsWith('_'),
  );
  expect(undocumented).toEqual([]);
  expect(used.size).toBeGreaterThan(25);
});

test('C1.8 variables of our own have our prefix', () => {
  const ours: (keyof StartOptions)[] = ['workers', 'ringBytes', 'arenaBytes', 'drainIntervalMillis'];
  const documented = readFileSync(new URL('../../../src/shared/config/options.ts', import.meta.url), 'utf8');
  for (const option of ours) {
    const text = documented.slice(0, documented.indexOf(`readonly ${option}?`));
    const last = [...text.matchAll(/Variable `([A-Z_]+)`/g)].at(-1);
    expect(last?.[1], option).toMatch(/^OFFLOOP_/);
  }
  // The OTEL_NODE_ ones mean what they mean in OpenTelemetry JS.
  const names = new Set(documented.match(/OTEL_NODE_[A-Z_]+/g));
  expect([...names].sort()).toEqual(['OTEL_NODE_EXPERIMENTAL_SDK_METRICS', 'OTEL_NODE_RESOURCE_DETECTORS']);
});
