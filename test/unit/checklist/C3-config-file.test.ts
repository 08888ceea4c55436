// Section C3 of the checklist: declarative configuration. Parse and Create run on texts here; what start() and the preload make of
// a file is in test/process/config-file.test.ts.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to variables are what is tested

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attributes, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigFileError } from '../../../src/main/config-file/config-file-error.js';
import { createFromModel, logLevelOf } from '../../../src/main/config-file/create/create.js';
import { loadConfigFile } from '../../../src/main/config-file/load.js';
import { parseConfigFile } from '../../../src/main/config-file/parse.js';
import { registerPluginComponentProvider } from '../../../src/main/config-file/plug-ins.js';
import { OffloadSpanProcessor } from '../../../src/main/offload/offload-span-processor.js';
import { ConsoleSpanExporter } from '../../../src/main/processors/exporters/console-span-exporter.js';
import { SimpleSpanProcessor } from '../../../src/main/processors/simple-span-processor.js';
import type { Sampler } from '../../../src/main/sdk/types.js';
import { OptionError } from '../../../src/shared/errors.js';

const FILE = 'otel.yaml';

function parse(text: string, environment: Record<string, string> = {}) {
  return parseConfigFile(`file_format: "1.0"\n${text}`, FILE, environment);
}

function create(text: string, environment: Record<string, string> = {}) {
  const { options, plugIns } = createFromModel(parse(text, environment));
  return { ...options, ...plugIns };
}

function refusal(run: () => unknown): ConfigFileError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return error as ConfigFileError;
  }
  throw new Error('nothing was refused');
}

/** A tracer provider with one OTLP exporter and whatever comes below. */
const PROVIDER = 'tracer_provider:\n  processors:\n    - batch:\n        exporter:\n          otlp_http:\n';

