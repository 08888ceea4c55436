import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import type { OtlpProtocol } from '../../../../src/shared/config/resolved-config.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

function urlOf(environment: Record<string, string>): string {
  const resolution = withEnvironment(environment);
  expect(resolution.warnings).toEqual([]);
  return resolution.config.exporter.url;
}

describe('OTLP/HTTP', () => {
  test.each<OtlpProtocol>(['http/protobuf', 'http/json'])('%s goes to port 4318 by default', (protocol) => {
    expect(withOptions({ exporter: { protocol } }).config.exporter.url).toBe(
      'http://localhost:4318/v1/traces',
    );
  });

  test.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://collector/base', 'https://collector/base/v1/traces'],
    ['https://collector/base/', 'https://collector/base/v1/traces'],
    ['https://collector/base//', 'https://collector/base/v1/traces'],
    ['http://collector?token=1', 'http://collector/v1/traces?token=1'],
    ['HTTP://Collector', 'http://collector/v1/traces'],
    ['http://[::1]:4318', 'http://[::1]:4318/v1/traces'],
  ])('the general endpoint %s is a base: %s', (base, url) => {
    expect(urlOf({ [GENERAL]: base })).toBe(url);
  });

  test.each([
    ['http://collector:4318', 'http://collector:4318/'],
    ['http://collector:4318/mine', 'http://collector:4318/mine'],
    ['http://collector:4318/mine/', 'http://collector:4318/mine/'],
    ['https://collector/v1/traces?key=1', 'https://collector/v1/traces?key=1'],
  ])("the signal's endpoint %s is used as it is: %s", (text, url) => {
    expect(urlOf({ [TRACES]: text })).toBe(url);
  });

  test("the signal's endpoint beats the general one, and code beats both", () => {
    const environment = { [GENERAL]: 'http://general', [TRACES]: 'http://traces/x' };
    expect(urlOf(environment)).toBe('http://traces/x');
    const { config } = resolveConfig({ exporter: { url: 'http://code/y' } }, environment, 'strict');
    expect(config.exporter.url).toBe('http://code/y');
  });

  test('a wrong endpoint of the signal is a warning, and the general one counts', () => {
    const resolution = withEnvironment({ [GENERAL]: 'http://general', [TRACES]: 'collector:4318' });
    expect(resolution.config.exporter.url).toBe('http://general/v1/traces');
    expect(onlyWarning(resolution)).toContain(TRACES);
  });

  test.each([
    'localhost:4318',
    'ftp://collector',
    'http://',
    'http://a b',
    'http://a\nb',
    'unix:/tmp/x',
    '//host',
  ])('the endpoint %j is a warning and the default in a variable, an error in code', (text) => {
    const resolution = withEnvironment({ [GENERAL]: text });
    expect(resolution.config.exporter.url).toBe('http://localhost:4318/v1/traces');
    expect(onlyWarning(resolution)).toMatch(
      /OTEL_EXPORTER_OTLP_ENDPOINT is .* write it as http:\/\/localhost:4318/,
    );
    const error = refusal({ exporter: { url: text } });
    expect(error.code).toBe('ERR_OFFLOOP_EXPORTER_URL');
    expect(error.remedy).toContain('http://localhost:4318/v1/traces');
  });

  test('a URL of 4096 characters is accepted and one of 4097 refused', () => {
    const url = `http://collector/${'x'.repeat(4096 - 'http://collector/'.length)}`;
    expect(withOptions({ exporter: { url } }).config.exporter.url).toBe(url);
    expect(refusal({ exporter: { url: `${url}x` } }).range).toContain('4096');
  });

  test('insecure is for gRPC alone', () => {
    expect(withOptions({ exporter: { insecure: true } }).config.exporter.insecure).toBe(false);
  });
});

