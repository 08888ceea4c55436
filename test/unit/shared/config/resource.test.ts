import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const VARIABLE = 'OTEL_RESOURCE_ATTRIBUTES';

describe('the service name', () => {
  test('is taken from code, then the variables, each before service.name among the attributes', () => {
    const environment = { OTEL_SERVICE_NAME: 'variable', [VARIABLE]: 'service.name=attribute' };
    const name = (options: object, variables: Record<string, string>): string | undefined => {
      const { config } = resolveConfig(options, variables, 'strict');
      expect(config.resourceAttributes['service.name']).toBe(config.serviceName);
      return config.serviceName;
    };
    const inCode = { resourceAttributes: { 'service.name': 'code attribute' } };
    expect(name({ serviceName: 'code', ...inCode }, environment)).toBe('code');
    expect(name(inCode, environment)).toBe('code attribute');
    expect(name({}, environment)).toBe('variable');
    expect(name({}, { [VARIABLE]: 'service.name=attribute' })).toBe('attribute');
    expect(name({}, { OTEL_SERVICE_NAME: ' ' })).toBeUndefined();
  });

  test('may have 16384 characters and not 16385', () => {
    const name = 's'.repeat(16_384);
    expect(withOptions({ serviceName: name }).config.serviceName).toBe(name);
    expect(refusal({ serviceName: `${name}s` }).code).toBe('ERR_OFFLOOP_SERVICE_NAME');
    const resolution = withEnvironment({ OTEL_SERVICE_NAME: `${name}s` });
    expect(resolution.config.serviceName).toBeUndefined();
    expect(onlyWarning(resolution)).toContain('OTEL_SERVICE_NAME');
  });

  test.each(['', 7, null, {}])('%j is refused in code', (serviceName) => {
    expect(refusal({ serviceName }).code).toBe('ERR_OFFLOOP_SERVICE_NAME');
  });
});

describe('resource attributes', () => {
  test.each([
    ['a=1', { a: '1' }],
    ['a=1,b=two', { a: '1', b: 'two' }],
    [' a = 1 , b = 2 ,', { a: '1', b: '2' }],
    ['a=%C3%A9%2C%3D%20x', { a: 'é,= x' }],
    ['k%20y=v', { 'k y': 'v' }],
    ['a=b%3Dc', { a: 'b=c' }],
    ['a=', { a: '' }],
    ['a=1,a=2', { a: '2' }],
  ])('%j gives %j', (text, attributes) => {
    const resolution = withEnvironment({ [VARIABLE]: text });
    expect(resolution.warnings).toEqual([]);
    expect(resolution.config.resourceAttributes).toEqual(attributes);
  });

  test.each(['good=1,bad', 'good=1,=x', 'good=1,a=%zz', 'good=1,%ff=x', `good=1,${'k'.repeat(1025)}=x`])(
    'any error discards all of %j with one warning',
    (text) => {
      const resolution = withEnvironment({ [VARIABLE]: text });
      expect(resolution.config.resourceAttributes).toEqual({});
      expect(onlyWarning(resolution)).toContain('all of it is ignored');
    },
  );

  test('code beats the variable, key by key', () => {
    const options = { resourceAttributes: { b: 'code' } };
    const { config } = resolveConfig(options, { [VARIABLE]: 'a=variable,b=variable' }, 'strict');
    expect(config.resourceAttributes).toEqual({ a: 'variable', b: 'code' });
  });

  test('256 are accepted and 257 refused', () => {
    const many = (count: number): [string, string][] =>
      Array.from({ length: count }, (_, index) => [`k${index}`, 'v']);
    const list = (count: number): string =>
      many(count)
        .map((pair) => pair.join('='))
        .join();
    expect(Object.keys(withEnvironment({ [VARIABLE]: list(256) }).config.resourceAttributes)).toHaveLength(
      256,
    );
    expect(onlyWarning(withEnvironment({ [VARIABLE]: list(257) }))).toContain('more than 256');
    const inCode = { resourceAttributes: Object.fromEntries(many(256)) };
    expect(Object.keys(withOptions(inCode).config.resourceAttributes)).toHaveLength(256);
    expect(refusal({ resourceAttributes: Object.fromEntries(many(257)) }).code).toBe(
      'ERR_OFFLOOP_RESOURCE_ATTRIBUTES',
    );
    const together = resolveConfig(inCode, { [VARIABLE]: 'more=1' }, 'strict');
    expect(together.config.resourceAttributes).toEqual(inCode.resourceAttributes);
    expect(onlyWarning(together)).toContain('the variable is ignored');
  });

  test('keys of 1024 and values of 16384 characters are accepted, longer ones refused', () => {
    const key = 'k'.repeat(1024);
    const value = 'v'.repeat(16_384);
    expect(withOptions({ resourceAttributes: { [key]: value } }).config.resourceAttributes[key]).toBe(value);
    expect(refusal({ resourceAttributes: { [`${key}k`]: value } }).value).toContain('longer than 1024');
    expect(refusal({ resourceAttributes: { [key]: `${value}v` } }).value).toContain('longer than 16384');
  });

  test.each([[{ a: 1 }], [{ a: null }], [{ '': 'x' }], ['a=1'], [null], [[]]])(
    '%j is refused in code',
    (attributes) => {
      expect(refusal({ resourceAttributes: attributes }).code).toBe('ERR_OFFLOOP_RESOURCE_ATTRIBUTES');
    },
  );
});
