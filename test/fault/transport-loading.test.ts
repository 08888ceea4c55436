// What a transport loads, in a process of its own and from the built package. docs/decisions/0004 has the megabytes.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';
import { exporterConfig } from '../support/exporter-config.js';

/** Names of Node's own modules and of packages that are loaded once the transport is made. */
function loadedBy(overrides: Partial<ExporterConfig>): string[] {
  const entry = new URL('../../dist/worker/transport/create-transport.js', import.meta.url).href;
  const program = `
    import { createTransport } from ${JSON.stringify(entry)};
    const scheduler = { now: () => 0, setTimer() {}, clearTimer() {} };
    const observer = { onRetry() {}, onWarning() {} };
    await createTransport(${JSON.stringify(exporterConfig(overrides))}, scheduler, observer);
    const files = Object.keys(process.getBuiltinModule('node:module')._cache);
    process.stdout.write(JSON.stringify([...process.moduleLoadList, ...files]));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

const isLoaded = (loaded: string[], part: RegExp) => loaded.some((name) => part.test(name));
const UNDICI = /deps\/undici/;
const TLS = /NativeModule (_tls_wrap|internal\/tls\/wrap)$/;
const HTTP2 = /NativeModule internal\/http2\/core$/;
const GRPC = /@grpc[\\/]grpc-js/;

test('plain HTTP loads neither undici nor TLS nor HTTP/2 nor gRPC', () => {
  const loaded = loadedBy({});
  expect(isLoaded(loaded, /NativeModule _http_client$/)).toBe(true);
  for (const heavy of [UNDICI, TLS, HTTP2, GRPC]) expect(isLoaded(loaded, heavy), String(heavy)).toBe(false);
});

test('HTTPS adds TLS and nothing else', () => {
  const loaded = loadedBy({ url: 'https://127.0.0.1:4318/v1/traces' });
  expect(isLoaded(loaded, TLS)).toBe(true);
  for (const heavy of [UNDICI, HTTP2, GRPC]) expect(isLoaded(loaded, heavy), String(heavy)).toBe(false);
});

test('gRPC loads grpc-js, and undici neither', () => {
  const loaded = loadedBy({ protocol: 'grpc', url: 'http://127.0.0.1:4317' });
  expect(isLoaded(loaded, GRPC)).toBe(true);
  expect(isLoaded(loaded, HTTP2)).toBe(true);
  expect(isLoaded(loaded, UNDICI)).toBe(false);
});
