// Span processors of a configuration file. The first one with an OTLP exporter becomes offloop's own way: ring, worker, OTLP.
// All others are processor objects on the user's thread; further ones with OTLP exporters have rings and workers behind
// them, each its own. Thread: main, at start. Caller: create.ts.

import type { StartOptions } from '../../../shared/config/options.js';
import { OptionError } from '../../../shared/errors.js';
import { OFFLOAD_OPTION_NAMES, type OffloadOptions } from '../../offload/offload-options.js';
import { OffloadSpanProcessor } from '../../offload/offload-span-processor.js';
import { BatchSpanProcessor } from '../../processors/batch-span-processor.js';
import { ConsoleSpanExporter } from '../../processors/exporters/console-span-exporter.js';
import { SimpleSpanProcessor } from '../../processors/simple-span-processor.js';
import type { SpanExporter, SpanProcessor } from '../../sdk/types.js';
import { ConfigFileError, type Place } from '../config-file-error.js';
import type { BatchProcessorModel, Component, SimpleProcessorModel } from '../model.js';
import { createPlugIn } from '../plug-ins.js';
import { isOtlp, otlpOptions, pathsOfExporter } from './create-exporter.js';
import { withMethod } from './create-sampler.js';

export interface CreatedProcessors {
  readonly options: Partial<StartOptions>;
  readonly spanProcessors: SpanProcessor[];
  /** Option to path in the file. */
  readonly paths: Map<string, string>;
}

type BatchOptions = Pick<
  StartOptions,
  'scheduledDelayMillis' | 'exportTimeoutMillis' | 'maxQueueSize' | 'maxExportBatchSize'
>;

const BATCH_PATHS = {
  scheduledDelayMillis: 'schedule_delay',
  exportTimeoutMillis: 'export_timeout',
  maxQueueSize: 'max_queue_size',
  maxExportBatchSize: 'max_export_batch_size',
} as const;

/** `common` and `concurrencyLimit`: what all pipelines share. */
export function createProcessors(
  components: readonly Component[],
  placeOf: (path: string) => Place,
  common: Partial<StartOptions>,
  concurrencyLimit: number | undefined,
): CreatedProcessors {
  let options: Partial<StartOptions> | undefined;
  let paths = new Map<string, string>();
  const spanProcessors: SpanProcessor[] = [];
  for (const component of components) {
    const exporter = exporterOf(component);
    if (exporter === undefined || !isOtlp(exporter)) {
      spanProcessors.push(createProcessor(component));
      continue;
    }
    const limit = concurrencyLimit === undefined ? {} : { concurrencyLimit };
    const sending = { exporter: { ...otlpOptions(exporter, placeOf), ...limit }, ...batchOptions(component) };
    if (options === undefined) {
      options = { tracesExporter: 'otlp', ...sending };
      paths = pathsOf(component, exporter);
    } else {
      spanProcessors.push(createOffload({ ...common, ...sending }, pathsOf(component, exporter), placeOf));
    }
  }
  return { options: options ?? { tracesExporter: 'none' }, spanProcessors, paths };
}

function pathsOf(component: Component, exporter: Component): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [option, name] of Object.entries(pathsOfExporter(exporter))) {
    paths.set(option, `${exporter.place.path}.${name}`);
  }
  for (const [option, name] of Object.entries(BATCH_PATHS)) {
    paths.set(option, `${component.place.path}.${name}`);
  }
  return paths;
}

/** What is wrong is told with its place. No variables: the file says all there is to say. */
function createOffload(
  given: Partial<StartOptions>,
  paths: ReadonlyMap<string, string>,
  placeOf: (path: string) => Place,
): SpanProcessor {
  const options = Object.fromEntries(
    OFFLOAD_OPTION_NAMES.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  ) as OffloadOptions;
  try {
    return new OffloadSpanProcessor(options, {}) as SpanProcessor;
  } catch (error) {
    const path = error instanceof OptionError ? paths.get(error.option) : undefined;
    throw path === undefined ? error : new ConfigFileError(placeOf(path), error as OptionError);
  }
}

/** A simple processor hands on at once; the ring's batch is then what has come meanwhile. */
function batchOptions(component: Component): BatchOptions {
  if (component.name === 'simple') return { scheduledDelayMillis: 0 };
  const model = component.properties as BatchProcessorModel;
  const options: Record<string, number> = {};
  for (const [option, name] of Object.entries(BATCH_PATHS)) {
    const value = model[name];
    if (value !== undefined && value !== null) options[option] = value;
  }
  return options;
}

function createProcessor(component: Component): SpanProcessor {
  if (component.name === 'simple') {
    const { exporter } = component.properties as SimpleProcessorModel;
    return new SimpleSpanProcessor({ exporter: createExporter(exporter) });
  }
  if (component.name === 'batch') {
    const { exporter } = component.properties as BatchProcessorModel;
    return new BatchSpanProcessor({ exporter: createExporter(exporter), ...batchOptions(component) });
  }
  return withMethod<SpanProcessor>(component, createPlugIn(component, ['batch', 'simple']), 'onEnd');
}

function createExporter(component: Component): SpanExporter {
  if (component.name === 'console') return new ConsoleSpanExporter();
  const known = ['otlp_http', 'otlp_grpc', 'otlp_file/development', 'console'];
  return withMethod<SpanExporter>(component, createPlugIn(component, known), 'export');
}

function exporterOf(component: Component): Component | undefined {
  if (component.name !== 'batch' && component.name !== 'simple') return undefined;
  return (component.properties as SimpleProcessorModel).exporter;
}
