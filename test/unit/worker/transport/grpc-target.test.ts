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
