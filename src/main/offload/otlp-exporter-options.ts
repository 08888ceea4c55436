// Options of OTLPTraceExporter: those of OTel JS's exporters over HTTP and gRPC, in the words of offloop's own. Thread: main.
// Caller: otlp-trace-exporter.ts.

import type { MeterProvider } from '@opentelemetry/api';
import type { Compression, OtlpProtocol } from '../../shared/config/resolved-config.js';
import { CONCURRENT_EXPORTS_MAX } from '../../shared/limits.js';
import { report } from '../lifecycle/diagnostics.js';
import type { OffloadOptions } from './offload-options.js';

export type Headers = Record<string, string>;

/** The part of a gRPC `Metadata` object that is read. */
export interface GrpcMetadata {
  getMap(): Record<string, string | Uint8Array>;
}

export interface OTLPTraceExporterOptions {
  /** Default `http/protobuf`. Variables `OTEL_EXPORTER_OTLP_(TRACES_)PROTOCOL`. */
  protocol?: OtlpProtocol;
  /** HTTP: the full URL; gRPC: a target. Variables `OTEL_EXPORTER_OTLP_(TRACES_)ENDPOINT`. */
  url?: string;
  /** A function is called before each export; requests take what it gave last. */
  headers?: Headers | (() => Headers | Promise<Headers>);
  /** `export()` calls under way, past which a call fails. Default 30. Of their requests, at most 64 are sent at a time. */
  concurrencyLimit?: number;
  /** Milliseconds for all attempts at one batch. Default 10000. */
  timeoutMillis?: number;
  compression?: Compression | `${Compression}`;
  /** Put in front of offloop's own. */
  userAgent?: string;
  /** PEM files, as in the options of `start()`. */
  certificateFile?: string;
  clientKeyFile?: string;
  clientCertificateFile?: string;
  /** gRPC to a target without scheme: no TLS. */
  insecure?: boolean;
  /** gRPC: sent with every request, as `headers` are. */
  metadata?: GrpcMetadata;
  /** Connections are always kept alive, by the worker; `false` is passed over with a warning. */
  keepAlive?: boolean;
  /** Objects of this thread cannot be used by the worker: passed over with a warning. TLS: see `certificateFile`. */
  httpAgentOptions?: unknown;
  /** The same: gRPC's TLS comes from the URL's scheme and the PEM files. */
  credentials?: unknown;
  /** Where the exporter's own metrics (`otel.sdk.exporter.*`) go. Default: nowhere; `stats()` has figures without it. */
  selfObsMeterProvider?: MeterProvider;
}

const SAME_NAMES = [
  'protocol',
  'url',
  'timeoutMillis',
  'compression',
  'certificateFile',
  'clientKeyFile',
  'clientCertificateFile',
  'insecure',
] as const;

/** In offloop's words. `headers`: what a function gave, or undefined as long as it was not asked. */
export function offloadOptionsOf(options: OTLPTraceExporterOptions, headers: unknown): OffloadOptions {
  const exporter: Record<string, unknown> = {};
  for (const name of SAME_NAMES) if (options[name] !== undefined) exporter[name] = options[name];
  const all = { ...metadataHeaders(options), ...headerTexts(headers) };
  if (options.userAgent !== undefined) all['user-agent'] = options.userAgent;
  if (Object.keys(all).length > 0) exporter.headers = all;
  const limit = options.concurrencyLimit;
  if (limit !== undefined) {
    exporter.concurrencyLimit =
      typeof limit === 'number' ? Math.min(Math.floor(limit), CONCURRENT_EXPORTS_MAX) : limit;
  }
  return { exporter };
}

/** What is accepted and cannot be done. */
export function reportUnusable(options: OTLPTraceExporterOptions): void {
  if (options.keepAlive === false) passOver('keepAlive: false', 'connections are kept alive');
  if (options.httpAgentOptions !== undefined) passOver('httpAgentOptions', TLS_REMEDY);
  if (options.credentials !== undefined) passOver('credentials', TLS_REMEDY);
}

const TLS_REMEDY =
  'the worker makes its own connections: certificateFile, clientKeyFile and clientCertificateFile are for TLS';

function passOver(name: string, remedy: string): void {
  report('warn', `exporter ${name}`, `OTLPTraceExporter passes over ${name}; ${remedy}`);
}

/** Numbers and booleans are often meant as text. Whatever else is there is refused where headers are checked. */
function headerTexts(headers: unknown): Record<string, unknown> {
  if (typeof headers !== 'object' || headers === null) return {};
  const texts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    texts[name] = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
  return texts;
}

/** Binary values have no text form, which headers need: passed over with a word. */
function metadataHeaders({ metadata }: OTLPTraceExporterOptions): Record<string, unknown> {
  const headers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(metadata?.getMap?.() ?? {})) {
    if (typeof value === 'string') headers[name] = value;
    else passOver(`metadata ${name}`, 'binary metadata is not supported');
  }
  return headers;
}
