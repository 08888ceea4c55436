// Section C3.3 of the checklist: references to environment variables in a configuration file.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to variables are what is tested

import { describe, expect, test } from 'vitest';
import type { ConfigFileError } from '../../../src/main/config-file/config-file-error.js';
import { createFromModel } from '../../../src/main/config-file/create/create.js';
import { parseConfigFile } from '../../../src/main/config-file/parse.js';
import { resolveConfig } from '../../../src/shared/config/resolve.js';
import type { ResolvedConfig } from '../../../src/shared/config/resolved-config.js';
import { OptionError } from '../../../src/shared/errors.js';

function parse(text: string, environment: Record<string, string> = {}) {
  return parseConfigFile(`file_format: "1.0"\n${text}`, 'otel.yaml', environment);
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

describe('C3.3 references to variables', () => {
  const environment = {
    STRING_VALUE: 'value',
    BOOL_VALUE: 'true',
    INT_VALUE: '1',
    FLOAT_VALUE: '1.1',
    HEX_VALUE: '0xdeadbeef',
    EMPTY_VALUE: '',
    INVALID_MAP_VALUE: 'value\nkey:value',
    DO_NOT_REPLACE_ME: 'Never use this value',
    REPLACE_ME: '${DO_NOT_REPLACE_ME}',
    VALUE_WITH_ESCAPE: 'value$$',
    SPACED_VALUE: ' true\n',
    SPACED_URL: 'http://x \r\n',
  };

  // The table of the specification, and what a map of a plug-in looks like.
  const scalarOf = (text: string, more: Record<string, string> = {}): unknown => {
    const { model } = parse(`tracer_provider:\n  processors:\n    - plug:\n        key: ${text}\n`, {
      ...environment,
      ...more,
    });
    const [processor] = model.tracer_provider?.processors ?? [];
    return (processor.properties as { key: unknown }).key;
  };

  test.each([
    ['${STRING_VALUE}', 'value'],
    ['${BOOL_VALUE}', true],
    ['${INT_VALUE}', 1],
    ['${FLOAT_VALUE}', 1.1],
    ['${HEX_VALUE}', 0xdeadbeef],
    ['"${STRING_VALUE}"', 'value'],
    ['"${BOOL_VALUE}"', 'true'],
    ['"${INT_VALUE}"', '1'],
    ["'${FLOAT_VALUE}'", '1.1'],
    ['${env:STRING_VALUE}', 'value'],
    ['${INVALID_MAP_VALUE}', 'value\nkey:value'],
    ['foo ${STRING_VALUE} ${FLOAT_VALUE}', 'foo value 1.1'],
    ['${UNDEFINED_KEY}', null],
    ['"${UNDEFINED_KEY}"', ''],
    ['${EMPTY_VALUE}', null],
    ['${UNDEFINED_KEY:-fallback}', 'fallback'],
    ['${EMPTY_VALUE:-fallback}', 'fallback'],
    ['${UNDEFINED_KEY:-42}', 42],
    ['${UNDEFINED_KEY:-}', null],
    ['${REPLACE_ME}', '${DO_NOT_REPLACE_ME}'],
    ['${UNDEFINED_KEY:-${STRING_VALUE}}', '${STRING_VALUE}'],
    ['${UNDEFINED_KEY:-${STRING_VALUE}', '${STRING_VALUE'],
    ['$${STRING_VALUE:-${STRING_VALUE}}', '${STRING_VALUE:-value}'],
    ['${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}'],
    ['${1:-$$} ${STRING_VALUE}', '${1:-$} value'],
    // Neither has what makes a reference.
    ['${}', '${}'],
    ['${STRING_VALUE', '${STRING_VALUE'],
    ['${UNDEFINED_KEY:-a b\tc:d-e}', 'a b\tc:d-e'],
    ['${VALUE_WITH_ESCAPE}', 'value$$'],
    ['a $$ b', 'a $ b'],
    ['$${STRING_VALUE}', '${STRING_VALUE}'],
    ['$$${STRING_VALUE}', '$value'],
    ['$$$${STRING_VALUE}', '$${STRING_VALUE}'],
    ['$${STRING_VALUE:-fallback}', '${STRING_VALUE:-fallback}'],
    ['$$0', '$0'],
    ['a $', 'a $'],
    ['$5', '$5'],
    ['!!str ${INT_VALUE}', '1'],
    ['${SPACED_VALUE}', true],
    ['"${SPACED_VALUE}"', ' true\n'],
    ['${SPACED_URL}', 'http://x'],
  ])('C3.3 %s becomes %j', (text, value) => {
    expect(scalarOf(text)).toEqual(value);
  });

  test('C3.3 keys are not replaced', () => {
    const { model } = parse(
      'tracer_provider:\n  processors:\n    - plug:\n        ${STRING_VALUE}: 1\n',
      environment,
    );
    expect(model.tracer_provider?.processors[0].properties).toEqual({ '${STRING_VALUE}': 1 });
  });

  test.each([
    '${1API_KEY}',
    '${API-KEY}',
    '${API_$KEY}',
    '${ STRING_VALUE }',
    '${STRING_VALUE-fallback}',
    '${STRING_VALUE:?error}',
    '${file:x}',
    '${env:}',
  ])('C3.3 %s is no reference and fails the whole file', (text) => {
    const error = refusal(() => scalarOf(`"${text}"`));
    expect(error).toMatchObject({ line: 5, path: 'tracer_provider.processors[0].plug.key' });
    expect(error.message).toContain('$$');
  });

  test.each([
    '[a, b]',
    '{ a: b }',
    '- a',
    '"quoted"',
    'a: b',
    '# comment',
    '&anchor x',
    '*alias',
    '|\n  block',
  ])('C3.3 %s in a variable is text and no structure', (injected) => {
    expect(scalarOf('${INJECTED}', { INJECTED: injected })).toBe(injected);
  });

  test('C3.3 the type is that of the value after replacement', () => {
    const text = 'disabled: ${DISABLED}\n';
    expect(parse(text, { DISABLED: 'true' }).model.disabled).toBe(true);
    expect(parse(text, {}).model.disabled).toBeNull();
    expect(refusal(() => parse(text, { DISABLED: 'maybe' })).message).toContain('"maybe"');
  });
});

describe('C3.3 a file of references only, as the official migration template is one', () => {
  const TEMPLATE = `
disabled: \${OTEL_SDK_DISABLED:-false}
resource:
  attributes:
    - name: service.name
      value: "\${OTEL_SERVICE_NAME:-unknown_service:node}"
  attributes_list: \${OTEL_RESOURCE_ATTRIBUTES}
attribute_limits:
  attribute_value_length_limit: \${OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT}
  attribute_count_limit: \${OTEL_ATTRIBUTE_COUNT_LIMIT}
propagator:
  composite_list: \${OTEL_PROPAGATORS:-tracecontext,baggage}
tracer_provider:
  processors:
    - batch:
        schedule_delay: \${OTEL_BSP_SCHEDULE_DELAY}
        export_timeout: \${OTEL_BSP_EXPORT_TIMEOUT}
        max_queue_size: \${OTEL_BSP_MAX_QUEUE_SIZE}
        max_export_batch_size: \${OTEL_BSP_MAX_EXPORT_BATCH_SIZE}
        exporter:
          otlp_http:
            endpoint: \${OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}/v1/traces
            tls:
              ca_file: \${OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE}
              key_file: \${OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY}
              cert_file: \${OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE}
            compression: \${OTEL_EXPORTER_OTLP_TRACES_COMPRESSION}
            timeout: \${OTEL_EXPORTER_OTLP_TRACES_TIMEOUT}
            headers_list: \${OTEL_EXPORTER_OTLP_TRACES_HEADERS}
  limits:
    attribute_value_length_limit: \${OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT}
    attribute_count_limit: \${OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT}
    event_count_limit: \${OTEL_SPAN_EVENT_COUNT_LIMIT}
    link_count_limit: \${OTEL_SPAN_LINK_COUNT_LIMIT}
    event_attribute_count_limit: \${OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT}
    link_attribute_count_limit: \${OTEL_LINK_ATTRIBUTE_COUNT_LIMIT}
`;

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['blank ones', { OTEL_SDK_DISABLED: '', OTEL_BSP_SCHEDULE_DELAY: '', OTEL_PROPAGATORS: '' }],
    ['general limits only', { OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100' }],
    [
      'all of them',
      {
        OTEL_SDK_DISABLED: 'true',
        OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100',
        OTEL_PROPAGATORS: 'b3,baggage,b3,xray',
        OTEL_BSP_SCHEDULE_DELAY: '0',
        OTEL_BSP_EXPORT_TIMEOUT: '0',
        OTEL_BSP_MAX_QUEUE_SIZE: '4096',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318',
        OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/ca.pem',
        OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/key.pem',
        OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/cert.pem',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '5000',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=a%20b,authorization=Basic YQ==',
        OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '50',
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '0',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
        OTEL_SPAN_LINK_COUNT_LIMIT: '2',
        OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '3',
        OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '4',
      },
    ],
  ])('C3.3 with %s set it means what the variables mean by themselves', (_, environment) => {
    const { options } = createFromModel(parse(TEMPLATE, environment));
    const shared = (config: ResolvedConfig) => ({
      ...config,
      // The sampler is an object here; detectors are off in a file, the resource is a layer of its own.
      sampler: undefined,
      resourceDetectors: undefined,
      resourceAttributes: undefined,
      serviceName: undefined,
    });
    const ofFile = resolveConfig(options, {}, 'strict');
    const ofVariables = resolveConfig({}, environment, 'strict');
    expect(shared(ofFile.config)).toEqual(shared(ofVariables.config));
    expect([...ofFile.warnings, ...ofVariables.warnings]).toEqual([]);
  });
});
