// Span processors of a configuration file. The first one with an OTLP exporter becomes offloop's own way: ring, worker, OTLP.
// All others are processor objects on the user's thread. Thread: main, at start. Caller: create.ts.

import type { StartOptions } from '../../../shared/config/options.js';
import { BatchSpanProcessor } from '../../processors/batch-span-processor.js';
import { ConsoleSpanExporter } from '../../processors/exporters/console-span-exporter.js';
import { SimpleSpanProcessor } from '../../processors/simple-span-processor.js';
import type { SpanExporter, SpanProcessor } from '../../sdk/types.js';
import type { Place } from '../config-file-error.js';
import type { BatchProcessorModel, Component, SimpleProcessorModel } from '../model.js';
import { createPlugIn } from '../plug-ins.js';
import { refuse } from '../schema.js';
import { isOtlp, OTLP_PATHS, otlpOptions } from './create-exporter.js';
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

export function createProcessors(
  components: readonly Component[],
  placeOf: (path: string) => Place,
): CreatedProcessors {
  let own: Component | undefined;
  let options: Partial<StartOptions> = { tracesExporter: 'none' };
  const paths = new Map<string, string>();
  const spanProcessors: SpanProcessor[] = [];
  for (const component of components) {
    const exporter = exporterOf(component);
    if (exporter === undefined || !isOtlp(exporter)) {
      spanProcessors.push(createProcessor(component));
      continue;
    }
    if (own !== undefined) {
      refuse(component.place, {
        value: `a second processor with an OTLP exporter (after ${own.place.path})`,
        range: 'the only one',
        remedy: 'Send to one destination, such as a Collector that passes spans on to both.',
      });
    }
    own = component;
    options = {
      tracesExporter: 'otlp',
      exporter: otlpOptions(exporter, placeOf),
      ...batchOptions(component),
    };
    for (const [option, name] of Object.entries(OTLP_PATHS))
      paths.set(option, `${exporter.place.path}.${name}`);
    for (const [option, name] of Object.entries(BATCH_PATHS)) {
      paths.set(option, `${component.place.path}.${name}`);
    }
  }
  return { options, spanProcessors, paths };
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
  const known = ['otlp_http', 'otlp_grpc', 'console'];
  return withMethod<SpanExporter>(component, createPlugIn(component, known), 'export');
}

function exporterOf(component: Component): Component | undefined {
  if (component.name !== 'batch' && component.name !== 'simple') return undefined;
  return (component.properties as SimpleProcessorModel).exporter;
}
