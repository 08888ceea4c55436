// The certificate files of an exporter, read at creation and again when they change on disk (a rotated
// certificate must not need a restart). Export worker; callers: the transports.
// Synchronous on purpose: node:fs promises would run on the libuv pool, which belongs to the user.

import { readFileSync, statSync } from 'node:fs';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';

export interface TlsMaterial {
  /** Changes whenever the material did: a client built from an older one is out of date. */
  readonly generation: number;
  readonly ca: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly cert: Buffer | undefined;
}

export type TlsReading =
  | { readonly status: 'ok'; readonly material: TlsMaterial }
  | { readonly status: 'unreadable'; readonly cause: string };

/** Three stat calls (about 10 us) at most this often. */
const CHECK_INTERVAL_MILLIS = 10_000;
/** A certificate bundle is 200 KB; a wrong path may name anything. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

type FileName = string | undefined;

export class TlsFiles {
  readonly #ca: FileName;
  readonly #key: FileName;
  readonly #cert: FileName;
  #stamp = '';
  #checkedMillis = Number.NEGATIVE_INFINITY;
  #reading: TlsReading = { status: 'ok', material: EMPTY };

  constructor(
    exporter: Pick<ExporterConfig, 'certificateFile' | 'clientKeyFile' | 'clientCertificateFile'>,
    diagnostic: (message: string) => void,
  ) {
    this.#ca = exporter.certificateFile;
    const pair = exporter.clientKeyFile !== undefined && exporter.clientCertificateFile !== undefined;
    if (!pair && (exporter.clientKeyFile ?? exporter.clientCertificateFile) !== undefined) {
      diagnostic('a client certificate needs its key and a key its certificate: neither is used');
    }
    this.#key = pair ? exporter.clientKeyFile : undefined;
    this.#cert = pair ? exporter.clientCertificateFile : undefined;
  }

  /** Unreadable files are asked for again at the next call: they may yet be mounted. */
  read(nowMillis: number): TlsReading {
    const due = nowMillis - this.#checkedMillis >= CHECK_INTERVAL_MILLIS;
    if (!due && this.#reading.status === 'ok') return this.#reading;
    this.#checkedMillis = nowMillis;
    try {
      const stamp = [this.#ca, this.#key, this.#cert].map(stampOf).join();
      if (stamp !== this.#stamp || this.#reading.status !== 'ok') {
        this.#reading = { status: 'ok', material: this.#load() };
        this.#stamp = stamp;
      }
    } catch (error) {
      // A file that vanishes while it is replaced leaves what was read before in force.
      if (this.#stamp === '') this.#reading = { status: 'unreadable', cause: describe(error) };
    }
    return this.#reading;
  }

  #load(): TlsMaterial {
    const previous = this.#reading.status === 'ok' ? this.#reading.material.generation : 0;
    return {
      generation: previous + 1,
      ca: readOptional(this.#ca),
      key: readOptional(this.#key),
      cert: readOptional(this.#cert),
    };
  }
}

const EMPTY: TlsMaterial = { generation: 0, ca: undefined, key: undefined, cert: undefined };

function stampOf(file: FileName): string {
  if (file === undefined) return '-';
  const stat = statSync(file);
  if (stat.size > FILE_BYTES_MAX) throw new Error(`${file} is no certificate file: ${stat.size} bytes`);
  return `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
}

function readOptional(file: FileName): Buffer | undefined {
  return file === undefined ? undefined : readFileSync(file);
}

function describe(error: unknown): string {
  return `TLS files cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