describe('OTLP/gRPC', () => {
  const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };

  test.each([
    ['http://collector:4317', 'http://collector:4317', true],
    ['https://collector:4317', 'https://collector:4317', false],
    ['https://collector', 'https://collector', false],
    ['collector:4317', 'collector:4317', false],
    ['collector', 'collector', false],
    ['[::1]:4317', '[::1]:4317', false],
    ['unix:/run/otel.sock', 'unix:/run/otel.sock', false],
    ['dns:///collector:4317', 'dns:///collector:4317', false],
    ['collector:65535', 'collector:65535', false],
  ])('%s is the target %s, insecure: %s', (text, url, insecure) => {
    for (const variable of [GENERAL, TRACES]) {
      const resolution = withEnvironment({ ...grpc, [variable]: text });
      expect(resolution.warnings).toEqual([]);
      expect(resolution.config.exporter).toMatchObject({ protocol: 'grpc', url, insecure });
    }
  });

  test('goes to port 4317 without TLS by default', () => {
    expect(withEnvironment(grpc).config.exporter).toMatchObject({
      url: 'http://localhost:4317',
      insecure: true,
    });
  });

  test.each([
    ['collector:4317', true],
    ['unix:/run/otel.sock', true],
    ['https://collector:4317', false],
  ])('OTEL_EXPORTER_OTLP_INSECURE counts only without scheme: %s', (text, insecure) => {
    const resolution = withEnvironment({ ...grpc, [GENERAL]: text, OTEL_EXPORTER_OTLP_INSECURE: 'true' });
    expect(resolution.config.exporter.insecure).toBe(insecure);
  });

  test('a scheme beats the option insecure: false', () => {
    const exporter = { protocol: 'grpc', url: 'http://collector:4317', insecure: false } as const;
    expect(withOptions({ exporter }).config.exporter.insecure).toBe(true);
  });

  test('a path is left out with a warning', () => {
    const resolution = withEnvironment({ ...grpc, [GENERAL]: 'http://collector:4317/v1/traces?x=1' });
    expect(resolution.config.exporter.url).toBe('http://collector:4317');
    expect(onlyWarning(resolution)).toContain('has a path, which gRPC does not use');
  });

  test.each(['collector:65536', 'ftp://collector', 'a b', 'user@collector:1', ':4317'])(
    '%j is refused',
    (text) => {
      expect(onlyWarning(withEnvironment({ ...grpc, [GENERAL]: text }))).toContain(GENERAL);
      expect(refusal({ exporter: { protocol: 'grpc', url: text } }).option).toBe('exporter.url');
    },
  );
});

describe('a user name and password in a URL', () => {
  test.each(['grpc', 'http/protobuf'] as const)('become basic authorization over %s', (protocol) => {
    const url = 'https://us%C3%A9r:p%40ss:w@collector:4317/';
    const { exporter } = withOptions({ exporter: { protocol, url } }).config;
    expect(exporter.url).toMatch(/^https:\/\/collector:4317\/?$/);
    expect(exporter.headers).toEqual({
      authorization: `Basic ${Buffer.from('usér:p@ss:w').toString('base64')}`,
    });
  });

  test('give way to a header that was given', () => {
    const exporter = { url: 'http://a:b@collector/', headers: { Authorization: 'Bearer x' } };
    expect(withOptions({ exporter }).config.exporter.headers).toEqual({ authorization: 'Bearer x' });
  });

  test.each([
    'ftp://user:hunter2@collector',
    'http://user:hunter2@',
    'user:hunter2@collector:4318',
    'http://user:hunt er@hunter2@collector',
    'collector?api-key=hunter2',
    'ftp://collector/?api-key=hunter2@x',
  ])('never appear in an error or a warning: %s', (text) => {
    const error = refusal({ exporter: { url: text } });
    expect(`${error.message} ${error.value}`).not.toContain('hunter2');
    expect(onlyWarning(withEnvironment({ [GENERAL]: text }))).not.toContain('hunter2');
  });
});
