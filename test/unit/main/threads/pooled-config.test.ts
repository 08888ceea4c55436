import { expect, test } from 'vitest';
import { overruledOptions, pooledConfig } from '../../../../src/main/threads/pooled-config.js';
import type { StartOptions } from '../../../../src/shared/config/options.js';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';

const resolved = (options: StartOptions) => resolveConfig(options, {}, 'strict').config;
const sampler = { shouldSample: () => ({ decision: 2 }), toString: () => 'mine' };

function overruled(pool: StartOptions, own: StartOptions): readonly string[] {
  const ownConfig = resolved(own);
  return overruledOptions(own, ownConfig, pooledConfig(resolved(pool), ownConfig));
}

test('options that come to the same as those of the pool are not overruled', () => {
  const options: StartOptions = { serviceName: 'shop', workers: 2, sampler: { name: 'always_off' } };
  expect(overruled(options, { ...options })).toEqual([]);
  expect(overruled(options, {})).toEqual([]);
  expect(overruled({ maxQueueSize: 16_384 }, { ringBytes: 4_194_304 })).toEqual([]);
});

test('options that come to something else are named', () => {
  const own: StartOptions = {
    serviceName: 'cart',
    workers: 0,
    maxQueueSize: 1,
    propagators: ['b3'],
    level: 'debug',
  };
  expect(overruled({ serviceName: 'shop' }, own)).toEqual(Object.keys(own));
});

test('an option that says disabled is for this thread alone', () => {
  expect(overruled({}, { disabled: true })).toEqual([]);
});

test('a sampler that is an object runs in the thread it was given to', () => {
  const named = resolved({ sampler: { name: 'always_off' } });
  const object = resolved({ sampler } as unknown as StartOptions);
  expect(pooledConfig(named, object).sampler.name).toBe('object');
  expect(pooledConfig(object, named).sampler.name).toBe('always_off');
  expect(pooledConfig(named, resolved({}))).toEqual(named);
  expect(overruled({ sampler: { name: 'always_off' } }, { sampler } as unknown as StartOptions)).toEqual([]);
});
