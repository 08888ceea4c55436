import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OFFLOOP_VERSION } from '../../../../src/shared/version.js';
import { metadataEntries } from '../../../../src/worker/transport/grpc-metadata.js';
import { requestHeaders } from '../../../../src/worker/transport/request-headers.js';
import { safeText, secretsOf } from '../../../../src/worker/transport/safe-text.js';

const PRODUCT = `OTel-OTLP-Exporter-offloop/${OFFLOOP_VERSION}`;

test('the version is the one of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
  expect(OFFLOOP_VERSION).toBe(manifest.version);
});

test('header names become lower case; those that describe the request are ours', () => {
  const { headers, userAgent } = requestHeaders(
    { 'X-Tenant': 'a', 'Content-Type': 'text/plain', 'content-length': '1', 'Transfer-Encoding': 'chunked' },
    undefined,
  );
  expect(headers).toEqual({ 'x-tenant': 'a' });
  expect(userAgent).toBe(PRODUCT);
});

test("a user's agent stands in front of ours", () => {
  expect(requestHeaders({ 'User-Agent': 'shop/2' }, undefined).userAgent).toBe(`shop/2 ${PRODUCT}`);
});

test('user information of the URL becomes basic authorization, unless a header says otherwise', () => {
  const url = new URL('http://us%40er:p%3Aw@host/');
  const authorization = `Basic ${Buffer.from('us@er:p:w').toString('base64')}`;
  expect(requestHeaders({}, url).headers).toEqual({ authorization });
  expect(requestHeaders({ Authorization: 'Bearer x' }, url).headers).toEqual({ authorization: 'Bearer x' });
  expect(requestHeaders({}, new URL('http://host/')).headers).toEqual({});
});

test('metadata takes what gRPC can carry and names what it cannot, without the value', () => {
  const { entries, refused } = metadataEntries({
    'x-tenant': 'a',
    'trace-bin': Buffer.from([1, 2]).toString('base64'),
    'x-umlaut': 'ä',
    'x-newline': 'a\nb',
    'grpc-timeout': '1S',
    host: 'x',
    'bad key': 'x',
  });
  expect(entries).toEqual([
    ['x-tenant', 'a'],
    ['trace-bin', Buffer.from([1, 2])],
  ]);
  expect(refused).toEqual(['x-umlaut', 'x-newline', 'grpc-timeout', 'host', 'bad key']);
});

test('text is free of the header values and of the parts of them, however it quotes them', () => {
  const secrets = secretsOf({ authorization: 'Bearer abcdef123456', 'x-tenant': 'a' });
  expect(safeText('token abcdef123456 of a refused; header Bearer abcdef123456', secrets)).toBe(
    'token [redacted] of a refused; header [redacted]',
  );
});

test('text is one short line', () => {
  expect(safeText('a\r\n\tb\u0000\u202ec', [])).toBe('a b c');
  expect(safeText('x'.repeat(200), [])).toBe('x'.repeat(200));
  expect(safeText('x'.repeat(201), [])).toBe(`${'x'.repeat(200)}...`);
});
