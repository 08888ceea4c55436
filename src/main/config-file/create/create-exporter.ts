// OTLP exporters of a configuration file as options of start(). Thread: main, at start. Caller: create-processors.ts.

import { isAbsolute } from 'node:path';
import { isBadMember, parseKeyValueList } from '../../../shared/config/key-value-list.js';
import type { ExporterOptions } from '../../../shared/config/options.js';
import { quoteText } from '../../../shared/config/quote.js';
import { REQUEST_BYTES_MAX } from '../../../shared/limits.js';
import type { Place } from '../config-file-error.js';
import type { Component, OtlpExporterModel, OtlpFileExporterModel, TlsModel } from '../model.js';
import { refuse } from '../schema.js';

const FILE_NAME = 'otlp_file/development';
const OTLP_NAMES: readonly string[] = ['otlp_http', 'otlp_grpc', FILE_NAME];

export function isOtlp(component: Component): boolean {
  return OTLP_NAMES.includes(component.name);
}

/** Missing and null are the same here: each has the schema's default, which is offloop's too. */
export function otlpOptions(component: Component, placeOf: (path: string) => Place): ExporterOptions {
  if (component.name === FILE_NAME) return fileOptions(component);
  const model = (component.properties ?? {}) as OtlpExporterModel;
  const { path } = component.place;
  const options: { -readonly [Name in keyof ExporterOptions]: ExporterOptions[Name] } = {
    protocol:
      component.name === 'otlp_grpc' ? 'grpc' : model.encoding === 'json' ? 'http/json' : 'http/protobuf',
    headers: headersOf(model, placeOf(`${path}.headers_list`)),
  };
  if (given(model.endpoint)) options.url = model.endpoint;
  if (given(model.compression)) options.compression = model.compression as 'gzip' | 'none';
  if (given(model.timeout)) options.timeoutMillis = model.timeout;
  // 0 means no limit; offloop has an upper bound all the same.
  if (given(model.max_request_size)) options.maxRequestBytes = model.max_request_size || REQUEST_BYTES_MAX;
  if (given(model.max_response_size)) options.maxResponseBytes = model.max_response_size;
  checkFiles(model.tls, (name) => placeOf(`${path}.tls.${name}`));
  if (given(model.tls?.ca_file)) options.certificateFile = model.tls.ca_file;
  if (given(model.tls?.key_file)) options.clientKeyFile = model.tls.key_file;
  if (given(model.tls?.cert_file)) options.clientCertificateFile = model.tls.cert_file;
  if (given(model.tls?.insecure)) options.insecure = model.tls.insecure;
  return options;
}

function fileOptions(component: Component): ExporterOptions {
  const { output_stream: url } = (component.properties ?? {}) as OtlpFileExporterModel;
  return { protocol: 'file', ...(given(url) ? { url } : {}) };
}

/** Where the options come from, for errors: the option's name to the name below the exporter. */
export function pathsOfExporter({ name }: Component): Readonly<Record<string, string>> {
  return name === FILE_NAME ? { 'exporter.url': 'output_stream' } : OTLP_PATHS;
}

const OTLP_PATHS: Readonly<Record<string, string>> = {
  'exporter.url': 'endpoint',
  'exporter.headers': 'headers',
  'exporter.compression': 'compression',
  'exporter.timeoutMillis': 'timeout',
  'exporter.maxRequestBytes': 'max_request_size',
  'exporter.maxResponseBytes': 'max_response_size',
  'exporter.certificateFile': 'tls.ca_file',
  'exporter.clientKeyFile': 'tls.key_file',
  'exporter.clientCertificateFile': 'tls.cert_file',
  'exporter.insecure': 'tls.insecure',
};

/** The schema wants absolute paths: what a relative one means would depend on where the application is started. */
function checkFiles(tls: TlsModel | null | undefined, placeOf: (name: string) => Place): void {
  for (const name of ['ca_file', 'key_file', 'cert_file'] as const) {
    const file = tls?.[name];
    if (!given(file) || isAbsolute(file)) continue;
    refuse(placeOf(name), {
      value: quoteText(file),
      range: 'an absolute path of a PEM file',
      remedy: 'Write the whole path.',
    });
  }
}

/** Single headers beat those of the list; one without a value is left out. */
function headersOf(model: OtlpExporterModel, listPlace: Place): Record<string, string> {
  const headers = new Map<string, string>();
  for (const member of parseKeyValueList(model.headers_list ?? '')) {
    if (isBadMember(member)) {
      refuse(listPlace, {
        value: `a list in which ${JSON.stringify(member.key)} ${member.problem}`,
        range: 'a list of name=value, percent-encoded',
        remedy: 'Correct this header.',
      });
    } else {
      headers.set(member.key.toLowerCase(), member.value);
    }
  }
  for (const { name, value } of model.headers ?? []) {
    if (value !== null) headers.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
