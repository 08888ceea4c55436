// Section C2 of the checklist: what each trace variable means. Numbers at their bounds: test/unit/shared/config; resource and
// propagators in effect: H, F; the log level, files and register's variables in processes: test/process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { firstBadLine, loadEnvFile } from '../../../src/main/config-file/env-file.js';
import { diagLevelOf, installDiagLogger } from '../../../src/main/lifecycle/diagnostics.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';

/** What was printed. Before the imports: the API's console logger keeps the console's functions as it found them. */
const printed = vi.hoisted(() => {
  const lines: { method: string; text: string }[] = [];
  for (const method of ['error', 'warn', 'info', 'debug', 'trace'] as const) {
    console[method] = (...words: unknown[]) => {
      lines.push({ method, text: words.join(' ') });
    };
  }
  return lines;
});

function read(environment: Record<string, string>) {
  const { config, warnings } = resolveConfig(undefined, environment, 'lenient');
  return { ...config, warnings };
}

/** Nothing of it was refused. */
function clean(environment: Record<string, string>) {
  const { warnings, ...config } = read(environment);
  expect(warnings).toEqual([]);
  return config;
}

test('C2 OTEL_SDK_DISABLED: false by default; true keeps the propagators', () => {
  expect(clean({}).disabled).toBe(false);
  expect(clean({ OTEL_SDK_DISABLED: 'true' })).toMatchObject({
    disabled: true,
    propagators: ['tracecontext', 'baggage'],
  });
});

test('C2 OTEL_SERVICE_NAME beats service.name in OTEL_RESOURCE_ATTRIBUTES, code beats both', () => {
  const both = { OTEL_SERVICE_NAME: 'a', OTEL_RESOURCE_ATTRIBUTES: 'service.name=b,x=%20y%2C' };
  expect(clean(both).resourceAttributes).toEqual({ 'service.name': 'a', x: ' y,' });
  const { config } = resolveConfig({ resourceAttributes: { 'service.name': 'c' } }, both, 'strict');
  expect(config.serviceName).toBe('c');
});

test.each(['a', 'a=b,c', '=b', 'a=%zz', 'a=%ff', 'a=b=c', 'a=b='])(
  'C2 OTEL_RESOURCE_ATTRIBUTES=%j has an error: all of it is discarded, and that is said',
  (text) => {
    const { resourceAttributes, warnings } = read({ OTEL_RESOURCE_ATTRIBUTES: `good=1,${text}` });
    expect(resourceAttributes).toEqual({});
    expect(warnings).toHaveLength(1);
  },
);

test('C2 OTEL_RESOURCE_ATTRIBUTES takes values longer than 255 characters', () => {
  const value = 'x'.repeat(1000);
  expect(clean({ OTEL_RESOURCE_ATTRIBUTES: `a=${value}` }).resourceAttributes).toEqual({ a: value });
});

describe('C2 OTEL_LOG_LEVEL', () => {
  afterEach(() => diag.disable());

  /** The methods of the console that print, of a message of each level. */
  function heard(level: string | undefined): string[] {
    diag.disable();
    installDiagLogger(level);
    printed.length = 0;
    diag.error('test');
    diag.warn('test');
    diag.info('test');
    diag.debug('test');
    diag.verbose('test');
    return printed.map(({ method }) => method);
  }

  const upTo = (count: number) => ['error', 'warn', 'info', 'debug', 'trace'].slice(0, count);

  test.each([
    [undefined, 3],
    ['', 3],
    ['none', 0],
    ['error', 1],
    ['WARN', 2],
    [' Info ', 3],
    ['debug', 4],
    ['verbose', 5],
    ['all', 5],
  ])('C2 %j lets the %i most important levels through', (level, count) => {
    expect(heard(level)).toEqual(upTo(count));
  });

  test('C2 an unknown level is info, with one warning that shows it', () => {
    printed.length = 0;
    installDiagLogger('LOUD');
    const warnings = printed.filter(({ method }) => method === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0].text).toContain('"LOUD"');
    expect(diagLevelOf('LOUD')).toBeUndefined();
    expect(diagLevelOf('toString')).toBeUndefined();
    expect(diagLevelOf('none')).toBe(DiagLogLevel.NONE);
    expect(heard('60')).toEqual(upTo(3));
  });

  test('C2 a logger that the application has set stays', () => {
    diag.disable();
    const said: string[] = [];
    const say = (message: string): void => {
      said.push(message);
    };
    diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say }, DiagLogLevel.ALL);
    installDiagLogger('none');
    diag.error('mine');
    expect(said).toContain('mine');
  });
});

test.each([
  [{}, ['tracecontext', 'baggage']],
  [{ OTEL_PROPAGATORS: 'b3,b3,baggage , B3' }, ['b3', 'baggage']],
  [{ OTEL_PROPAGATORS: 'b3multi,jaeger,xray,ottrace' }, ['b3multi', 'jaeger', 'xray', 'ottrace']],
  [{ OTEL_PROPAGATORS: 'tracecontext,none' }, ['none']],
])('C2 %j means the propagators %j', (environment: Record<string, string>, propagators) => {
  expect(clean(environment).propagators).toEqual(propagators);
});

