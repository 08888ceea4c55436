import { describe, expect, test } from 'vitest';
import { classifyHttpResponse, type HttpResponse } from '../../../../src/worker/transport/http-response.js';
import { partialSuccess, rpcStatus } from '../../../support/rpc-messages.js';

const NOW = Date.UTC(2026, 0, 1);
const text = (value: string) => new TextEncoder().encode(value);

function classify(response: Partial<HttpResponse>, spanCount = 10, secrets: string[] = []) {
  const whole: HttpResponse = {
    statusCode: 200,
    contentType: 'application/x-protobuf',
    contentEncoding: undefined,
    retryAfter: undefined,
    date: undefined,
    body: new Uint8Array(0),
    ...response,
  };
  return classifyHttpResponse(whole, 'protobuf', spanCount, secrets, NOW);
}

describe('status', () => {
  test.each([429, 502, 503, 504])('%d is retryable', (statusCode) => {
    expect(classify({ statusCode })).toEqual({ status: 'retryable', cause: `HTTP ${statusCode}` });
  });

  test.each([400, 401, 403, 404, 405, 408, 415, 428, 430, 500, 501, 505, 599])(
    '%d is a failure',
    (statusCode) => {
      expect(classify({ statusCode })).toEqual({ status: 'failure', cause: `HTTP ${statusCode}` });
    },
  );

  test('413 is too large', () => {
    expect(classify({ statusCode: 413 })).toEqual({ status: 'too-large', cause: 'HTTP 413' });
  });

  test("400 is too large when it says so in the Collector's words", () => {
    const body = rpcStatus('http: request body too large');
    expect(classify({ statusCode: 400, body })).toMatchObject({ status: 'too-large' });
    expect(classify({ statusCode: 401, body })).toMatchObject({ status: 'failure' });
  });

  test.each([300, 301, 302, 303, 307, 308])('%d is a failure that does not say where to', (statusCode) => {
    expect(classify({ statusCode })).toMatchObject({
      status: 'failure',
      cause: expect.stringMatching(/redirects are not followed/),
    });
  });

  test.each([200, 202, 204])('%d with an empty body is success', (statusCode) => {
    for (const contentType of ['application/x-protobuf', 'application/json', 'text/html', undefined]) {
      expect(classify({ statusCode, contentType })).toEqual({ status: 'success', rejected: 0 });
    }
  });
});

describe('partial success', () => {
  test('is read from protobuf', () => {
    expect(classify({ body: partialSuccess(3, 'too old') })).toEqual({
      status: 'success',
      rejected: 3,
      message: 'too old',
    });
  });

  test.each(['5', 5])('is read from JSON with the count as %j', (rejectedSpans) => {
    const body = text(JSON.stringify({ partialSuccess: { rejectedSpans, errorMessage: 'no' }, later: [1] }));
    expect(classify({ contentType: 'application/json; charset=utf-8', body })).toEqual({
      status: 'success',
      rejected: 5,
      message: 'no',
    });
  });

  test('a warning without rejected spans is success with a message', () => {
    expect(classify({ body: partialSuccess(0, 'deprecated') })).toEqual({
      status: 'success',
      rejected: 0,
      message: 'deprecated',
    });
  });

  test.each([
    [10, 10],
    [11, 10],
    ['9223372036854775807', 10],
    [-1, 0],
    ['-9223372036854775808', 0],
  ])('a rejected count of %s among 10 spans counts as %d', (claimed, rejected) => {
    expect(classify({ body: partialSuccess(claimed, '') })).toEqual({ status: 'success', rejected });
  });

  test.each([
    ['truncated protobuf', 'application/x-protobuf', partialSuccess(3, 'too old').subarray(0, 4)],
    ['protobuf garbage', 'application/x-protobuf', text('<html>')],
    ['JSON garbage', 'application/json', text('{"partialSuccess":')],
    ['a JSON array', 'application/json', text('[]')],
    ['JSON null', 'application/json', text('null')],
    ['a partial success that is a text', 'application/json', text('{"partialSuccess":"x"}')],
    ['a fraction of a span', 'application/json', text('{"partialSuccess":{"rejectedSpans":1.5}}')],
    ['a number in words', 'application/json', text('{"partialSuccess":{"rejectedSpans":"many"}}')],
    ['HTML', 'text/html', text('<html>')],
  ])('%s under 200 is success with a message', (_name, contentType, body) => {
    expect(classify({ contentType, body })).toEqual({
      status: 'success',
      rejected: 0,
      message: expect.stringContaining('unreadable body'),
    });
  });

  test('a compressed body, which nobody asked for, is not inflated', () => {
    expect(classify({ contentEncoding: 'gzip', body: partialSuccess(3, 'x') })).toMatchObject({
      status: 'success',
      rejected: 0,
      message: expect.stringContaining('unreadable'),
    });
  });
});

describe('error text', () => {
  test('is the message of google.rpc.Status, in protobuf and in JSON', () => {
    expect(classify({ statusCode: 400, body: rpcStatus('bad span') })).toMatchObject({
      cause: 'HTTP 400: bad span',
    });
    const body = text('{"code":3,"message":"bad json"}');
    expect(classify({ statusCode: 503, contentType: 'application/json', body })).toMatchObject({
      status: 'retryable',
      cause: 'HTTP 503: bad json',
    });
  });

  test('is left out when the body is something else', () => {
    const body = text('<html><body>502 Bad Gateway</body></html>');
    expect(classify({ statusCode: 502, contentType: 'text/html', body })).toMatchObject({
      cause: 'HTTP 502',
    });
    expect(classify({ statusCode: 400, body })).toMatchObject({ cause: 'HTTP 400' });
  });

  test('has no control characters and no secrets, and ends', () => {
    const body = rpcStatus(`token s3cr3t-token\r\n\u001b[31mrefused ${'x'.repeat(100_000)}`);
    const { cause } = classify({ statusCode: 401, body }, 1, ['s3cr3t-token']) as { cause: string };
    expect(cause).toMatch(/^HTTP 401: token \[redacted\] \[31mrefused x+\.\.\.$/);
    expect(cause.length).toBeLessThan(230);
  });
});

describe('Retry-After', () => {
  test.each<[string, number | undefined]>([
    ['7', 7000],
    [' 7 ', 7000],
    ['0', 0],
    ['1000000000', 1e12],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['Thu, 99 Jan 2026 00:00:20 GMT', undefined],
  ])('%j means %s ms', (retryAfter, afterMillis) => {
    for (const statusCode of [429, 503]) {
      const result = classify({ statusCode, retryAfter }) as { afterMillis?: number };
      expect(result.afterMillis).toBe(afterMillis);
    }
  });

  test('as a date is compared with the clock of the server that wrote it', () => {
    const result = classify({
      statusCode: 429,
      retryAfter: 'Thu, 01 Jan 2026 05:00:20 GMT',
      date: 'Thu, 01 Jan 2026 05:00:10 GMT',
    });
    expect(result).toMatchObject({ afterMillis: 10_000 });
  });

  test('says nothing about a status that is not retryable', () => {
    expect(classify({ statusCode: 500, retryAfter: '7' })).toEqual({ status: 'failure', cause: 'HTTP 500' });
  });
});
