// Settings that are a word, a switch or a file.

import { describe, expect, test } from 'vitest';
import type { StartOptions } from '../../../../src/shared/config/options.js';
import { resolveConfig } from '../../../../src/shared/config/resolve.js';
import type { ResolvedConfig } from '../../../../src/shared/config/resolved-config.js';
import { onlyWarning, refusal, withEnvironment, withOptions } from './resolve-with.js';

type Read = (config: ResolvedConfig) => unknown;

const choices: [option: string, variables: string[], words: string[], defaultWord: string, read: Read][] = [
  [
    'exporter.protocol',
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    ['grpc', 'http/protobuf', 'http/json'],
    'http/protobuf',
    (config) => config.exporter.protocol,
  ],
  [
    'exporter.compression',
    ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION'],
    ['none', 'gzip'],
    'none',
    (config) => config.exporter.compression,
  ],
  [
    'sampler.name',
    ['OTEL_TRACES_SAMPLER'],
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'probability',
      'parentbased_probability',
      'composite_always_on',
      'composite_always_off',
      'composite_probability',
      'composite_parent_threshold',
      'jaeger_remote',
      'parentbased_jaeger_remote',
      'xray',
    ],
    'parentbased_always_on',
    (config) => config.sampler.name,
  ],
];

describe.each(choices)('%s', (option, variables, words, defaultWord, read) => {
  const [group, name] = option.split('.') as [string, string];

  test(`is ${defaultWord} by default`, () => {
    expect(read(withEnvironment({}).config)).toBe(defaultWord);
  });

  test.each(words)('can be %s, in code and in a variable of any case', (word) => {
    expect(read(withOptions({ [group]: { [name]: word } }).config)).toBe(word);
    for (const variable of variables) {
      for (const text of [word, word.toUpperCase(), ` ${word} `]) {
        const resolution = withEnvironment({ [variable]: text });
        expect(read(resolution.config)).toBe(word);
        expect(resolution.warnings).toEqual([]);
      }
    }
  });

  test('shows an unknown word of a variable as it was written and uses the default', () => {
    for (const variable of variables) {
      const resolution = withEnvironment({ [variable]: 'No_Such_Word' });
      expect(read(resolution.config)).toBe(defaultWord);
      const warning = onlyWarning(resolution);
      expect(warning).toContain(variable);
      expect(warning).toContain('"No_Such_Word"');
      expect(warning).toContain(words.join(', '));
    }
  });

  test.each(['other', 'GZIP ', '', 1, null, true, Symbol('x'), 3n])('refuses %o in code', (value) => {
    const error = refusal({ [group]: { [name]: value } });
    expect(error.option).toBe(option);
    expect(error.range).toContain(words.join(', '));
  });

  if (variables.length < 2) return;

  test("takes the signal's variable before the general one", () => {
    const [signal, general] = variables as [string, string];
    expect(read(withEnvironment({ [signal]: words[0], [general]: words[1] }).config)).toBe(words[0]);
    expect(read(withEnvironment({ [signal]: 'other', [general]: words[1] }).config)).toBe(words[1]);
  });
});

describe('switches', () => {
  test.each([
    ['true', true, 0],
    ['TRUE', true, 0],
    ['false', false, 0],
    ['False', false, 0],
    ['', false, 0],
    ['1', false, 1],
    ['yes', false, 1],
    ['on', false, 1],
  ])('OTEL_SDK_DISABLED=%j is %s with %d warnings', (text, disabled, warnings) => {
    const resolution = withEnvironment({ OTEL_SDK_DISABLED: text });
    expect(resolution.config.disabled).toBe(disabled);
    expect(resolution.warnings).toHaveLength(warnings);
  });

  test.each(['true', 1, null, {}])('disabled: %j is refused in code', (value) => {
    expect(refusal({ disabled: value }).code).toBe('ERR_OFFLOOP_DISABLED');
  });

  test('propagators stay configured when the SDK is disabled', () => {
    expect(withOptions({ disabled: true }).config.propagators).toEqual(['tracecontext', 'baggage']);
  });
});