describe('C2 OTEL_TRACES_SAMPLER and its argument', () => {
  test.each([
    [{}, 'parentbased_always_on', 1],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, 'always_on', 1],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 'always_off', 1],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'traceidratio', 1],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 'traceidratio', 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }, 'traceidratio', 1],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '.25' },
      'parentbased_traceidratio',
      0.25,
    ],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 'parentbased_always_off', 1],
    // Without a sampler, and for one without argument, the argument is not looked at.
    [{ OTEL_TRACES_SAMPLER_ARG: 'wrong' }, 'parentbased_always_on', 1],
    [{ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'wrong' }, 'always_on', 1],
  ])('C2 %j', (environment: Record<string, string>, name, ratio) => {
    expect(clean(environment).sampler).toMatchObject({ name, ratio });
  });
});

test('C2 OTEL_BSP_*: delay, time-out, queue and batch', () => {
  expect(clean({}).batch.scheduledDelayMillis).toBe(5000);
  const config = clean({
    OTEL_BSP_SCHEDULE_DELAY: '7',
    OTEL_BSP_EXPORT_TIMEOUT: '800',
    OTEL_BSP_MAX_QUEUE_SIZE: '4096',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100',
  });
  expect(config.batch).toMatchObject({ scheduledDelayMillis: 7, maxExportBatchSize: 100 });
  expect(config.exporter.timeoutMillis).toBe(800);
  expect(config.ringBytes).toBe(4096 * 256);
});

test('C2 a batch larger than the queue is made as small as the queue allows, with a warning', () => {
  const { batch, warnings } = read({
    OTEL_BSP_MAX_QUEUE_SIZE: '256',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512',
  });
  expect(batch.maxExportBatchSize).toBe(128);
  expect(warnings).toHaveLength(1);
});

