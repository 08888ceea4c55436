import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TlsFiles } from '../../../../src/worker/transport/tls-files.js';

let folder: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-tls-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function tlsFiles(names: { ca?: string; key?: string; cert?: string }) {
  const file = (name: string | undefined) => (name === undefined ? undefined : join(folder, name));
  return new TlsFiles(
    {
      certificateFile: file(names.ca),
      clientKeyFile: file(names.key),
      clientCertificateFile: file(names.cert),
    },
    (message) => warnings.push(message),
  );
}

test('no files are material without content', () => {
  const files = tlsFiles({});
  const { material } = files.read(0) as { material: object };
  expect(material).toMatchObject({ ca: undefined, key: undefined, cert: undefined });
  expect(files.read(60_000)).toMatchObject({
    material: { generation: (material as { generation: number }).generation },
  });
});

test('a missing file is a result that names it, and is read once it is there', () => {
  const files = tlsFiles({ ca: 'ca.pem' });
  expect(files.read(0)).toMatchObject({ status: 'unreadable', cause: expect.stringContaining('ca.pem') });
  writeFileSync(join(folder, 'ca.pem'), 'A');
  expect(files.read(1)).toMatchObject({ status: 'ok', material: { ca: Buffer.from('A') } });
});

test('a changed file is noticed after the check interval, with a new generation', () => {
  writeFileSync(join(folder, 'ca.pem'), 'A');
  const files = tlsFiles({ ca: 'ca.pem' });
  const before = files.read(0) as { material: { generation: number } };
  writeFileSync(join(folder, 'ca.pem'), 'BB');
  expect(files.read(9999)).toBe(before);
  const after = files.read(10_000) as { material: { generation: number; ca: Buffer } };
  expect(after.material.ca).toEqual(Buffer.from('BB'));
  expect(after.material.generation).toBeGreaterThan(before.material.generation);
});

test('a file that vanishes leaves in force what was read', () => {
  writeFileSync(join(folder, 'ca.pem'), 'A');
  const files = tlsFiles({ ca: 'ca.pem' });
  const before = files.read(0);
  rmSync(join(folder, 'ca.pem'));
  expect(files.read(10_000)).toBe(before);
});

test('half of a client pair is not used, and said once', () => {
  writeFileSync(join(folder, 'key.pem'), 'K');
  const files = tlsFiles({ key: 'key.pem' });
  expect(files.read(0)).toMatchObject({ material: { key: undefined, cert: undefined } });
  expect(warnings).toEqual([expect.stringContaining('neither is used')]);
});

test('a folder is no certificate file', () => {
  expect(tlsFiles({ ca: '.' }).read(0)).toMatchObject({ status: 'unreadable' });
});
