// A certificate authority for a test, made with the openssl command in a folder of its own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class CertificateAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'offloop-ca-'));
  readonly ca: Certificate;

  constructor() {
    const { certFile, keyFile } = this.#files('ca');
    this.#openssl([
      'req',
      '-x509',
      ...CURVE,
      '-days',
      '2',
      '-subj',
      '/CN=test authority',
      '-keyout',
      keyFile,
      '-out',
      certFile,
    ]);
    this.ca = this.#read('ca');
  }

  /** `subjectAltName` as openssl writes it: `IP:127.0.0.1`, `DNS:host`. */
  issue(name: string, subjectAltName: string): Certificate {
    const { certFile, keyFile } = this.#files(name);
    const requestFile = this.path(`${name}.csr`);
    const extensionFile = this.path(`${name}.ext`);
    writeFileSync(extensionFile, `subjectAltName=${subjectAltName}\n`);
    this.#openssl(['req', '-new', ...CURVE, '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', requestFile]);
    this.#openssl([
      ...['x509', '-req', '-in', requestFile, '-CA', this.ca.certFile, '-CAkey', this.ca.keyFile],
      ...['-CAcreateserial', '-days', '2', '-extfile', extensionFile, '-out', certFile],
    ]);
    return this.#read(name);
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #files(name: string): { certFile: string; keyFile: string } {
    return { certFile: this.path(`${name}.pem`), keyFile: this.path(`${name}.key`) };
  }

  #read(name: string): Certificate {
    const { certFile, keyFile } = this.#files(name);
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  }

  #openssl(args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
