// Options of OffloadSpanProcessor and OTLPTraceExporter.

import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveOffloadConfig } from '../../../src/main/offload/offload-options.js';
import {
  type OTLPTraceExporterOptions,
  offloadOptionsOf,
  reportUnusable,
} from '../../../src/main/offload/otlp-exporter-options.js';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  const ignore = () => {};
  const warn = (message: string) => void warnings.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
});
afterEach(() => {
  vi.unstubAllEnvs();
  diag.disable();
});

describe('OffloadSpanProcessor', () => {
  test('takes the variables of exporter, batch processor and offloop', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318');
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '123');
    vi.stubEnv('OFFLOOP_WORKERS', '2');
    expect(resolveOffloadConfig(undefined, 'Test')).toMatchObject({
      exporter: { url: 'http://collector:4318/v1/traces' },
      batch: { scheduledDelayMillis: 123 },
      workers: 2,
    });
  });

  test('leaves variables alone that the SDK in front answers to', () => {
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'console');
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    vi.stubEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '1');
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'nonsense');
    expect(resolveOffloadConfig({}, 'Test')).toMatchObject({
      disabled: false,
      spanLimits: { attributeCountLimit: 65_536, eventCountLimit: 65_536 },
    });
    expect(warnings).toEqual([]);
  });

  test('options beat variables', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318');
    const { exporter } = resolveOffloadConfig({ exporter: { url: 'http://other:1/x' } }, 'Test');
    expect(exporter.url).toBe('http://other:1/x');
  });

  test('a wrong option throws, with its code', () => {
    expect(() => resolveOffloadConfig({ workers: 17 }, 'Test')).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_WORKERS' }),
    );
    expect(() => resolveOffloadConfig(7 as never, 'Test')).toThrow(
      expect.objectContaining({ code: 'ERR_OFFLOOP_OPTIONS' }),
    );
  });

  test.each([
    ['in its place', { export: () => {} }],
    ['as an option', { exporter: { export: () => {} } }],
  ])('an exporter object %s throws, and says what to give', (_case, options) => {
    expect(() => resolveOffloadConfig(options as never, 'OffloadSpanProcessor')).toThrow(
      /exporter is an exporter object.*OffloadSpanProcessor exports by itself/,
    );
  });

  test('an option that it does not have is named in a warning', () => {
    resolveOffloadConfig({ serviceName: 'mine' } as never, 'OffloadSpanProcessor');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/OffloadSpanProcessor has no option "serviceName"; it is ignored/);
  });
});

describe('OTLPTraceExporter', () => {
  const configOf = (options: OTLPTraceExporterOptions) =>
    resolveOffloadConfig(offloadOptionsOf(options, options.headers), 'OTLPTraceExporter').exporter;

  test.each([
    [1, 1],
    [30, 30],
    [64, 64],
    [1000, 64],
  ])('of %d exports under way, the requests of %d are', (concurrencyLimit, expected) => {
    expect(configOf({ concurrencyLimit }).maxConcurrentExports).toBe(expected);
  });

  test('headers, metadata and user agent become headers; numbers and booleans are text', () => {
    const metadata = { getMap: () => ({ tenant: 'a', 'trace-bin': Buffer.from([1, 2]) }) };
    const headers = { 'x-a': 'b', 'x-n': 7, 'x-b': true, 'x-u': undefined } as never;
    expect(configOf({ protocol: 'grpc', headers, metadata, userAgent: 'app/1' }).headers).toEqual({
      'x-a': 'b',
      'x-n': '7',
      'x-b': 'true',
      tenant: 'a',
      'user-agent': 'app/1',
    });
    expect(warnings[0]).toContain('passes over metadata trace-bin');
  });

  test('a header that cannot be sent throws', () => {
    expect(() => configOf({ headers: { 'x-a': 'line\nbreak' } })).toThrow(
      expect.objectContaining({ name: 'OptionError' }),
    );
  });

  test('what belongs to the main thread is passed over with a word', () => {
    reportUnusable({ keepAlive: true });
    expect(warnings).toEqual([]);
    reportUnusable({ keepAlive: false, httpAgentOptions: {}, credentials: {} });
    expect(warnings.map((text) => /passes over ([^;]+);/.exec(text)?.[1])).toEqual([
      'keepAlive: false',
      'httpAgentOptions',
      'credentials',
    ]);
  });
});
