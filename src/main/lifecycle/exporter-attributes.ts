// What tells an OTLP exporter apart in the SDK's own metrics: its component, and the server that it sends to. Thread: the user's.
// Callers: pipeline-metrics.ts, offload/exporter-metrics.ts. Semantic conventions: "SDK metrics"; server.*.

import type { Attributes } from '@opentelemetry/api';
import type { ExporterConfig } from '../../shared/config/resolved-config.js';
import { componentAttributes } from './component-attributes.js';

/** Of one more exporter. */
export function exporterAttributes(exporter: ExporterConfig): Attributes {
  return { ...componentAttributes(exporterType(exporter)), ...serverOf(exporter) };
}

/** In the words of the conventions, which have none for files. */
function exporterType({ protocol }: ExporterConfig): string {
  switch (protocol) {
    case 'grpc':
      return 'otlp_grpc_span_exporter';
    case 'http/json':
      return 'otlp_http_json_span_exporter';
    case 'file':
      return 'otlp_file_span_exporter';
    default:
      return 'otlp_http_span_exporter';
  }
}

/** Of URLs, and of targets that are host and port; others have no server that a name and a number stand for. */
function serverOf({ protocol, url }: ExporterConfig): Attributes {
  if (protocol === 'file') return {};
  const isUrl = /^https?:\/\//i.test(url);
  if (!isUrl && !/^(\[[^\]]+\]|[^\s:/]+)(:\d+)?$/.test(url)) return {};
  const { hostname, port } = new URL(isUrl ? url : `https://${url}`);
  const implied = /^http:/i.test(url) ? 80 : 443;
  return {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? implied : Number(port),
  };
}
