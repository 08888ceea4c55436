import { expect, test } from 'vitest';
import { grpcTarget } from '../../../../src/worker/transport/grpc-target.js';

test.each<[string, boolean, string, boolean]>([
  ['http://localhost:4317', false, 'localhost:4317', false],
  ['HTTP://localhost:4317', false, 'localhost:4317', false],
  ['http://host', false, 'host:80', false],
  ['http://host:80/', false, 'host:80', false],
  ['http://host:4317/some/path?q', false, 'host:4317', false],
  ['https://host', true, 'host:443', true],
  ['https://host:4317', true, 'host:4317', true],
  ['http://user:pass@host:4317', false, 'host:4317', false],
  ['http://[::1]:4317', false, '[::1]:4317', false],
  ['host:4317', false, 'host:4317', true],
  ['host:4317', true, 'host:4317', false],
  ['dns:///host:4317', true, 'dns:///host:4317', false],
  ['dns:///host:4317', false, 'dns:///host:4317', true],
  ['unix:///run/otel.sock', false, 'unix:///run/otel.sock', false],
])('%s with insecure=%s is %s, secure=%s', (endpoint, insecure, target, secure) => {
  expect(grpcTarget(endpoint, insecure)).toMatchObject({ target, secure });
});

test('an http URL that cannot be read is no target', () => {
  expect(grpcTarget('http://', false)).toBeUndefined();
  expect(grpcTarget('https://host:99999', false)).toBeUndefined();
});

test.each<[string, string | undefined]>([
  ['https://127.0.0.1:4317', '127.0.0.1'],
  ['https://127.0.0.1', '127.0.0.1'],
  ['https://[::1]:4317', '::1'],
  ['https://0x7f.1:4317', '127.0.0.1'],
  ['127.0.0.1:4317', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]:4317', '::1'],
  ['::1', '::1'],
  ['dns:///127.0.0.1:4317', '127.0.0.1'],
  ['dns://8.8.8.8/host:4317', undefined],
  ['dns:127.0.0.1', '127.0.0.1'],
  ['ipv4:127.0.0.1:4317,127.0.0.2:4317', '127.0.0.1'],
  ['ipv6:[::1]:4317', '::1'],
  ['https://localhost:4317', undefined],
  ['host:4317', undefined],
  ['1.2.3.4.example:4317', undefined],
  ['unix:///127.0.0.1', undefined],
])('the address of %s is %s', (endpoint, address) => {
  expect(grpcTarget(endpoint, false)?.address).toBe(address);
});
