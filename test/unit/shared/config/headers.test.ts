import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

const GENERAL = 'OTEL_EXPORTER_OTLP_HEADERS';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_HEADERS';

describe('headers in variables', () => {
  test.each([
    ['api-key=abc', { 'api-key': 'abc' }],
    ['api-key=abc,x-scope=42', { 'api-key': 'abc', 'x-scope': '42' }],
    [' api-key = abc , x-scope=42 ,', { 'api-key': 'abc', 'x-scope': '42' }],
    ['authorization=Bearer%20a%3D%3D', { authorization: 'Bearer a==' }],
    ['authorization=Basic YTpiCg==', { authorization: 'Basic YTpiCg==' }],
    ['Api-Key=a,API-KEY=b', { 'api-key': 'b' }],
    ['empty=', { empty: '' }],
  ])('%j gives %j', (text, headers) => {
    const resolution = withEnvironment({ [GENERAL]: text });
    expect(resolution.warnings).toEqual([]);
    expect(resolution.config.exporter.headers).toEqual(headers);
  });

  test("general and the signal's are merged, the signal's win, code wins over both", () => {
    const environment = { [GENERAL]: 'a=general,b=general,c=general', [TRACES]: 'B=traces,c=traces' };
    const { config } = resolveConfig({ exporter: { headers: { C: 'code' } } }, environment, 'strict');
    expect(config.exporter.headers).toEqual({ a: 'general', b: 'traces', c: 'code' });
  });

  test('a header named __proto__ is a header', () => {
    const { headers } = withEnvironment({ [GENERAL]: '__proto__=x' }).config.exporter;
    expect(Object.entries(structuredClone(headers))).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  test.each([
    ['x-a=hunter2%0d%0ax-b: 1', '"x-a"'],
    ['x-a=hunter2%0A', '"x-a"'],
    ['x-a=hunter2%00', '"x-a"'],
    ['x-a=hunter2%C3%A9', '"x-a"'],
    ['x-a=hunter2%zz', '"x-a"'],
    ['x a=hunter2', '"x a"'],
    ['x%0d%0ainjected=hunter2', 'injected'],
    ['x%zz=hunter2', '"x%zz"'],
    ['=hunter2', 'without key'],
    ['hunter2', 'without \\"=\\"'],
    ['content-length=hunter2', '"content-length"'],
    ['Transfer-Encoding=hunter2', '"Transfer-Encoding"'],
    ['content-type=hunter2', '"content-type"'],
  ])('%j is not sent, and the warning names the key and not the value', (text, shown) => {
    const resolution = withEnvironment({ [GENERAL]: `good=1,${text}` });
    expect(resolution.config.exporter.headers).toEqual({ good: '1' });
    const warning = onlyWarning(resolution);
    expect(warning).toContain(GENERAL);
    expect(warning).toContain(shown);
    expect(warning).not.toContain('hunter2');
    expect(warning).not.toMatch(/[\r\n\0]/);
  });

  test('binary metadata has no text form: refused for gRPC, plain for HTTP', () => {
    const environment = { [GENERAL]: 'trace-bin=x' };
    expect(withEnvironment(environment).config.exporter.headers).toEqual({ 'trace-bin': 'x' });
    const overGrpc = withEnvironment({ ...environment, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    expect(overGrpc.config.exporter.headers).toEqual({});
    expect(onlyWarning(overGrpc)).toContain('binary metadata');
  });

  test('a list of 65536 characters is read and one of 65537 is not', () => {
    const list = `a=1,${','.repeat(65_532)}`;
    expect(list.length).toBe(65_536);
    // White space at the ends does not count.
    expect(withEnvironment({ [GENERAL]: ` ${list}` }).config.exporter.headers).toEqual({ a: '1' });
    const tooLong = withEnvironment({ [GENERAL]: `${list},` });
    expect(tooLong.config.exporter.headers).toEqual({});
    expect(onlyWarning(tooLong)).toContain('65536');
  });
});

describe('bounds of headers', () => {
  test('the 64th header is sent and the 65th is not', () => {
    const list = Array.from({ length: 65 }, (_, index) => `h${index}=x`);
    const fits = withEnvironment({ [GENERAL]: list.slice(0, 64).join() });
    expect(Object.keys(fits.config.exporter.headers)).toHaveLength(64);
    expect(fits.warnings).toEqual([]);
    const over = withEnvironment({ [GENERAL]: list.join() });
    expect(Object.keys(over.config.exporter.headers)).toHaveLength(64);
    expect(onlyWarning(over)).toContain('"h64"');
  });

  test('a name of 256 characters is sent and one of 257 is refused', () => {
    const name = 'n'.repeat(256);
    expect(withOptions({ exporter: { headers: { [name]: 'x' } } }).config.exporter.headers).toEqual({
      [name]: 'x',
    });
    expect(refusal({ exporter: { headers: { [`${name}n`]: 'x' } } }).value).toContain('longer than 256');
  });

  test('a value of 8192 characters is sent and one of 8193 is refused', () => {
    const value = 'v'.repeat(8192);
    expect(withOptions({ exporter: { headers: { a: value } } }).config.exporter.headers).toEqual({
      a: value,
    });
    expect(refusal({ exporter: { headers: { a: `${value}v` } } }).value).toContain('longer than 8192');
  });
});

describe('headers in code', () => {
  test.each([
    [{ 'x-a': 'hunter2\r\nx-b: 1' }],
    [{ 'x-a': ['hunter2'] }],
    [{ 'x-a': undefined }],
    [{ 'x a': 'hunter2' }],
    [{ '': 'hunter2' }],
    [{ connection: 'hunter2' }],
    ['x-a=hunter2'],
    [['hunter2']],
    [null],
    [7],
  ])('%j is refused without showing a value', (headers) => {
    const error = refusal({ exporter: { headers } });
    expect(error.code).toBe('ERR_OFFLOOP_EXPORTER_HEADERS');
    expect(`${error.message} ${error.value}`).not.toContain('hunter2');
  });
});