describe('C3.1 Parse and Create', () => {
  test('C3.1 parse makes a model under the names of the schema and create makes options of it', () => {
    const { model } = parse(`attribute_limits:\n  attribute_count_limit: 7\n${PROVIDER}`);
    expect(model.attribute_limits).toEqual({ attribute_count_limit: 7 });
    expect(model.tracer_provider?.processors[0]).toMatchObject({ type: 'span_processor', name: 'batch' });
    expect(create(`attribute_limits:\n  attribute_count_limit: 7\n${PROVIDER}`).spanLimits).toEqual({
      attributeCountLimit: 7,
    });
  });

  test('C3.1 every part that exists becomes the option of start() that means the same', () => {
    const options = create(`
disabled: false
attribute_limits:
  attribute_value_length_limit: 100
  attribute_count_limit: 10
resource:
  attributes_list: "service.namespace=ns,service.name=weak"
  attributes:
    - name: service.name
      value: shop
propagator:
  composite:
    - b3:
    - tracecontext:
  composite_list: "baggage,tracecontext"
tracer_provider:
  processors:
    - batch:
        schedule_delay: 50
        export_timeout: 700
        max_queue_size: 4096
        max_export_batch_size: 64
        exporter:
          otlp_grpc:
            endpoint: http://collector:4317
            headers:
              - name: API-Key
                value: strong
              - name: left-out
                value:
            headers_list: "api-key=weak,tenant=a%20b"
            compression: gzip
            timeout: 500
            max_request_size: 0
            max_response_size: 4096
            tls:
              ca_file: /ca.pem
              key_file: /key.pem
              cert_file: /cert.pem
              insecure: true
  limits:
    attribute_count_limit: 20
    attribute_value_depth_limit: 3
    event_count_limit: 4
    link_count_limit: 5
    event_attribute_count_limit: 6
    link_attribute_count_limit: 7
distribution:
  somebody_else: { anything: [1, 2] }
  offloop:
    workers: 2
    ring_bytes: 65536
    concurrent_exports: 3
    trace_random_flag: false
`);
    expect(options).toMatchObject({
      disabled: false,
      tracesExporter: 'otlp',
      propagators: ['b3', 'tracecontext', 'baggage'],
      scheduledDelayMillis: 50,
      exportTimeoutMillis: 700,
      maxQueueSize: 4096,
      maxExportBatchSize: 64,
      workers: 2,
      ringBytes: 65536,
      randomFlag: false,
      spanLimits: {
        attributeCountLimit: 20,
        attributeValueLengthLimit: 100,
        attributeDepthLimit: 3,
        eventCountLimit: 4,
        linkCountLimit: 5,
        attributePerEventCountLimit: 6,
        attributePerLinkCountLimit: 7,
      },
    });
    expect(options.exporter).toEqual({
      protocol: 'grpc',
      url: 'http://collector:4317',
      headers: { 'api-key': 'strong', tenant: 'a b' },
      compression: 'gzip',
      timeoutMillis: 500,
      maxRequestBytes: 67_108_864,
      maxResponseBytes: 4096,
      certificateFile: '/ca.pem',
      clientKeyFile: '/key.pem',
      clientCertificateFile: '/cert.pem',
      insecure: true,
      concurrencyLimit: 3,
    });
  });

  test('C3.1 a file without a tracer provider records nothing, without a propagator propagates nothing', () => {
    expect(create('')).toMatchObject({ tracesExporter: 'none', propagators: ['none'] });
  });

  test('C3.1 a console exporter is a processor on the user thread, beside the ring', () => {
    const alone = create(
      'tracer_provider:\n  processors:\n    - simple:\n        exporter:\n          console:\n',
    );
    expect(alone.tracesExporter).toBe('none');
    expect(alone.spanProcessors?.[0]).toBeInstanceOf(SimpleSpanProcessor);
    const both = create(`${PROVIDER}    - simple:\n        exporter:\n          console:\n`);
    expect(both.tracesExporter).toBe('otlp');
    expect(both.spanProcessors).toHaveLength(1);
    expect(ConsoleSpanExporter).toBeDefined();
  });

  test('C3.1 a simple processor with OTLP hands spans on without a delay', () => {
    const options = create(
      'tracer_provider:\n  processors:\n    - simple:\n        exporter:\n          otlp_http:\n',
    );
    expect(options).toMatchObject({ tracesExporter: 'otlp', scheduledDelayMillis: 0 });
  });

  test('C3.1 further OTLP exporters are processors with pipelines of their own; what is wrong in one has its line', () => {
    const second = `${PROVIDER}    - batch:\n        exporter:\n          otlp_grpc:\n`;
    expect(create(second).spanProcessors).toEqual([expect.any(OffloadSpanProcessor)]);
    expect(refusal(() => create(`${second}            endpoint: "ftp://x"\n`))).toMatchObject({
      line: 10,
      path: 'tracer_provider.processors[1].batch.exporter.otlp_grpc.endpoint',
    });
  });

  test('C3.1 sampler trees become samplers, with the defaults of the schema', () => {
    const samplerOf = (text: string) => String(create(`${PROVIDER}  sampler:\n${text}`).sampler as Sampler);
    expect(create(PROVIDER).sampler).toEqual({ name: 'parentbased_always_on' });
    expect(samplerOf('    always_off:\n')).toBe('AlwaysOffSampler');
    expect(samplerOf('    trace_id_ratio_based:\n')).toBe('TraceIdRatioBased{1}');
    expect(samplerOf('    trace_id_ratio_based:\n      ratio:\n')).toBe('TraceIdRatioBased{1}');
    expect(
      samplerOf(`    parent_based:
      root:
        trace_id_ratio_based:
          ratio: 0.25
      remote_parent_sampled:
        always_off:
`),
    ).toMatch(
      /root=TraceIdRatioBased\{0\.25\}.*remoteParentSampled=AlwaysOffSampler.*localParentSampled=AlwaysOnSampler/,
    );
    expect(samplerOf('    always_record:\n      root:\n        always_off:\n')).toContain('AlwaysOffSampler');
    expect(samplerOf('    probability/development:\n      ratio: 0.5\n')).toContain('0.5');
    expect(
      samplerOf(
        '    composite/development:\n      parent_threshold:\n        root:\n          probability:\n            ratio: 0.5\n',
      ),
    ).toMatch(/arent/);
  });

  test('C3.1 rules of a composite sampler are asked in order', () => {
    const { sampler } = create(`${PROVIDER}  sampler:
    composite/development:
      rule_based:
        rules:
          - span_kinds: [client]
            attribute_values: { key: db.operation, values: [PING] }
            sampler: { always_off: }
          - attribute_patterns: { key: url.path, included: ["/health*"], excluded: ["/health/deep"] }
            sampler: { always_off: }
          - parent: [remote]
            sampler: { always_off: }
          - sampler: { parent_threshold: { root: { always_on: } } }
`) as { sampler: Sampler };
    const sampled = (kind: SpanKind, attributes: Attributes, context = ROOT_CONTEXT) =>
      sampler.shouldSample(context, 'f'.repeat(32), 'name', kind, attributes, []).decision === 2;
    expect(sampled(SpanKind.CLIENT, { 'db.operation': 'PING' })).toBe(false);
    expect(sampled(SpanKind.SERVER, { 'db.operation': 'PING' })).toBe(true);
    expect(sampled(SpanKind.CLIENT, { 'db.operation': 'GET' })).toBe(true);
    expect(sampled(SpanKind.SERVER, { 'url.path': '/healthz' })).toBe(false);
    expect(sampled(SpanKind.SERVER, { 'url.path': '/health/deep' })).toBe(true);
    const remote = { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1, isRemote: true };
    expect(sampled(SpanKind.SERVER, {}, trace.setSpanContext(ROOT_CONTEXT, remote))).toBe(false);
    expect(
      refusal(() =>
        create(`${PROVIDER}  sampler:\n    composite/development: { rule_based: { rules: [{}] } }\n`),
      ).path,
    ).toBe('tracer_provider.sampler.composite/development.rule_based.rules[0]');
  });

  test('C3.1 the remote sampler of Jaeger becomes the options of its package', () => {
    const jaeger = (indent: string, initial: string) =>
      [
        'jaeger_remote/development:',
        '  endpoint: http://jaeger:5778',
        '  interval: 2000',
        '  initial_sampler:',
        `    ${initial}`,
      ]
        .map((line) => `${indent}${line}\n`)
        .join('');
    const expected = { endpoint: 'http://jaeger:5778', pollingIntervalMillis: 2000 };
    const alone = create(`${PROVIDER}  sampler:\n${jaeger('    ', 'trace_id_ratio_based: { ratio: 0.25 }')}`);
    expect(alone.sampler).toEqual({ name: 'jaeger_remote', initialSamplingRate: 0.25, ...expected });
    const root = create(
      `${PROVIDER}  sampler:\n    parent_based:\n      root:\n${jaeger('        ', 'always_off:')}`,
    );
    expect(root.sampler).toEqual({ name: 'parentbased_jaeger_remote', initialSamplingRate: 0, ...expected });
    const inside = `${PROVIDER}  sampler:\n    always_record:\n      root:\n${jaeger('        ', 'always_on:')}`;
    expect(refusal(() => create(inside)).message).toContain('inside another sampler');
    const initial = `${PROVIDER}  sampler:\n${jaeger('    ', 'parent_based:')}`;
    expect(refusal(() => create(initial)).message).toContain('initial sampler parent_based');
  });

  test('C3.1 a tracer configurator switches tracers by the first pattern that matches', () => {
    const { tracerConfigurator } = create(`${PROVIDER}  tracer_configurator/development:
    default_config:
      enabled: false
    tracers:
      - name: io.app.quiet?
        config:
          enabled: false
      - name: io.app.*
        config: {}
`);
    const names = ['io.app.x', 'io.app.quiet1', 'io.app.quiet', 'io-app.x', 'other'];
    expect(
      names.map((name) => tracerConfigurator?.({ name, version: '', attributes: {} } as never)?.enabled),
    ).toEqual([true, false, true, false, false]);
  });

  test('C3.1 the resource has the attributes of the file, entries above the list, and the schema URL', () => {
    const { resource } = create(`
resource:
  schema_url: https://example.test/1
  attributes_list: "a=list,b=list%2C"
  attributes:
    - { name: a, value: entry }
    - { name: n, value: 1, type: int }
    - { name: gone, value: }
`);
    expect(resource?.attributes).toEqual({ a: 'entry', b: 'list,', n: 1 });
    expect(resource?.schemaUrl).toBe('https://example.test/1');
    expect(refusal(() => create('resource: { attributes_list: "a" }')).path).toBe('resource.attributes_list');
  });

  test('C3.1 detectors run as the file says, filtered by its patterns; without the part none run', () => {
    expect(create('').resourceDetectors).toEqual([]);
    const detection = (text: string) =>
      create(`resource:\n  detection/development:\n${text}`).resourceDetectors;
    expect(detection('    detectors: [{ process: }, { service: }]\n')).toEqual(['process', 'service']);
    const [detector] = detection(`    attributes:
      included: [process.*]
      excluded: ["process.runtime.???????", process.pid]
    detectors:
      - process:
`) as { detect(): { attributes: Record<string, unknown> } }[];
    const names = Object.keys(detector.detect().attributes);
    expect(names).toContain('process.runtime.name');
    expect(names).not.toContain('process.runtime.version');
    expect(names).not.toContain('process.pid');
    expect(refusal(() => detection('    detectors: [{ cloud: }]\n')).message).toContain('resource_detector');
  });

  test('C3.1 plug-ins are registered under type and name, once, and get their properties', () => {
    const seen: unknown[] = [];
    const sampler = { shouldSample: () => ({ decision: 0 }), toString: () => 'mine' };
    registerPluginComponentProvider({
      type: 'sampler',
      name: 'mine',
      create: (properties) => {
        seen.push(properties);
        return sampler;
      },
    });
    const options = create(`${PROVIDER}  sampler:\n    mine:\n      list: [1, "\${A}"]\n      none:\n`, {
      A: 'x',
    });
    expect(options.sampler).toBe(sampler);
    expect(seen).toEqual([{ list: [1, 'x'], none: null }]);
    const again = { type: 'sampler', name: 'mine', create: () => sampler } as const;
    expect(refusal(() => registerPluginComponentProvider(again)).message).toContain('sampler:mine');
    // The same name under another type is another one.
    registerPluginComponentProvider({ type: 'span_processor', name: 'mine', create: () => ({}) });
  });

  test('C3.1 propagators may be plug-ins, in their place among the others, each once', () => {
    const fields = ['mine'];
    const mine = { inject() {}, extract: (context: unknown) => context, fields: () => fields };
    const got: unknown[] = [];
    registerPluginComponentProvider({
      type: 'propagator',
      name: 'mine',
      create: (properties) => {
        got.push(properties);
        return mine;
      },
    });
    const of = (text: string) => createFromModel(parse(`propagator:\n${text}`));
    const both =
      '  composite: [{ b3: }, { mine: { level: 3 } }, { mine: { level: 4 } }]\n  composite_list: "mine, b3, Baggage"\n';
    expect(of(both).propagators).toEqual(['b3', mine, 'baggage']);
    expect(of('  composite_list: mine,tracecontext\n').propagators).toEqual([mine, 'tracecontext']);
    expect(got).toEqual([{ level: 3 }, null]);
    // Without plug-ins the option says all.
    expect(of('  composite_list: b3,tracecontext,b3\n')).toMatchObject({
      propagators: undefined,
      options: { propagators: ['b3', 'tracecontext'] },
    });
    registerPluginComponentProvider({ type: 'propagator', name: 'half', create: () => ({ inject() {} }) });
    expect(refusal(() => of('  composite: [{ half: }]\n')).message).toContain('fields()');
  });
});

