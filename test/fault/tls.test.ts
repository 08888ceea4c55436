// TLS of both transports, with certificates made for the test: what is trusted, what is not, and what changes on disk.

import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';
import { createGrpcTransport } from '../../src/worker/transport/grpc-transport.js';
import { createHttpTransport } from '../../src/worker/transport/http-transport.js';
import type { Payload } from '../../src/worker/transport/transport.js';
import { type Certificate, CertificateAuthority } from '../support/certificates.js';
import { exporterConfig } from '../support/exporter-config.js';
import { FakeScheduler } from '../support/fake-scheduler.js';
import { grpcCollector } from '../support/grpc-collector.js';
import { httpCollector } from '../support/raw-server.js';

const PAYLOAD: Payload = { body: Buffer.from('spans'), encoding: undefined, spanCount: 1 };
const TIMEOUT = 10_000;
const SUCCESS = { status: 'success', rejected: 0 };
const open: { close(): Promise<void> }[] = [];

let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let local: Certificate;
let elsewhere: Certificate;
let otherAddress: Certificate;
let placeholder: Certificate;
let client: Certificate;

beforeAll(() => {
  authority = new CertificateAuthority();
  stranger = new CertificateAuthority();
  local = authority.issue('local', 'IP:127.0.0.1,DNS:localhost');
  elsewhere = authority.issue('elsewhere', 'DNS:collector.example');
  otherAddress = authority.issue('other-address', 'IP:127.0.0.2,DNS:localhost,DNS:127.0.0.1');
  placeholder = authority.issue('placeholder', 'DNS:address.invalid');
  client = authority.issue('client', 'DNS:client');
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

type Protocol = 'http/protobuf' | 'grpc';

async function collector(protocol: Protocol, certificate: Certificate, clientsOnly = false): Promise<number> {
  const { key, cert } = certificate;
  if (protocol === 'grpc') {
    const pairs = [{ private_key: key, cert_chain: cert }];
    const credentials = ServerCredentials.createSsl(authority.ca.cert, pairs, clientsOnly);
    const server = await grpcCollector(() => new Uint8Array(0), { credentials });
    open.push(server);
    return server.port;
  }
  const tls: ServerOptions = { key, cert, ca: authority.ca.cert, requestCert: clientsOnly };
  const server = await httpCollector((response) => response.end(), { tls });
  open.push(server);
  return server.port;
}

function transportTo(protocol: Protocol, port: number, overrides: Partial<ExporterConfig> = {}) {
  const scheduler = new FakeScheduler();
  const config = exporterConfig({ protocol, url: `https://127.0.0.1:${port}/v1/traces`, ...overrides });
  const create = protocol === 'grpc' ? createGrpcTransport : createHttpTransport;
  const transport = create(config, scheduler, () => {});
  open.push(transport);
  return { scheduler, send: () => transport.send(PAYLOAD, scheduler.now() + TIMEOUT) };
}

describe.each<Protocol>(['http/protobuf', 'grpc'])('%s', (protocol) => {
  test('delivers to a collector whose authority is configured', async () => {
    const port = await collector(protocol, local);
    const { send } = transportTo(protocol, port, { certificateFile: authority.ca.certFile });
    expect(await send()).toEqual(SUCCESS);
    expect(await send()).toEqual(SUCCESS);
  });

  test('keeps the data of a collector whose authority is unknown', async () => {
    const port = await collector(protocol, local);
    expect(await transportTo(protocol, port).send()).toMatchObject({ status: 'retryable' });
    const { send } = transportTo(protocol, port, { certificateFile: stranger.ca.certFile });
    expect(await send()).toMatchObject({ status: 'retryable' });
  });

  test('keeps the data of a collector whose certificate is for another host', async () => {
    const port = await collector(protocol, elsewhere);
    const { send } = transportTo(protocol, port, { certificateFile: authority.ca.certFile });
    expect(await send()).toMatchObject({ status: 'retryable' });
  });

  test('checks the certificate of a collector given by its address against that address', async () => {
    const trust = { certificateFile: authority.ca.certFile };
    for (const wrong of [otherAddress, placeholder]) {
      const port = await collector(protocol, wrong);
      expect(await transportTo(protocol, port, trust).send()).toMatchObject({ status: 'retryable' });
    }
  });

  test('checks the certificate of a collector given by its name against that name', async () => {
    const trust = { certificateFile: authority.ca.certFile };
    const byName = async (certificate: Certificate) => {
      const port = await collector(protocol, certificate);
      return transportTo(protocol, port, { ...trust, url: `https://localhost:${port}/v1/traces` }).send();
    };
    expect(await byName(otherAddress)).toEqual(SUCCESS);
    expect(await byName(elsewhere)).toMatchObject({ status: 'retryable' });
  });

  test('keeps the data when the collector speaks no TLS', async () => {
    const server = await httpCollector((response) => response.end());
    open.push(server);
    expect(await transportTo(protocol, server.port).send()).toMatchObject({ status: 'retryable' });
    expect(server.requests).toHaveLength(0);
  });

  test('shows its own certificate to a collector that asks for it', async () => {
    const port = await collector(protocol, local, true);
    const trust = { certificateFile: authority.ca.certFile };
    const pair = { clientKeyFile: client.keyFile, clientCertificateFile: client.certFile };
    expect(await transportTo(protocol, port, { ...trust, ...pair }).send()).toEqual(SUCCESS);
    expect(await transportTo(protocol, port, trust).send()).toMatchObject({ status: 'retryable' });
  });

  test('a missing file keeps the data, and is used once it is there', async () => {
    const port = await collector(protocol, local);
    const certificateFile = authority.path(`late-${protocol === 'grpc'}.pem`);
    const { send } = transportTo(protocol, port, { certificateFile });
    expect(await send()).toMatchObject({
      status: 'retryable',
      cause: expect.stringMatching(/TLS files cannot be read: ENOENT/),
    });
    copyFileSync(authority.ca.certFile, certificateFile);
    expect(await send()).toEqual(SUCCESS);
    rmSync(certificateFile);
  });

  test('a file that holds no certificate keeps the data, and is used once it does', async () => {
    const port = await collector(protocol, local);
    const keyFile = authority.path(`torn-${protocol === 'grpc'}.key`);
    writeFileSync(keyFile, 'half a ke');
    const { send, scheduler } = transportTo(protocol, port, {
      certificateFile: authority.ca.certFile,
      clientKeyFile: keyFile,
      clientCertificateFile: client.certFile,
    });
    expect(await send()).toMatchObject({ status: 'retryable' });
    copyFileSync(client.keyFile, keyFile);
    scheduler.advance(10_000);
    expect(await send()).toEqual(SUCCESS);
  });

  test('a rotated authority is trusted without a restart', async () => {
    const port = await collector(protocol, local);
    const certificateFile = authority.path(`rotated-${protocol === 'grpc'}.pem`);
    copyFileSync(stranger.ca.certFile, certificateFile);
    const { send, scheduler } = transportTo(protocol, port, { certificateFile });
    expect(await send()).toMatchObject({ status: 'retryable' });
    writeFileSync(certificateFile, Buffer.concat([stranger.ca.cert, authority.ca.cert]));
    scheduler.advance(10_000);
    expect(await send()).toEqual(SUCCESS);
  });
});
