// Create: the model of a configuration file becomes what start() takes. Thread: main, at start. Caller: load.ts.
// Specification: Configuration SDK, "Create".

import type { StartOptions } from '../../../shared/config/options.js';
import type { SpanLimits } from '../../../shared/config/resolved-config.js';
import type { PlugInOptions } from '../../plug-ins/options.js';
import { matchesWildcard } from '../../sampling/probability/rule-predicate.js';
import type { IdGenerator, SpanProcessor, TracerConfigurator } from '../../sdk/types.js';
import type { ConfigurationModel, OffloopModel, SpanLimitsModel, TracerConfiguratorModel } from '../model.js';
import type { ParsedFile } from '../parse.js';
import { createPlugIn } from '../plug-ins.js';
import { createProcessors } from './create-processors.js';
import { createPropagators, type PropagatorEntry } from './create-propagators.js';
import { remoteSamplerOptions } from './create-remote-sampler.js';
import { createResource } from './create-resource.js';
import { createSampler, withMethod } from './create-sampler.js';

export interface Created {
  readonly options: StartOptions;
  readonly plugIns: PlugInOptions;
  /** Undefined without plug-ins among them: the option says it all. */
  readonly propagators: readonly PropagatorEntry[] | undefined;
  /** In the words of OTEL_LOG_LEVEL. */
  readonly logLevel: string;
  /** Option to path in the file. */
  readonly paths: ReadonlyMap<string, string>;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

export function createFromModel({ model, placeOf }: ParsedFile): Created {
  const paths = new Map<string, string>();
  const options: Writable<StartOptions> = { ...offloopOptions(model.distribution?.offloop, paths) };
  const spanProcessors: SpanProcessor[] = [];
  options.disabled = model.disabled ?? false;
  const propagators = createPropagators(model, placeOf);
  const names = propagators.filter((entry) => typeof entry === 'string');
  options.propagators = names.length === 0 ? ['none'] : names;
  paths.set('propagators', 'propagator.composite_list');
  options.spanLimits = spanLimitsOf(model);
  const provider = model.tracer_provider;
  if (provider === undefined) {
    options.tracesExporter = 'none';
  } else {
    const created = createProcessors(
      provider.processors,
      placeOf,
      options,
      model.distribution?.offloop?.concurrent_exports ?? undefined,
    );
    Object.assign(options, created.options);
    spanProcessors.push(...created.spanProcessors);
    for (const [option, path] of created.paths) paths.set(option, path);
    paths.set('sampler.endpoint', 'tracer_provider.sampler');
    options.sampler =
      provider.sampler === undefined
        ? { name: 'parentbased_always_on' }
        : (remoteSamplerOptions(provider.sampler) ?? createSampler(provider.sampler));
  }
  const { resource, resourceDetectors } = createResource(model.resource, placeOf);
  options.resourceDetectors = resourceDetectors;
  const plugIns: Writable<PlugInOptions> = { resource };
  if (spanProcessors.length > 0) plugIns.spanProcessors = spanProcessors;
  const generator = provider?.id_generator;
  if (generator !== undefined && generator.name !== 'random') {
    const made = createPlugIn(generator, ['random']);
    withMethod(generator, made, 'generateTraceId');
    plugIns.idGenerator = withMethod<IdGenerator>(generator, made, 'generateSpanId');
  }
  const configurator = provider?.['tracer_configurator/development'];
  if (configurator !== undefined) plugIns.tracerConfigurator = tracerConfigurator(configurator);
  return {
    options,
    plugIns,
    propagators: names.length === propagators.length ? undefined : propagators,
    logLevel: logLevelOf(model.log_level ?? 'info'),
    paths,
  };
}

function offloopOptions(model: OffloopModel | undefined, paths: Map<string, string>): Partial<StartOptions> {
  const options: Record<string, unknown> = {};
  // concurrent_exports is an option of the exporter: create-processors.ts puts it there.
  for (const [name, option] of Object.entries(OFFLOOP_OPTIONS)) {
    const value = model?.[name as keyof OffloopModel];
    if (value === undefined || value === null) continue;
    options[option] = value;
    paths.set(option, `distribution.offloop.${name}`);
  }
  return options;
}

const OFFLOOP_OPTIONS: Readonly<
  Record<Exclude<keyof OffloopModel, 'concurrent_exports'>, keyof StartOptions>
> = {
  workers: 'workers',
  ring_bytes: 'ringBytes',
  thread_ring_bytes: 'threadRingBytes',
  arena_bytes: 'arenaBytes',
  max_export_batch_bytes: 'maxExportBatchBytes',
  drain_interval: 'drainIntervalMillis',
  drop_warning_threshold: 'dropWarningThreshold',
  exit_timeout: 'exitTimeoutMillis',
  shutdown_timeout: 'shutdownTimeoutMillis',
  trace_random_flag: 'randomFlag',
  level: 'level',
};

/** A limit of the spans beats the general one. Null is as missing: no limit has a behaviour of its own for it. */
function spanLimitsOf(model: ConfigurationModel): Partial<SpanLimits> {
  const own: SpanLimitsModel = model.tracer_provider?.limits ?? {};
  const general = model.attribute_limits ?? {};
  const limits: Record<string, number> = {};
  const set = (name: keyof SpanLimits, ...values: (number | null | undefined)[]): void => {
    const value = values.find((candidate) => candidate !== undefined && candidate !== null);
    if (typeof value === 'number') limits[name] = value;
  };
  set('attributeCountLimit', own.attribute_count_limit, general.attribute_count_limit);
  set('attributeValueLengthLimit', own.attribute_value_length_limit, general.attribute_value_length_limit);
  set('attributeDepthLimit', own.attribute_value_depth_limit, general.attribute_value_depth_limit);
  set('eventCountLimit', own.event_count_limit);
  set('linkCountLimit', own.link_count_limit);
  set('attributePerEventCountLimit', own.event_attribute_count_limit);
  set('attributePerLinkCountLimit', own.link_attribute_count_limit);
  return limits;
}

/** The first pattern that matches the scope's name counts. */
function tracerConfigurator(model: TracerConfiguratorModel): TracerConfigurator {
  const rules = model.tracers ?? [];
  const otherwise = model.default_config?.enabled ?? true;
  return ({ name }) => {
    const rule = rules.find((candidate) => matchesWildcard(name, candidate.name));
    return { enabled: rule === undefined ? otherwise : (rule.config.enabled ?? true) };
  };
}

/** Severities are finer than diag's levels: `debug2` leaves out what is said at debug. */
export function logLevelOf(severity: string): string {
  const [, name, step] = /^([a-z]+)([2-4]?)$/.exec(severity) as RegExpExecArray;
  const index = SEVERITY_NAMES.indexOf(name) + (step === '' ? 0 : 1);
  return ['verbose', 'debug', 'info', 'warn', 'error', 'none', 'none'][index];
}

const SEVERITY_NAMES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
