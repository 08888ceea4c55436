// What a configuration file may contain: our own table of the official schema (opentelemetry-configuration, file_format 1.x),
// as far as offloop has the parts. Parts it does not have yet are named with what to do instead, so that nothing is passed over
// in silence. Thread: main, at start. Caller: parse.ts.

import {
  ARENA_BYTES_MAX,
  ARENA_BYTES_MIN,
  ATTRIBUTE_DEPTH_MAX,
  BATCH_BYTES_MAX,
  BATCH_BYTES_MIN,
  BATCH_SIZE_MAX,
  CONCURRENT_EXPORTS_MAX,
  CONCURRENT_EXPORTS_MIN,
  COUNT_LIMIT_MAX,
  DRAIN_INTERVAL_MILLIS_MAX,
  DRAIN_INTERVAL_MILLIS_MIN,
  DROP_WARNING_THRESHOLD_MAX,
  EXIT_TIMEOUT_MILLIS_MAX,
  QUEUE_SIZE_MAX,
  REQUEST_BYTES_MAX,
  RESPONSE_BYTES_MAX,
  RESPONSE_BYTES_MIN,
  SAMPLER_POLLING_MILLIS_MAX,
  SAMPLER_POLLING_MILLIS_MIN,
  SCHEDULED_DELAY_MILLIS_MAX,
  TIMEOUT_MILLIS_MAX,
  VALUE_LENGTH_LIMIT_MAX,
  WORKERS_MAX,
  WORKERS_MIN,
} from '../../shared/limits.js';
import type { LaterSchema, ListSchema, ObjectSchema, ScalarSchema, Schema } from './schema.js';

const text: ScalarSchema = { kind: 'scalar', type: 'string' };
const maybeText: ScalarSchema = { ...text, nullable: true };
const maybeBoolean: ScalarSchema = { kind: 'scalar', type: 'boolean', nullable: true };
const ratio: ScalarSchema = { kind: 'scalar', type: 'number', nullable: true, min: 0, max: 1 };

function count(min: number, max: number): ScalarSchema {
  return { kind: 'scalar', type: 'integer', nullable: true, min, max };
}

function object(properties: Record<string, Schema>, required: string[] = []): ObjectSchema {
  return { kind: 'object', properties, required };
}

function maybeObject(properties: Record<string, Schema>, required: string[] = []): ObjectSchema {
  return { kind: 'object', properties, required, nullable: true };
}

function listOf(items: Schema): ListSchema {
  return { kind: 'list', items };
}

function later(remedy: string): LaterSchema {
  return { kind: 'later', remedy };
}

const nothing = maybeObject({});

const attributeLimits = {
  attribute_value_length_limit: count(0, VALUE_LENGTH_LIMIT_MAX),
  attribute_value_depth_limit: count(1, ATTRIBUTE_DEPTH_MAX),
  attribute_count_limit: count(0, COUNT_LIMIT_MAX),
};

const spanLimits = {
  ...attributeLimits,
  event_count_limit: count(0, COUNT_LIMIT_MAX),
  link_count_limit: count(0, COUNT_LIMIT_MAX),
  event_attribute_count_limit: count(0, COUNT_LIMIT_MAX),
  link_attribute_count_limit: count(0, COUNT_LIMIT_MAX),
};

const tls = { ca_file: maybeText, key_file: maybeText, cert_file: maybeText };

const otlpExporter = {
  endpoint: maybeText,
  headers: listOf(object({ name: text, value: maybeText }, ['name', 'value'])),
  headers_list: maybeText,
  compression: { ...maybeText, choices: ['gzip', 'none'] },
  max_request_size: count(0, REQUEST_BYTES_MAX),
  max_response_size: count(RESPONSE_BYTES_MIN, RESPONSE_BYTES_MAX),
  timeout: count(0, TIMEOUT_MILLIS_MAX),
};

const exporter: Schema = {
  kind: 'component',
  type: 'span_exporter',
  known: () => ({
    otlp_http: maybeObject({
      ...otlpExporter,
      tls: maybeObject(tls),
      encoding: { ...maybeText, choices: ['protobuf', 'json'] },
    }),
    otlp_grpc: maybeObject({ ...otlpExporter, tls: maybeObject({ ...tls, insecure: maybeBoolean }) }),
    console: nothing,
    'otlp_file/development': maybeObject({ output_stream: maybeText }),
  }),
};

const processor: Schema = {
  kind: 'component',
  type: 'span_processor',
  known: () => ({
    batch: object(
      {
        schedule_delay: count(0, SCHEDULED_DELAY_MILLIS_MAX),
        export_timeout: count(0, TIMEOUT_MILLIS_MAX),
        max_queue_size: count(1, QUEUE_SIZE_MAX),
        max_export_batch_size: count(1, BATCH_SIZE_MAX),
        exporter,
      },
      ['exporter'],
    ),
    simple: object({ exporter }, ['exporter']),
  }),
};