describe('C3.2 YAML and schema', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'offloop-config-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(['ok.yaml', 'ok.yml', 'OK.YAML'])('C3.2 %s is read', (name) => {
    writeFileSync(join(directory, name), 'file_format: "1.0"\n');
    expect(loadConfigFile(join(directory, name), {}).options.tracesExporter).toBe('none');
  });

  test('C3.2 another ending, a missing file, a folder and one byte too many are refused', () => {
    writeFileSync(join(directory, 'a.json'), '{"file_format":"1.0"}');
    expect(refusal(() => loadConfigFile(join(directory, 'a.json'), {})).message).toContain('.yaml');
    expect(refusal(() => loadConfigFile(join(directory, 'none.yaml'), {})).message).toContain('ENOENT');
    expect(refusal(() => loadConfigFile(`${directory}/../${'x'.repeat(9)}.yaml`, {})).line).toBe(0);
    const start = 'file_format: "1.0"\n#';
    const largest = start + 'x'.repeat(1024 * 1024 - start.length);
    writeFileSync(join(directory, 'large.yaml'), largest);
    loadConfigFile(join(directory, 'large.yaml'), {});
    writeFileSync(join(directory, 'large.yaml'), `${largest}x`);
    expect(refusal(() => loadConfigFile(join(directory, 'large.yaml'), {})).message).toContain('larger');
  });

  test('C3.2 what is no YAML is refused with its line', () => {
    const error = refusal(() => parse('resource:\n  attributes: [\n'));
    expect(error.code).toBe('ERR_OFFLOOP_CONFIG_FILE');
    expect(error.line).toBeGreaterThanOrEqual(3);
  });

  test('C3.2 the schema is YAML 1.2 core: yes is a string, 0o7 a number, doubled keys an error', () => {
    expect(refusal(() => parse('disabled: yes')).message).toContain('"yes"');
    expect(parse('disabled: TRUE').model.disabled).toBe(true);
    expect(parse('attribute_limits: { attribute_count_limit: 0o17 }').model.attribute_limits).toEqual({
      attribute_count_limit: 15,
    });
    expect(refusal(() => parse('disabled: true\ndisabled: true')).line).toBe(3);
  });

  test('C3.2 a name nobody knows is refused with line, path, what there is, and a remedy', () => {
    const error = refusal(() => parse(`${PROVIDER}  limts: {}\n`));
    expect(error).toMatchObject({ file: FILE, line: 7, path: 'tracer_provider.limts' });
    expect(error.message).toBe(
      'offloop: otel.yaml, line 7: tracer_provider.limts is a name that nobody knows here, but must be one of ' +
        'processors, limits, sampler, id_generator, tracer_configurator/development. Correct or remove it.',
    );
  });

  test.each([
    ['attribute_limits: { attribute_count_limit: 0 }', 'attribute_limits: { attribute_count_limit: -1 }'],
    [
      'attribute_limits: { attribute_value_depth_limit: 1 }',
      'attribute_limits: { attribute_value_depth_limit: 0 }',
    ],
    [
      'attribute_limits: { attribute_value_depth_limit: 64 }',
      'attribute_limits: { attribute_value_depth_limit: 65 }',
    ],
    ['log_level: warn4', 'log_level: warn5'],
    ['disabled: false', 'disabled: "false"'],
    ['resource: { schema_url: x }', 'resource: { schema_url: 1 }'],
    ['resource: { attributes: [{ name: a, value: b }] }', 'resource: { attributes: [] }'],
    ['resource: { attributes: [{ name: a, value: }] }', 'resource: { attributes: [{ name: a }] }'],
    ['propagator: { composite: [{ b3: }] }', 'propagator: { composite: [b3] }'],
    ['propagator: { composite: [{ b3: }] }', 'propagator: { composite: [{ b3: , baggage: }] }'],
    ['distribution: { offloop: { workers: 16 } }', 'distribution: { offloop: { workers: 17 } }'],
    ['distribution: { other: 1 }', 'distribution: 1'],
  ])('C3.2 %s is accepted, %s is not', (right, wrong) => {
    parse(right);
    expect(refusal(() => parse(wrong)).line).toBe(2);
  });

  test('C3.2 resource attributes have the type that is written, or are strings', () => {
    const attribute = (text: string) => create(`resource:\n  attributes:\n    - { name: a, ${text} }\n`);
    for (const right of [
      'value: x',
      'value: 1, type: int',
      'value: 1.5, type: double',
      'value: true, type: bool',
      'value: [a, b], type: string_array',
      'value: [1], type: int_array',
    ]) {
      expect(() => attribute(right), right).not.toThrow();
    }
    for (const wrong of [
      'value: 1',
      'value: 1.5, type: int',
      'value: x, type: bool',
      'value: [1, a], type: int_array',
    ]) {
      expect(
        refusal(() => attribute(wrong)),
        wrong,
      ).toMatchObject({
        line: 4,
        path: 'resource.attributes[0].value',
      });
    }
  });

  test.each([
    ['1.0', 0],
    ['1.1', 0],
    ['1.0-rc.3', 1],
    ['1.2', 1],
  ])('C3.2 file_format %s is read, with %i warnings', (version, warnings) => {
    expect(parseConfigFile(`file_format: "${version}"`, FILE, {}).warnings).toHaveLength(warnings);
  });

  test.each(['"0.4"', '"2.0"', '1.0', 'x', ''])('C3.2 file_format %s is refused', (version) => {
    expect(refusal(() => parseConfigFile(`file_format: ${version}`, FILE, {})).line).toBe(1);
  });

  test('C3.2 a small file that stands for a large one is refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `  a${level}: &a${level} [${Array(10).fill(level === 0 ? 'x' : `*a${level - 1}`)}]`,
    );
    const bomb = `distribution:\n${levels.join('\n')}\n`;
    expect(refusal(() => parse(bomb)).message).toContain('too large or too deep');
    expect(refusal(() => parse('distribution: &a { b: *a }')).message).toContain('too deep');
  });

  test('C3.2 a second document is refused, a byte order mark and CRLF are taken', () => {
    const error = refusal(() => parse('disabled: true\n---\nfile_format: "1.0"\n'));
    expect(error.line).toBe(3);
    const windows = parseConfigFile('\ufefffile_format: "1.0"\r\ndisabled: true\r\n', FILE, {});
    expect(windows.model).toMatchObject({ disabled: true });
  });

  test('C3.2 anchors and aliases are read', () => {
    const text = 'attribute_limits: &limits { attribute_count_limit: 3 }\ndistribution: { x: *limits }\n';
    expect(parse(text).model.attribute_limits).toEqual({ attribute_count_limit: 3 });
  });

  test('C3.2 severities become the levels of diag', () => {
    expect(
      ['trace', 'trace2', 'debug', 'info', 'info3', 'warn', 'error', 'error2', 'fatal4'].map(logLevelOf),
    ).toEqual(['verbose', 'debug', 'debug', 'info', 'warn', 'warn', 'error', 'none', 'none']);
  });
});