describe('the ratio of a sampler', () => {
  const ratio = (sampler: string, argument: string): number =>
    withEnvironment({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument }).config.sampler.ratio;

  test.each([
    ['0', 0],
    ['1', 1],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1e-3', 0.001],
  ])('OTEL_TRACES_SAMPLER_ARG=%s is %d', (text, expected) => {
    expect(ratio('traceidratio', text)).toBe(expected);
    expect(ratio('parentbased_traceidratio', text)).toBe(expected);
  });

  test.each(['-0.1', '1.0001', 'half', '50%', '0x1', 'NaN'])(
    'OTEL_TRACES_SAMPLER_ARG=%s is as though not set',
    (text) => {
      const resolution = withEnvironment({
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: text,
      });
      expect(resolution.config.sampler).toEqual({ name: 'traceidratio', ratio: 1 });
      expect(onlyWarning(resolution)).toContain('a number from 0 to 1');
    },
  );

  test('is not read for a sampler that has none', () => {
    expect(
      withEnvironment({ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'x' }).warnings,
    ).toEqual([]);
    expect(withEnvironment({ OTEL_TRACES_SAMPLER_ARG: 'x' }).warnings).toEqual([]);
  });

  test('comes from code with the sampler, and not from the variable then', () => {
    const environment = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    const resolved = (sampler: object): unknown =>
      resolveConfig({ sampler: sampler as never }, environment, 'strict').config.sampler;
    expect(resolved({ name: 'traceidratio', ratio: 0 })).toEqual({ name: 'traceidratio', ratio: 0 });
    expect(resolved({ name: 'traceidratio' })).toEqual({ name: 'traceidratio', ratio: 1 });
  });

  test.each([-0.1, 1.1, Number.NaN, '0.5', null])('%j is refused in code', (value) => {
    expect(refusal({ sampler: { name: 'traceidratio', ratio: value } }).code).toBe(
      'ERR_OFFLOOP_SAMPLER_RATIO',
    );
  });

  test.each([{}, { ratio: 1 }, null, 'always_on', []])('the sampler %j is refused in code', (sampler) => {
    expect(refusal({ sampler }).option).toMatch(/^sampler/);
  });
});

describe('OTEL_TRACES_EXPORTER', () => {
  test.each([
    ['otlp', true, false, 0],
    ['OTLP', true, false, 0],
    ['none', false, false, 0],
    ['none,otlp', false, false, 0],
    ['otlp,console', true, true, 0],
    [' Console , ', false, true, 0],
    ['console,none', false, false, 0],
    ['logging', true, false, 1],
    ['logging,console', false, true, 1],
    ['zipkin', false, false, 0],
    [',', true, false, 0],
  ])('%j: OTLP is %s, console is %s, with %d warnings', (text, otlp, console, warnings) => {
    const resolution = withEnvironment({ OTEL_TRACES_EXPORTER: text });
    expect(resolution.config).toMatchObject({ exportTraces: otlp, consoleTraces: console });
    expect(resolution.warnings).toHaveLength(warnings);
  });

  test('an unknown exporter is shown as it was written', () => {
    expect(onlyWarning(withEnvironment({ OTEL_TRACES_EXPORTER: 'Logging' }))).toContain('"Logging"');
  });

  test('has an equal in code', () => {
    const both = (options: StartOptions) => {
      const { exportTraces, consoleTraces } = resolveConfig(
        options,
        { OTEL_TRACES_EXPORTER: 'none' },
        'strict',
      ).config;
      return [exportTraces, consoleTraces];
    };
    expect(both({ tracesExporter: 'none' })).toEqual([false, false]);
    expect(both({ tracesExporter: 'otlp' })).toEqual([true, false]);
    expect(both({ tracesExporter: 'console' })).toEqual([false, true]);
    expect(both({ tracesExporter: ['console', 'otlp'] })).toEqual([true, true]);
    expect(both({ tracesExporter: [] })).toEqual([false, false]);
    expect(refusal({ tracesExporter: 'logging' }).code).toBe('ERR_OFFLOOP_TRACES_EXPORTER');
    expect(refusal({ tracesExporter: ['otlp', 'Console'] }).value).toContain('Console');
  });
});

