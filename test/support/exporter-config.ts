// An exporter configuration for tests, every field set.

import type { ExporterConfig } from '../../src/shared/config/resolved-config.js';

export function exporterConfig(overrides: Partial<ExporterConfig> = {}): ExporterConfig {
  return {
    protocol: 'http/protobuf',
    url: 'http://127.0.0.1:4318/v1/traces',
    headers: {},
    compression: 'none',
    timeoutMillis: 10_000,
    insecure: false,
    certificateFile: undefined,
    clientKeyFile: undefined,
    clientCertificateFile: undefined,
    maxRequestBytes: 64 * 1024 * 1024,
    maxResponseBytes: 4 * 1024 * 1024,
    maxConcurrentExports: 4,
    ...overrides,
  };
}
