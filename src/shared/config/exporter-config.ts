// The OTLP exporter's part of the configuration: general and per-signal variables, code above both.
// Thread: main; caller: resolve.ts.

import { OptionError } from '../errors.js';
import {
  CONCURRENT_EXPORTS_DEFAULT,
  CONCURRENT_EXPORTS_MAX,
  CONCURRENT_EXPORTS_MIN,
  EXPORT_TIMEOUT_MILLIS_DEFAULT,
  EXPORTER_TIMEOUT_MILLIS_DEFAULT,
  FILE_NAME_LENGTH_MAX,
  REQUEST_BYTES_DEFAULT,
  REQUEST_BYTES_MAX,
  REQUEST_BYTES_MIN,
  RESPONSE_BYTES_DEFAULT,
  RESPONSE_BYTES_MAX,
  RESPONSE_BYTES_MIN,
} from '../limits.js';
import { resolveHeaders } from './headers.js';
import { optionGroup } from './option-group.js';
import type { ExporterOptions, StartOptions } from './options.js';
import { resolveEndpoint } from './otlp-endpoint.js';
import type { Compression, ExporterConfig, OtlpProtocol } from './resolved-config.js';
import type { Settings } from './settings.js';

const PROTOCOLS: readonly OtlpProtocol[] = ['grpc', 'http/protobuf', 'http/json'];
/** The variables have no word for it. */
const PROTOCOLS_IN_CODE: readonly OtlpProtocol[] = [...PROTOCOLS, 'file'];
const COMPRESSIONS: readonly Compression[] = ['none', 'gzip'];

const EXPORTER_OPTION_NAMES: Readonly<Record<keyof ExporterOptions, true>> = {
  protocol: true,
  url: true,
  headers: true,
  compression: true,
  timeoutMillis: true,
  concurrencyLimit: true,
  insecure: true,
  certificateFile: true,
  clientKeyFile: true,
  clientCertificateFile: true,
  maxRequestBytes: true,
  maxResponseBytes: true,
};

/** `isStdout`: whatever the options and variables say of protocol and endpoint, lines on standard output. */
export function resolveExporter(
  settings: Settings,
  startOptions: Partial<StartOptions>,
  isStdout: boolean,
): ExporterConfig {
  const given = optionGroup(settings, 'exporter', startOptions.exporter, EXPORTER_OPTION_NAMES);
  const options: typeof given = isStdout ? { ...given, protocol: 'file', url: 'stdout' } : given;
  const protocols = options.protocol === undefined ? PROTOCOLS : PROTOCOLS_IN_CODE;
  const protocol =
    settings.choiceIfGiven('exporter.protocol', perSignal('PROTOCOL'), options.protocol, protocols) ??
    'http/protobuf';
  const endpoint = resolveEndpoint(settings, protocol, options.url);
  const compression =
    settings.choiceIfGiven(
      'exporter.compression',
      perSignal('COMPRESSION'),
      options.compression,
      COMPRESSIONS,
    ) ?? 'none';
  const insecure = settings.boolean('exporter.insecure', perSignal('INSECURE'), options.insecure);
  return {
    protocol,
    url: endpoint.url,
    headers: resolveHeaders(
      settings,
      protocol,
      options.headers,
      perSignal('HEADERS').toReversed(),
      endpoint.authorization,
    ),
    compression: protocol === 'file' ? 'none' : compression,
    timeoutMillis: resolveTimeout(settings, options, startOptions),
    insecure: protocol === 'grpc' && (endpoint.insecure ?? insecure),
    ...resolveTlsFiles(settings, options),
    maxRequestBytes: settings.integer(
      {
        option: 'exporter.maxRequestBytes',
        variables: ['OFFLOOP_MAX_REQUEST_BYTES'],
        min: REQUEST_BYTES_MIN,
        max: REQUEST_BYTES_MAX,
        unit: 'bytes',
      },
      options.maxRequestBytes,
      REQUEST_BYTES_DEFAULT,
    ),
    maxResponseBytes: settings.integer(
      {
        option: 'exporter.maxResponseBytes',
        variables: ['OFFLOOP_MAX_RESPONSE_BYTES'],
        min: RESPONSE_BYTES_MIN,
        max: RESPONSE_BYTES_MAX,
        unit: 'bytes',
      },
      options.maxResponseBytes,
      RESPONSE_BYTES_DEFAULT,
    ),
    maxConcurrentExports: settings.integer(
      {
        option: 'exporter.concurrencyLimit',
        variables: ['OFFLOOP_CONCURRENT_EXPORTS'],
        min: CONCURRENT_EXPORTS_MIN,
        max: CONCURRENT_EXPORTS_MAX,
      },
      options.concurrencyLimit,
      CONCURRENT_EXPORTS_DEFAULT,
    ),
  };
}

/** The signal's variable beats the general one. */
function perSignal(suffix: string): readonly string[] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`];
}

/** The exporter and the batching processor each bound an export; the smaller bound counts. */
function resolveTimeout(
  settings: Settings,
  options: Partial<ExporterOptions>,
  startOptions: Partial<StartOptions>,
): number {
  const exporterMillis = settings.timeout(
    'exporter.timeoutMillis',
    perSignal('TIMEOUT'),
    options.timeoutMillis,
    EXPORTER_TIMEOUT_MILLIS_DEFAULT,
  );
  const exportMillis = settings.timeout(
    'exportTimeoutMillis',
    ['OTEL_BSP_EXPORT_TIMEOUT'],
    startOptions.exportTimeoutMillis,
    EXPORT_TIMEOUT_MILLIS_DEFAULT,
  );
  return Math.min(exporterMillis, exportMillis);
}

type TlsFiles = Pick<ExporterConfig, 'certificateFile' | 'clientKeyFile' | 'clientCertificateFile'>;

/** Invariant: client key and client certificate are both there or both not. */
function resolveTlsFiles(settings: Settings, options: Partial<ExporterOptions>): TlsFiles {
  const file = (option: keyof TlsFiles, suffix: string): string | undefined =>
    settings.text(`exporter.${option}`, perSignal(suffix), options[option], FILE_NAME_LENGTH_MAX);
  const certificateFile = file('certificateFile', 'CERTIFICATE');
  const clientKeyFile = file('clientKeyFile', 'CLIENT_KEY');
  const clientCertificateFile = file('clientCertificateFile', 'CLIENT_CERTIFICATE');
  if ((clientKeyFile === undefined) === (clientCertificateFile === undefined)) {
    return { certificateFile, clientKeyFile, clientCertificateFile };
  }
  const missing = clientKeyFile === undefined ? 'clientKeyFile' : 'clientCertificateFile';
  if (options.clientKeyFile !== undefined || options.clientCertificateFile !== undefined) {
    throw new OptionError({
      option: `exporter.${missing}`,
      value: 'missing',
      range: 'given together with the other half of the pair',
      remedy: 'Give both clientKeyFile and clientCertificateFile, or none of them.',
    });
  }
  settings.warn(
    'OTEL_EXPORTER_OTLP_CLIENT_KEY and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE belong together and one is missing; ' +
      'no client certificate is used.',
  );
  return { certificateFile, clientKeyFile: undefined, clientCertificateFile: undefined };
}