describe('propagators', () => {
  test.each([
    ['tracecontext', ['tracecontext'], 0],
    ['baggage,tracecontext,baggage', ['baggage', 'tracecontext'], 0],
    ['TraceContext, BAGGAGE', ['tracecontext', 'baggage'], 0],
    ['none', ['none'], 0],
    ['none,baggage', ['none'], 0],
    ['b3,baggage,b3', ['b3', 'baggage'], 0],
    ['b3multi,Jaeger,xray,ottrace', ['b3multi', 'jaeger', 'xray', 'ottrace'], 0],
    ['b4,baggage,b5', ['baggage'], 1],
    ['b4', ['tracecontext', 'baggage'], 1],
    [',', ['tracecontext', 'baggage'], 0],
  ])('OTEL_PROPAGATORS=%j installs %j', (text, names, warnings) => {
    const resolution = withEnvironment({ OTEL_PROPAGATORS: text });
    expect(resolution.config.propagators).toEqual(names);
    expect(resolution.warnings).toHaveLength(warnings);
  });

  test('come from code as an array', () => {
    expect(withOptions({ propagators: ['baggage', 'baggage'] }).config.propagators).toEqual(['baggage']);
    expect(withOptions({ propagators: [] }).config.propagators).toEqual(['none']);
  });

  test.each(['baggage', null, ['b4'], [undefined], {}])('%j is refused in code', (propagators) => {
    expect(refusal({ propagators }).code).toBe('ERR_OFFLOOP_PROPAGATORS');
  });
});

describe('files of TLS', () => {
  const files = [
    ['certificateFile', 'CERTIFICATE'],
    ['clientKeyFile', 'CLIENT_KEY'],
    ['clientCertificateFile', 'CLIENT_CERTIFICATE'],
  ] as const;
  const environmentOf = (prefix: string, directory: string): Record<string, string> =>
    Object.fromEntries(
      files.map(([, suffix]) => [`OTEL_EXPORTER_OTLP_${prefix}${suffix}`, `${directory}/${suffix}`]),
    );

  test.each(files)(
    "%s: the signal's variable beats the general one and code beats both",
    (option, suffix) => {
      const environment = environmentOf('', '/general');
      expect(withEnvironment(environment).config.exporter[option]).toBe(`/general/${suffix}`);
      const both = { ...environment, ...environmentOf('TRACES_', '/traces') };
      expect(withEnvironment(both).config.exporter[option]).toBe(`/traces/${suffix}`);
      const code = resolveConfig({ exporter: { [option]: '/code' } }, both, 'strict');
      expect(code.config.exporter[option]).toBe('/code');
    },
  );

  test('a client key without certificate is not used in a variable, refused in code', () => {
    const resolution = withEnvironment({ OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key' });
    expect(resolution.config.exporter.clientKeyFile).toBeUndefined();
    expect(onlyWarning(resolution)).toContain('belong together');
    expect(refusal({ exporter: { clientKeyFile: '/key' } }).option).toBe('exporter.clientCertificateFile');
    expect(refusal({ exporter: { clientCertificateFile: '/cert' } }).option).toBe('exporter.clientKeyFile');
  });

  test('a name of 4096 characters is accepted; 4097, none and NUL are refused', () => {
    const name = 'f'.repeat(4096);
    expect(withOptions({ exporter: { certificateFile: name } }).config.exporter.certificateFile).toBe(name);
    for (const wrong of [`${name}f`, '', 'a\0b', 7, null]) {
      expect(refusal({ exporter: { certificateFile: wrong } }).code).toBe(
        'ERR_OFFLOOP_EXPORTER_CERTIFICATE_FILE',
      );
    }
  });
});