describe('C2 limits', () => {
  const names = {
    attributeCountLimit: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
    attributeValueLengthLimit: [
      'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ],
    eventCountLimit: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
    linkCountLimit: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
    attributePerEventCountLimit: [
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
    ],
    attributePerLinkCountLimit: [
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
    ],
  } as const;

  test('C2 128 of everything, values of any length, 64 levels', () => {
    expect(clean({}).spanLimits).toEqual({
      attributeCountLimit: 128,
      attributeValueLengthLimit: 2 ** 30 - 1,
      attributeDepthLimit: 64,
      eventCountLimit: 128,
      linkCountLimit: 128,
      attributePerEventCountLimit: 128,
      attributePerLinkCountLimit: 128,
    });
  });

  test.each(Object.entries(names))(
    'C2 %s: 0 is legal, and the first variable beats the others',
    (limit, variables) => {
      const of = (environment: Record<string, string>) =>
        clean(environment).spanLimits[limit as keyof typeof names];
      for (const [index, variable] of variables.entries()) {
        expect(of({ [variable]: '0' })).toBe(0);
        const weaker = Object.fromEntries(variables.slice(index + 1).map((name) => [name, '9']));
        expect(of({ [variable]: '5', ...weaker })).toBe(5);
      }
    },
  );
});

test('C2 OTEL_EXPORTER_OTLP_*: the variable of traces beats the general one, headers are added up', () => {
  const { exporter } = clean({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general:1/base',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:2/as/it/is',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=general,b=general',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=traces',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/general.pem',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/traces.pem',
  });
  expect(exporter).toMatchObject({
    url: 'http://traces:2/as/it/is',
    protocol: 'http/protobuf',
    headers: { a: 'general', b: 'traces' },
    compression: 'gzip',
    timeoutMillis: 2,
    certificateFile: '/traces.pem',
  });
  expect(clean({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general:1/base/' }).exporter.url).toBe(
    'http://general:1/base/v1/traces',
  );
});

describe('OFFLOOP_ENV_FILE', () => {
  test.each([
    ['A=1\nB=2', undefined],
    ['', undefined],
    ['\n\n# only comments\n   # indented\n', undefined],
    ['export A=1\n', undefined],
    ['A = spaced # comment\nB=\nC="quoted # no comment" # comment', undefined],
    ['A="several\nlines"\nB=1', undefined],
    ["A='x\ny'\r\nB=`z`\r\n", undefined],
    ['A="not closed\nB=1', undefined],
    ['nonsense', 1],
    ['A=1\nnonsense\nB=2', 2],
    ['A="two\nlines"\nnonsense', 3],
    ['=value', 1],
    ['A B=1', 1],
    ['\r\n{\r\n', 2],
  ])('%j: the first line that is none is %j', (text, line) => {
    expect(firstBadLine(text)).toBe(line);
  });

  test.each(['export\tZZ_A=1', '\u00a0ZZ_A=1', 'A B=1'])(
    'C2 %j, which Node would read under another name, is said and sets nothing',
    (text) => {
      const folder = mkdtempSync(join(tmpdir(), 'offloop-env-'));
      const environment: Record<string, string | undefined> = { OFFLOOP_ENV_FILE: join(folder, 'a.env') };
      writeFileSync(join(folder, 'a.env'), `ZZ_B=2\n${text}\n`);
      expect(() => loadEnvFile(environment, 'strict')).toThrow(/OFFLOOP_ENV_FILE/);
      expect(loadEnvFile(environment, 'lenient')).toHaveLength(1);
      expect(Object.keys(environment)).toEqual(['OFFLOOP_ENV_FILE', 'ZZ_B']);
      rmSync(folder, { recursive: true });
    },
  );

  test('is not asked for when it is not set, and a file that is not there is refused', () => {
    const environment: Record<string, string | undefined> = { OFFLOOP_ENV_FILE: '  ' };
    expect(loadEnvFile(environment, 'strict')).toEqual([]);
    environment.OFFLOOP_ENV_FILE = '/nowhere/at.all';
    expect(() => loadEnvFile(environment, 'strict')).toThrow(/OFFLOOP_ENV_FILE is "\/nowhere\/at\.all"/);
    expect(loadEnvFile(environment, 'lenient')).toHaveLength(1);
    // Once: preload and start() ask for the same file.
    expect(loadEnvFile(environment, 'lenient')).toEqual([]);
  });
});

describe('C2 OTEL_TRACES_EXPORTER has otlp/stdout', () => {
  test.each([
    ['otlp/stdout', { exportTraces: true, stdoutTraces: false, consoleTraces: false }, 'file'],
    ['OTLP/Stdout,console', { exportTraces: true, stdoutTraces: false, consoleTraces: true }, 'file'],
    ['otlp,otlp/stdout', { exportTraces: true, stdoutTraces: true, consoleTraces: false }, 'http/protobuf'],
    ['otlp/stdout,none', { exportTraces: false, stdoutTraces: false, consoleTraces: false }, 'http/protobuf'],
  ])('C2 %j', (text, destinations, protocol) => {
    const config = clean({ OTEL_TRACES_EXPORTER: text });
    expect(config).toMatchObject(destinations);
    expect(config.exporter.protocol).toBe(protocol);
  });

  test('C2 endpoint, protocol and compression are not for it; the time-out is', () => {
    const { exporter } = clean({
      OTEL_TRACES_EXPORTER: 'otlp/stdout',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TIMEOUT: '77',
    });
    expect(exporter).toMatchObject({
      protocol: 'file',
      url: 'stdout',
      compression: 'none',
      timeoutMillis: 77,
    });
  });

  test('C2 one worker writes lines, and more are refused with a warning', () => {
    expect(clean({ OTEL_TRACES_EXPORTER: 'otlp/stdout', OFFLOOP_WORKERS: '0' }).workers).toBe(0);
    const { workers, warnings } = read({ OTEL_TRACES_EXPORTER: 'otlp/stdout', OFFLOOP_WORKERS: '3' });
    expect(workers).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('3 workers')]);
  });

  test('C2 no variable has the protocol file', () => {
    const { exporter, warnings } = read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'file' });
    expect(exporter.protocol).toBe('http/protobuf');
    expect(warnings).toHaveLength(1);
  });
});

describe('C2 OTEL_EXPORTER_ZIPKIN_*', () => {
  const zipkin = (more: Record<string, string>) => read({ OTEL_TRACES_EXPORTER: 'zipkin', ...more });

  test('C2 endpoint and time-out have the defaults of the specification', () => {
    expect(zipkin({})).toMatchObject({
      exportTraces: false,
      zipkin: { url: 'http://localhost:9411/api/v2/spans', timeoutMillis: 10_000 },
      warnings: [],
    });
    expect(clean({ OTEL_EXPORTER_ZIPKIN_TIMEOUT: 'x' }).zipkin).toBeUndefined();
  });

  test('C2 the smaller one of the time-outs counts, and 0 is none', () => {
    expect(zipkin({ OTEL_EXPORTER_ZIPKIN_TIMEOUT: '7' }).zipkin?.timeoutMillis).toBe(7);
    const both = { OTEL_EXPORTER_ZIPKIN_TIMEOUT: '0', OTEL_BSP_EXPORT_TIMEOUT: '60000' };
    expect(zipkin(both).zipkin?.timeoutMillis).toBe(60_000);
  });

  test.each(['zipkin:9411', 'ftp://zipkin', 'x'])(
    'C2 the endpoint %j is none: one warning, and the default',
    (url) => {
      const { zipkin: config, warnings } = zipkin({ OTEL_EXPORTER_ZIPKIN_ENDPOINT: url });
      expect(config?.url).toBe('http://localhost:9411/api/v2/spans');
      expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_ZIPKIN_ENDPOINT')]);
      expect(() => resolveConfig({ tracesExporter: 'zipkin', zipkin: { url } }, {}, 'strict')).toThrow(
        expect.objectContaining({ code: 'ERR_OFFLOOP_ZIPKIN_URL' }),
      );
    },
  );
});
