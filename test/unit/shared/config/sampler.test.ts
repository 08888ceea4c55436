// Samplers that take more than a ratio: probabilities of 56 bits, remote ones, objects of the user.

import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import type { SamplerName } from '../../../../src/shared/config/resolved-config.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const JAEGER = {
  endpoint: 'http://localhost:5778',
  pollingIntervalMillis: 60_000,
  initialSamplingRate: 0.001,
};
const XRAY = { endpoint: 'http://localhost:2000', pollingIntervalMillis: 300_000, initialSamplingRate: 1 };

const named = (name: string, argument?: string) =>
  withEnvironment({
    OTEL_TRACES_SAMPLER: name,
    ...(argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
  });

describe('a probability', () => {
  const names: SamplerName[] = [
    'probability',
    'parentbased_probability',
    'composite_probability',
    'composite_parent_threshold',
  ];

  test.each(names)('of %s is 1 by default, comes from the argument, and may be 0 or 2^-56', (name) => {
    expect(named(name).config.sampler).toEqual({ name, ratio: 1 });
    for (const ratio of [0, 2 ** -56, 0.25, 1]) {
      expect(withOptions({ sampler: { name, ratio } }).config.sampler).toEqual({ name, ratio });
    }
    expect(named(name, '1.4e-17').config.sampler).toEqual({ name, ratio: 1.4e-17 });
  });

  test.each(names)('of %s below 2^-56 is refused in code and as though not set in the variable', (name) => {
    expect(refusal({ sampler: { name, ratio: 2 ** -57 } }).code).toBe('ERR_OFFLOOP_SAMPLER_RATIO');
    const resolution = named(name, '1e-17');
    expect(resolution.config.sampler).toEqual({ name, ratio: 1 });
    expect(onlyWarning(resolution)).toContain('2^-56');
  });

  test('of a trace id ratio may be as small as it likes', () => {
    expect(named('traceidratio', '1e-17')).toMatchObject({
      config: { sampler: { ratio: 1e-17 } },
      warnings: [],
    });
  });
});

describe('a remote sampler', () => {
  test.each<[SamplerName, object]>([
    ['jaeger_remote', JAEGER],
    ['parentbased_jaeger_remote', JAEGER],
    ['xray', XRAY],
  ])('%s has defaults', (name, remote) => {
    expect(named(name).config.sampler).toEqual({ name, ratio: 1, remote });
    expect(withOptions({ sampler: { name } }).config.sampler).toEqual({ name, ratio: 1, remote });
  });

  test.each([
    [
      'jaeger_remote',
      'endpoint=https://jaeger:1/,pollingIntervalMs=1000,initialSamplingRate=.5',
      {
        endpoint: 'https://jaeger:1/',
        pollingIntervalMillis: 1000,
        initialSamplingRate: 0.5,
      },
    ],
    ['jaeger_remote', ' initialSamplingRate = 1 , ', { ...JAEGER, initialSamplingRate: 1 }],
    [
      'parentbased_jaeger_remote',
      'pollingIntervalMs=86400000',
      { ...JAEGER, pollingIntervalMillis: 86_400_000 },
    ],
    [
      'xray',
      'endpoint=http://proxy:2000,polling_interval=10',
      {
        ...XRAY,
        endpoint: 'http://proxy:2000',
        pollingIntervalMillis: 10_000,
      },
    ],
  ])('%s takes %s', (name, argument, remote) => {
    const resolution = named(name, argument);
    expect(resolution.config.sampler.remote).toEqual(remote);
    expect(resolution.warnings).toEqual([]);
  });

  test.each([
    ['jaeger_remote', '0.25'],
    ['jaeger_remote', 'endpoint=localhost:5778'],
    ['jaeger_remote', 'endpoint=ftp://x'],
    ['jaeger_remote', 'pollingIntervalMs=999'],
    ['jaeger_remote', 'pollingIntervalMs=86400001'],
    ['jaeger_remote', 'pollingIntervalMs=5s'],
    ['jaeger_remote', 'initialSamplingRate=1.01'],
    ['jaeger_remote', 'initialSamplingRate='],
    ['jaeger_remote', 'endpoint=http://x,unknown=1'],
    ['jaeger_remote', 'polling_interval=60'],
    ['jaeger_remote', `endpoint=http://${'x'.repeat(4096)}`],
    ['xray', 'polling_interval=9'],
    ['xray', 'pollingIntervalMs=60000'],
    ['xray', 'initialSamplingRate=0.5'],
  ])('%s ignores the argument %s as a whole, with one warning', (name, argument) => {
    const resolution = named(name, argument);
    expect(resolution.config.sampler.remote).toEqual(name === 'xray' ? XRAY : JAEGER);
    expect(onlyWarning(resolution)).toContain('OTEL_TRACES_SAMPLER_ARG');
  });

  test('shows no password of an endpoint', () => {
    const resolution = named('jaeger_remote', 'endpoint=http://me:hunter2@x,oops=1');
    expect(onlyWarning(resolution)).not.toContain('hunter2');
    expect(refusal({ sampler: { name: 'xray', endpoint: 'ftp://me:hunter2@x' } }).message).not.toContain(
      'hunter2',
    );
  });

  test('takes the same from code, each value checked', () => {
    const sampler = {
      name: 'jaeger_remote' as const,
      endpoint: 'http://jaeger:5778',
      pollingIntervalMillis: 1000,
      initialSamplingRate: 0,
    };
    const { name, ...remote } = sampler;
    expect(withOptions({ sampler }).config.sampler).toEqual({ name, ratio: 1, remote });
    for (const [change, option] of [
      [{ endpoint: 'jaeger' }, 'sampler.endpoint'],
      [{ endpoint: 5 }, 'sampler.endpoint'],
      [{ pollingIntervalMillis: 999 }, 'sampler.pollingIntervalMillis'],
      [{ initialSamplingRate: 1.1 }, 'sampler.initialSamplingRate'],
      [{ name: 'xray', pollingIntervalMillis: 9999 }, 'sampler.pollingIntervalMillis'],
    ] as const) {
      expect(refusal({ sampler: { ...sampler, ...change } }).option).toBe(option);
    }
  });

  test('does not read the variable’s argument when it was named in code', () => {
    const environment = { OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://variable:1' };
    const { config } = resolveConfig({ sampler: { name: 'jaeger_remote' } }, environment, 'strict');
    expect(config.sampler.remote?.endpoint).toBe(JAEGER.endpoint);
  });
});

describe('a sampler object', () => {
  class Mine {
    shouldSample() {
      return { decision: 2 };
    }
  }

  test.each([
    ['a literal', { shouldSample: () => ({ decision: 2 }) }],
    ['an instance of a class', new Mine()],
  ])('that is %s is taken as it is, and beats the variables', (_what, sampler) => {
    const environment = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'x' };
    const resolution = resolveConfig({ sampler }, environment, 'strict');
    expect(resolution.config.sampler).toEqual({ name: 'object', ratio: 1 });
    expect(resolution.warnings).toEqual([]);
    expect(structuredClone(resolution.config)).toEqual(resolution.config);
  });

  test('without a function shouldSample is no sampler', () => {
    expect(refusal({ sampler: { shouldSample: true } }).option).toBe('sampler.name');
  });
});