describe('C3.4 missing and null', () => {
  test('C3.4 a missing part is undefined, one without a value is null', () => {
    expect('disabled' in parse('').model).toBe(false);
    expect(parse('disabled:').model.disabled).toBeNull();
    expect(parse('resource: { schema_url: }').model.resource).toEqual({ schema_url: null });
  });

  test('C3.4 null stands for the default where the schema has one', () => {
    expect(create(`disabled:\nattribute_limits: { attribute_count_limit: }\n`)).toMatchObject({
      disabled: false,
      spanLimits: {},
    });
    // No limit has a nullBehavior: null is as missing, and the general limit counts.
    const text = `attribute_limits: { attribute_count_limit: 3 }\n${PROVIDER}  limits: { attribute_count_limit: }\n`;
    expect(create(text).spanLimits).toEqual({ attributeCountLimit: 3 });
  });

  test('C3.4 null is refused where the schema does not take it', () => {
    expect(refusal(() => parse('tracer_provider:')).path).toBe('tracer_provider');
    expect(refusal(() => parse('attribute_limits:')).path).toBe('attribute_limits');
    expect(refusal(() => parse('resource: { attributes: }')).path).toBe('resource.attributes');
    expect(refusal(() => parse('resource: { attributes: [{ name: , value: x }] }')).path).toBe(
      'resource.attributes[0].name',
    );
  });

  test('C3.4 a missing part that is required is refused where it should be', () => {
    expect(refusal(() => parseConfigFile('disabled: true', FILE, {})).message).toContain('file_format');
    expect(refusal(() => parse('tracer_provider: {}'))).toMatchObject({ line: 2, path: 'tracer_provider' });
    expect(refusal(() => parse('tracer_provider:\n  processors:\n    - batch: {}\n'))).toMatchObject({
      line: 4,
      path: 'tracer_provider.processors[0].batch',
    });
  });
});

