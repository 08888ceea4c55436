// Where lines of OTLP go: what is a stream, and what is none.

import { expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import { URL_LENGTH_MAX } from '../../../../src/shared/limits.js';

function urlOf(url?: unknown): string {
  const exporter = { protocol: 'file', ...(url === undefined ? {} : { url }) } as never;
  return resolveConfig({ exporter }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector' }, 'strict').config
    .exporter.url;
}

const LONGEST = `file:///${'a'.repeat(URL_LENGTH_MAX - 'file:///'.length)}`;

test.each([
  [undefined, 'stdout'],
  ['stdout', 'stdout'],
  ['file:///var/log/spans.jsonl', 'file:///var/log/spans.jsonl'],
  ['FILE:///a b', 'file:///a%20b'],
  ['file://localhost/a', 'file:///a'],
  [LONGEST, LONGEST],
])('%j is the stream %j', (given, url) => {
  expect(urlOf(given)).toBe(url);
});

test.each([
  'stderr',
  'STDOUT',
  '',
  '/var/log/spans.jsonl',
  'http://collector/a',
  'file://server/a',
  'file:///folder/',
  'file:///a%2Fb',
  'file:///a%00',
  'file:///a%zz',
  'file:///a?b',
  'file:///a#b',
  `${LONGEST}a`,
  7,
  null,
])('%j is none', (given) => {
  expect(() => urlOf(given)).toThrow(expect.objectContaining({ code: 'ERR_OFFLOOP_EXPORTER_URL' }));
});