/** A function, because rules contain samplers. */
function samplingRule(): Schema {
  return object(
    {
      attribute_values: object({ key: text, values: listOf(text) }, ['key', 'values']),
      attribute_patterns: object({ key: text, included: listOf(text), excluded: listOf(text) }, ['key']),
      span_kinds: listOf({ ...text, choices: ['internal', 'server', 'client', 'producer', 'consumer'] }),
      parent: listOf({ ...text, choices: ['none', 'remote', 'local'] }),
      sampler: composable,
    },
    ['sampler'],
  );
}

const composable: Schema = {
  kind: 'component',
  type: 'composable_sampler',
  known: () => ({
    always_on: nothing,
    always_off: nothing,
    probability: maybeObject({ ratio }),
    parent_threshold: object({ root: composable }, ['root']),
    rule_based: maybeObject({ rules: listOf(samplingRule()) }),
  }),
};

const sampler: Schema = {
  kind: 'component',
  type: 'sampler',
  known: () => ({
    always_on: nothing,
    always_off: nothing,
    trace_id_ratio_based: maybeObject({ ratio }),
    parent_based: maybeObject({
      root: sampler,
      remote_parent_sampled: sampler,
      remote_parent_not_sampled: sampler,
      local_parent_sampled: sampler,
      local_parent_not_sampled: sampler,
    }),
    always_record: object({ root: sampler }, ['root']),
    'probability/development': maybeObject({ ratio }),
    'composite/development': composable,
    'jaeger_remote/development': object(
      {
        endpoint: text,
        interval: count(SAMPLER_POLLING_MILLIS_MIN, SAMPLER_POLLING_MILLIS_MAX),
        initial_sampler: sampler,
      },
      ['endpoint', 'initial_sampler'],
    ),
  }),
};

const tracerConfig = object({ enabled: { kind: 'scalar', type: 'boolean' } });

const tracerProvider = object(
  {
    processors: listOf(processor),
    limits: object(spanLimits),
    sampler,
    id_generator: { kind: 'component', type: 'id_generator', known: () => ({ random: nothing }) },
    'tracer_configurator/development': object({
      default_config: tracerConfig,
      tracers: listOf(object({ name: text, config: tracerConfig }, ['name', 'config'])),
    }),
  },
  ['processors'],
);

const resource = object({
  attributes: listOf(
    object(
      {
        name: text,
        value: { kind: 'any' },
        type: {
          ...maybeText,
          choices: [
            'string',
            'bool',
            'int',
            'double',
            'string_array',
            'bool_array',
            'int_array',
            'double_array',
          ],
        },
      },
      ['name', 'value'],
    ),
  ),
  attributes_list: maybeText,
  schema_url: maybeText,
  'detection/development': object({
    attributes: object({ included: listOf(text), excluded: listOf(text) }),
    detectors: listOf({
      kind: 'component',
      type: 'resource_detector',
      known: () => ({ container: nothing, host: nothing, process: nothing, service: nothing }),
    }),
  }),
});

const propagator = object({
  composite: listOf({
    kind: 'component',
    type: 'propagator',
    known: () => ({ tracecontext: nothing, baggage: nothing, b3: nothing, b3multi: nothing }),
  }),
  composite_list: maybeText,
});

const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].flatMap((name) => [
  name,
  `${name}2`,
  `${name}3`,
  `${name}4`,
]);

const offloop = maybeObject({
  workers: count(WORKERS_MIN, WORKERS_MAX),
  ring_bytes: { kind: 'scalar', type: 'integer', nullable: true },
  thread_ring_bytes: { kind: 'scalar', type: 'integer', nullable: true },
  arena_bytes: count(ARENA_BYTES_MIN, ARENA_BYTES_MAX),
  max_export_batch_bytes: count(BATCH_BYTES_MIN, BATCH_BYTES_MAX),
  concurrent_exports: count(CONCURRENT_EXPORTS_MIN, CONCURRENT_EXPORTS_MAX),
  drain_interval: count(DRAIN_INTERVAL_MILLIS_MIN, DRAIN_INTERVAL_MILLIS_MAX),
  drop_warning_threshold: count(0, DROP_WARNING_THRESHOLD_MAX),
  exit_timeout: count(0, EXIT_TIMEOUT_MILLIS_MAX),
  shutdown_timeout: count(0, TIMEOUT_MILLIS_MAX),
  trace_random_flag: maybeBoolean,
  level: maybeText,
});

export const CONFIGURATION: ObjectSchema = object(
  {
    file_format: text,
    disabled: maybeBoolean,
    log_level: { ...maybeText, choices: SEVERITIES },
    attribute_limits: object(attributeLimits),
    resource,
    propagator,
    tracer_provider: tracerProvider,
    meter_provider: later('Remove it; metrics come with a later version.'),
    logger_provider: later('Remove it; logs come with a later version.'),
    'instrumentation/development': later(
      'Remove it; OFFLOOP_INSTRUMENTATIONS and the OTEL_NODE_* variables choose instrumentations, also beside a file.',
    ),
    // Other distributions' parts are theirs.
    distribution: { kind: 'any' },
  },
  ['file_format'],
);

export const OFFLOOP_DISTRIBUTION: ObjectSchema = offloop;