describe('C3.5 fail fast', () => {
  test('C3.5 an output stream that is none stops the start, with its place', () => {
    const file =
      '    - batch:\n        exporter:\n          otlp_file/development:\n            output_stream: stderr\n';
    const { path, code } = refusal(() => create(`${PROVIDER}${file}`));
    expect(path).toBe('tracer_provider.processors[1].batch.exporter.otlp_file/development.output_stream');
    expect(code).toBe('ERR_OFFLOOP_CONFIG_FILE');
  });

  test.each([
    ['meter_provider: {}', 'meter_provider'],
    ['logger_provider: {}', 'logger_provider'],
    ['instrumentation/development: {}', 'instrumentation/development'],
  ])('C3.5 %j, which offloop does not have yet, stops the start with a remedy', (text, path) => {
    const error = refusal(() => parse(text));
    expect(error.path).toBe(path);
    expect(error.message).toContain('does not have it yet');
  });

  test.each([
    ['sampler', `${PROVIDER}  sampler:\n    unheard_of:\n`, 8],
    [
      'span_exporter',
      'tracer_provider:\n  processors:\n    - simple:\n        exporter:\n          zipkin:\n',
      6,
    ],
    ['span_processor', 'tracer_provider:\n  processors:\n    - unheard_of:\n', 4],
    ['id_generator', `${PROVIDER}  id_generator:\n    unheard_of:\n`, 8],
  ])('C3.5 a %s that nobody registered stops the start', (type, text, line) => {
    const error = refusal(() => create(text));
    expect(error.message).toContain(type);
    expect(error.line).toBe(line);
  });

  test('C3.5 a plug-in that throws or makes something else stops the start', () => {
    registerPluginComponentProvider({
      type: 'span_processor',
      name: 'throws',
      create: () => {
        throw new Error('no luck');
      },
    });
    registerPluginComponentProvider({ type: 'span_processor', name: 'empty', create: () => ({}) });
    const text = (name: string) => `tracer_provider:\n  processors:\n    - ${name}:\n`;
    expect(refusal(() => create(text('throws'))).message).toContain('no luck');
    expect(refusal(() => create(text('empty'))).message).toContain('onEnd');
  });

  test('C3.5 H8 a detector that comes twice stops the start, with its line', () => {
    const text =
      'resource:\n  detection/development:\n    detectors:\n      - host:\n      - process:\n      - host:\n';
    expect(refusal(() => create(text))).toMatchObject({
      line: 7,
      path: 'resource.detection/development.detectors[2].host',
    });
  });

  test('C3.5 propagators that do not exist stop the start', () => {
    expect(refusal(() => create('propagator:\n  composite:\n    - zipkin:\n')).line).toBe(4);
    expect(refusal(() => create('propagator:\n  composite_list: b3,zipkin\n'))).toMatchObject({
      line: 3,
      path: 'propagator.composite_list',
    });
  });

  test.each(['ca_file', 'key_file', 'cert_file'])(
    'C3.5 a %s that is no absolute path stops the start',
    (name) => {
      const text = (path: string) => `${PROVIDER}            tls: { ${name}: ${path} }\n`;
      expect(refusal(() => create(text('certs/a.pem')))).toMatchObject({
        line: 7,
        path: `tracer_provider.processors[0].batch.exporter.otlp_http.tls.${name}`,
      });
      expect(() => create(text('/certs/a.pem'))).not.toThrow();
      expect(() => create(text(''))).not.toThrow();
    },
  );
});
