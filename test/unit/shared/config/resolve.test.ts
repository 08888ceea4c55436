// What holds for every configuration, whatever it was made of.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StartOptions } from '../../../../src/shared/config/options.js';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { OptionError } from '../../../../src/shared/errors.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const VARIABLES = [
  'OTEL_SDK_DISABLED',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_PROPAGATORS',
  'OTEL_BSP_SCHEDULE_DELAY',
  'OTEL_BSP_EXPORT_TIMEOUT',
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_EVENT_COUNT_LIMIT',
  'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
  'OFFLOOP_WORKERS',
  'OFFLOOP_RING_BYTES',
  'OFFLOOP_THREAD_RING_BYTES',
  'OFFLOOP_ARENA_BYTES',
  'OFFLOOP_DRAIN_INTERVAL',
  'OFFLOOP_DROP_WARNING_THRESHOLD',
  'OFFLOOP_EXIT_TIMEOUT',
  'OFFLOOP_SHUTDOWN_TIMEOUT',
  'OFFLOOP_MAX_EXPORT_BATCH_BYTES',
  'OFFLOOP_MAX_REQUEST_BYTES',
  'OFFLOOP_MAX_RESPONSE_BYTES',
  'OFFLOOP_CONCURRENT_EXPORTS',
  ...[
    'ENDPOINT',
    'PROTOCOL',
    'HEADERS',
    'COMPRESSION',
    'TIMEOUT',
    'INSECURE',
    'CERTIFICATE',
    'CLIENT_KEY',
  ].flatMap((suffix) => [`OTEL_EXPORTER_OTLP_${suffix}`, `OTEL_EXPORTER_OTLP_TRACES_${suffix}`]),
];

const SECRET = 'hunter2';

/** Texts that come close to being right, and any other text. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    'true',
    'grpc',
    'none',
    'gzip',
    'http/json',
    'traceidratio',
    'unix:/x',
    'a:1',
    '__proto__',
  ),
  fc.double().map(String),
  fc.integer().map(String),
  fc.bigInt().map(String),
  fc.webUrl({ withQueryParameters: true }),
  fc
    .array(fc.tuple(fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 })), {
      maxLength: 6,
    })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join()),
);
const environments = fc.dictionary(fc.constantFrom(...VARIABLES), fc.option(text, { nil: undefined }));

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  for (const part of Object.values(value)) expectFrozen(part);
}

describe('any environment', () => {
  test('gives a frozen configuration that can be cloned to a worker, and never an exception under register', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const { config, warnings } = resolveConfig(undefined, environment, 'lenient');
        expectFrozen(config);
        expect(structuredClone(config)).toEqual(config);
        for (const warning of warnings) expect(warning).toMatch(/^(OTEL|OFFLOOP|max)/);
      }),
      { numRuns: 500 },
    );
  });

  test('resolves to headers and URLs that every transport takes', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const { exporter } = resolveConfig(undefined, environment, 'lenient').config;
        for (const [name, value] of Object.entries(exporter.headers)) {
          expect(name).toMatch(/^[!#-'*+.^-z|~0-9-]+$/);
          expect(value).toMatch(/^[\x20-\x7e]*$/);
        }
        if (exporter.protocol !== 'grpc') new Headers({ ...exporter.headers });
        if (exporter.protocol !== 'grpc') expect(new URL(exporter.url).username).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same warnings as it has wrong variables, and none shows a secret', () => {
    const secretive = fc.constantFrom(
      `http://user:${SECRET}@/`,
      `ftp://user:${SECRET}@host`,
      `https://host:99999/?key=${SECRET}`,
    );
    const headers = fc.constantFrom(
      `x y=${SECRET}`,
      `${SECRET}`,
      `=${SECRET}`,
      `a=${SECRET}%0a`,
      `a=%${SECRET}`,
    );
    fc.assert(
      fc.property(secretive, headers, (endpoint, list) => {
        const { warnings } = withEnvironment({
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_EXPORTER_OTLP_HEADERS: list,
        });
        expect(warnings).toHaveLength(2);
        expect(warnings.join()).not.toContain(SECRET);
      }),
    );
  });
});

test('start() is stopped by no variable but OFFLOOP_WORKERS', () => {
  fc.assert(
    fc.property(environments, (environment) => {
      const lenient = resolveConfig(undefined, environment, 'lenient');
      const { OFFLOOP_WORKERS: workers, ...others } = environment;
      const isWrong = lenient.warnings.some((warning) => warning.startsWith('OFFLOOP_WORKERS'));
      if (isWrong) expect(() => resolveConfig(undefined, environment, 'strict')).toThrow(OptionError);
      else expect(resolveConfig(undefined, environment, 'strict')).toEqual(lenient);
      expect(() => resolveConfig(undefined, others, 'strict')).not.toThrow();
      if (workers === undefined) expect(isWrong).toBe(false);
    }),
    { numRuns: 300 },
  );
});

describe('options', () => {
  test('of any kind are accepted, or refused with an option error and nothing else', () => {
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true }),
      fc.dictionary(
        fc.constantFrom('protocol', 'url', 'headers', 'name', 'ratio', 'timeoutMillis'),
        fc.anything(),
      ),
    );
    const names = [
      'workers',
      'exporter',
      'sampler',
      'ringBytes',
      'propagators',
      'spanLimits',
      'resourceAttributes',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, 'serviceName', 'other'), value), (options) => {
        try {
          expectFrozen(resolveConfig(options as StartOptions, {}, 'strict').config);
        } catch (error) {
          expect(error).toBeInstanceOf(OptionError);
          expect((error as OptionError).message.length).toBeLessThan(1000);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([null, 7, 'x', [], true])('%j instead of an object is refused', (options) => {
    expect(refusal(options).code).toBe('ERR_OFFLOOP_OPTIONS');
  });

  test.each(['exporter', 'sampler', 'spanLimits'])('%s must be an object', (group) => {
    for (const value of [null, 7, 'x', []]) expect(refusal({ [group]: value }).option).toBe(group);
  });

  test.each([
    [{ worker: 2 }, 'options has no "worker"'],
    [{ exporter: { timeout: 2 } }, 'exporter has no "timeout"'],
    [{ spanLimits: { attributeCount: 2 } }, 'spanLimits has no "attributeCount"'],
  ])('%j is a warning that lists the names', (options, text) => {
    expect(onlyWarning(withOptions(options as object))).toContain(text);
  });

  test('an option that is undefined is not given', () => {
    const options = { workers: undefined, exporter: { url: undefined }, sampler: undefined };
    expect(resolveConfig(options as object, {}, 'strict')).toEqual(resolveConfig({}, {}, 'strict'));
  });

  test('wrong options are refused under register too', () => {
    expect(() => resolveConfig({ workers: 99 }, {}, 'lenient')).toThrow(/workers is 99/);
  });

  test('the configuration shares nothing with the options', () => {
    const headers = { a: '1' };
    const propagators: ('baggage' | 'tracecontext')[] = ['baggage'];
    const { config } = withOptions({ exporter: { headers }, propagators });
    headers.a = '2';
    propagators.push('tracecontext');
    expect(config.exporter.headers).toEqual({ a: '1' });
    expect(config.propagators).toEqual(['baggage']);
  });
});

test('resolving twice gives equal configurations: nothing is kept from one time to the next', () => {
  const environment = { OTEL_PROPAGATORS: 'none', OFFLOOP_WORKERS: '3' };
  expect(withEnvironment(environment)).toEqual(withEnvironment(environment));
  expect(withEnvironment({}).config.propagators).toEqual(['tracecontext', 'baggage']);
});
