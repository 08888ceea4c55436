// What users can import, against a list that was agreed on. A change here is a change of the public API: it wants an
// entry in the changelog. Reads the built package, which is what users get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ROOT } from './source-files.js';

interface Door {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const DOORS: Readonly<Record<string, Door>> = {
  '.': {
    values: [
      'BlockingError',
      'BlockingQueueFullError',
      'BlockingTaskError',
      'BlockingThreadError',
      'BlockingTimeoutError',
      'OffloadSpanProcessor',
      'OptionError',
      'PackageFilesError',
      'bindContext',
      'blockOn',
      'blockOnStats',
      'carryContext',
      'configureBlocking',
      'currentSpan',
      'defineTask',
      'enabled',
      'instrument',
      'record',
      'runBlocking',
      'runBlockingAll',
      'setLevel',
      'start',
      'traced',
      'tracedAll',
      'tracedStream',
      'transferResult',
      'withCarriedContext',
      'withSpan',
    ],
    types: [
      'AnyFunction',
      'Bindable',
      'BlockOnOptions',
      'BlockOnStats',
      'BlockingOptions',
      'BlockingTask',
      'CallOptions',
      'CarryContextOptions',
      'ContextCarrier',
      'DropReason',
      'ErrorMode',
      'EntityOptions',
      'ExporterOptions',
      'InstrumentDecorator',
      'InstrumentOptions',
      'ItemFunction',
      'Level',
      'NamedTracedOptions',
      'NodeStreamLike',
      'OffloadOptions',
      'ResultOf',
      'RunBlockingAllOptions',
      'RunBlockingOptions',
      'SamplerOptions',
      'SpanParent',
      'StartOptions',
      'Stats',
      'StreamCount',
      'TaskFunction',
      'Telemetry',
      'TracedAllOptions',
      'TracedOptions',
      'TracedStreamOptions',
      'WebReadableLike',
      'WebTransformLike',
      'WithSpanOptions',
      'ZipkinOptions',
    ],
  },
  './recorder': {
    values: ['recorder'],
    types: [
      'Recorder',
      'SpanTemplate',
      'TemplateAttribute',
      'TemplateAttributeType',
      'TemplateOptions',
      'TemplateSpan',
      'TemplateValues',
    ],
  },
  './register': { values: [], types: [] },
  './sdk': {
    values: [
      'AlwaysOffSampler',
      'AlwaysOnSampler',
      'AsyncLocalStorageContextManager',
      'B3InjectEncoding',
      'B3Propagator',
      'B3_CONTEXT_HEADER',
      'BatchSpanProcessor',
      'CompositePropagator',
      'CompositeSampler',
      'ConsoleSpanExporter',
      'EnvironmentGetter',
      'EnvironmentSetter',
      'ExportResultCode',
      'InMemorySpanExporter',
      'JaegerPropagator',
      'NodeSDK',
      'NoopSpanProcessor',
      'OTLPTraceExporter',
      'OffloadSpanProcessor',
      'ParentBasedSampler',
      'ProbabilitySampler',
      'ProcessDetector',
      'RandomIdGenerator',
      'SamplingDecision',
      'SimpleSpanProcessor',
      'StackContextManager',
      'TRACE_PARENT_HEADER',
      'TRACE_STATE_HEADER',
      'TraceIdRatioBasedSampler',
      'TraceState',
      'TracerProvider',
      'UBER_BAGGAGE_HEADER_PREFIX',
      'UBER_TRACE_ID_HEADER',
      'W3CBaggagePropagator',
      'W3CTraceContextPropagator',
      'X_B3_FLAGS',
      'X_B3_PARENT_SPAN_ID',
      'X_B3_SAMPLED',
      'X_B3_SPAN_ID',
      'X_B3_TRACE_ID',
      'createAlwaysRecordSampler',
      'createComposableAlwaysOffSampler',
      'createComposableAlwaysOnSampler',
      'createComposableAnnotatingSampler',
      'createComposableParentThresholdSampler',
      'createComposableProbabilitySampler',
      'createComposableRuleBasedSampler',
      'createCompositeSampler',
      'createSamplingPredicate',
      'defaultResource',
      'defaultServiceName',
      'detectResources',
      'emptyResource',
      'envDetector',
      'envEntityDetector',
      'globalErrorHandler',
      'hostDetector',
      'isTracingSuppressed',
      'loggingErrorHandler',
      'osDetector',
      'parseTraceParent',
      'processDetector',
      'registerPluginComponentProvider',
      'resourceAttributesEnvDetector',
      'resourceFromAttributes',
      'serviceInstanceIdDetector',
      'serviceNameEnvDetector',
      'setGlobalErrorHandler',
      'suppressTracing',
      'unsuppressTracing',
    ],
    types: [
      'B3PropagatorConfig',
      'BatchSpanProcessorBrowserOptions',
      'BatchSpanProcessorOptions',
      'ComposableSampler',
      'CompositePropagatorConfig',
      'DetectedResource',
      'DetectedResourceAttributes',
      'EnvironmentCarrier',
      'ErrorHandler',
      'ExportResult',
      'ForceFlushOptions',
      'IdGenerator',
      'InstrumentationScope',
      'JaegerPropagatorConfig',
      'MaybePromise',
      'NodeSDKConfiguration',
      'NodeSDKInstrumentation',
      'OTLPTraceExporterOptions',
      'OffloadOptions',
      'PluginComponentProvider',
      'ProbabilitySamplerOptions',
      'ProcessDetectorOptions',
      'ProcessorStats',
      'RawResourceAttribute',
      'ReadableSpan',
      'Resource',
      'ResourceDetectionConfig',
      'ResourceDetector',
      'ResourceEntity',
      'Sampler',
      'SamplingIntent',
      'SamplingPredicate',
      'SamplingResult',
      'SamplingRule',
      'SamplingRuleConditions',
      'Scope',
      'SimpleSpanProcessorOptions',
      'Span',
      'SpanExporter',
      'SpanLimits',
      'SpanProcessor',
      'SpanProcessorOptions',
      'SpanTimeSource',
      'TimedEvent',
      'TracerConfig',
      'TracerConfigurator',
      'TracerProviderOptions',
    ],
  },
  './testing': {
    values: ['TestClock', 'TestTelemetry', 'createTestTelemetry'],
    types: ['ReadableSpan', 'SpanTree', 'SpanTreeOptions', 'TestTelemetryOptions', 'WaitForSpanOptions'],
  },
};

/**
 * Types of other packages would tie users to their versions; the API is a peer dependency. Plug-ins written for
 * OpenTelemetry JS meet offloop at the types of core and resources, so the doors that take plug-ins show these too.
 */
const DOORS_WITH_PLUG_INS = ['.', './sdk', './testing'];
const FOREIGN_TYPES = ['@opentelemetry/api'];
const FOREIGN_TYPES_OF_PLUG_INS = [...FOREIGN_TYPES, '@opentelemetry/core', '@opentelemetry/resources'];

const exportsMap: Record<string, string | { types: string; default: string }> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).exports;

function fileOf(door: string, condition: 'types' | 'default'): string {
  const entry = exportsMap[door];
  if (entry === undefined || typeof entry === 'string') throw new Error(`${door} is no door with types`);
  return join(ROOT, entry[condition]);
}

/** Names which a declaration file exports, types included. */
function declaredNames(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const names: string[] = [];
  const declaration =
    /\bexport\s+(?:declare\s+)?(?:abstract\s+)?(?:function|const|let|class|interface|type|enum)\s+(\w+)/g;
  for (const match of code.matchAll(declaration)) names.push(match[1] as string);
  for (const match of code.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g)) {
    for (const item of (match[1] as string).split(',')) {
      const name = item
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
        .at(-1);
      if (name !== undefined && name !== '') names.push(name);
    }
  }
  return [...new Set(names)].sort();
}

/** Packages from which the declarations reachable from `file` import. */
function foreignPackages(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  for (const match of text.matchAll(/(?:\bfrom|\bimport|\bimport\s*\()\s*['"]([^'"]+)['"]/g)) {
    const specifier = match[1] as string;
    if (!specifier.startsWith('.')) {
      packages.add(specifier);
      continue;
    }
    const next = join(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
    for (const name of foreignPackages(next, seen)) packages.add(name);
  }
  return packages;
}

test('the package has these doors and its own package.json, and no other file can be imported', () => {
  expect(Object.keys(exportsMap).sort()).toEqual([...Object.keys(DOORS), './package.json'].sort());
});

describe.each(Object.entries(DOORS))('the door %s', (door, { values, types }) => {
  test('exports the agreed names', () => {
    expect(declaredNames(readFileSync(fileOf(door, 'types'), 'utf8'))).toEqual([...values, ...types].sort());
  });

  test('shows no types of packages other than the API, and what plug-ins are made of', () => {
    const allowed = DOORS_WITH_PLUG_INS.includes(door) ? FOREIGN_TYPES_OF_PLUG_INS : FOREIGN_TYPES;
    expect(existsSync(fileOf(door, 'types'))).toBe(true);
    expect([...foreignPackages(fileOf(door, 'types'))].filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

// Not `register`, which starts telemetry when it is loaded.
test.each(['.', './recorder', './sdk', './testing'])(
  'the door %s has the agreed values and no others when it is loaded',
  async (door) => {
    const loaded = await import(pathToFileURL(fileOf(door, 'default')).href);
    expect(Object.keys(loaded).sort()).toEqual(DOORS[door]?.values);
  },
);

/** Of @opentelemetry/core what set-ups, plug-ins and propagators for traces use; its tools for SDKs are not offered. */
const CORE_NAMES = [
  ...['CompositePropagator', 'CompositePropagatorConfig', 'ErrorHandler', 'ExportResult', 'ExportResultCode'],
  ...[
    'InstrumentationScope',
    'TRACE_PARENT_HEADER',
    'TRACE_STATE_HEADER',
    'TraceState',
    'W3CBaggagePropagator',
  ],
  ...['W3CTraceContextPropagator', 'globalErrorHandler', 'isTracingSuppressed', 'loggingErrorHandler'],
  ...['parseTraceParent', 'setGlobalErrorHandler', 'suppressTracing', 'unsuppressTracing'],
];

test.each(['core', 'propagator-b3', 'resources', 'sdk-trace'])(
  'the door ./sdk has the names of @opentelemetry/%s, types included',
  (name) => {
    const declarations = join(ROOT, 'node_modules/@opentelemetry', name, 'dist/index.d.mts');
    const names = declaredNames(readFileSync(declarations, 'utf8'));
    const wanted = name === 'core' ? CORE_NAMES : names;
    expect(names).toEqual(expect.arrayContaining(wanted));
    const { values = [], types = [] } = DOORS['./sdk'] ?? {};
    expect(wanted.filter((wantedName) => ![...values, ...types].includes(wantedName))).toEqual([]);
  },
);

test('the reader of declarations sees every form of export', () => {
  const text = `export declare function a(): void;\nexport interface B {}\nexport { c, type D, e as F } from './x.js';
export type { G } from './y.js';\nexport declare const h: number;\n/* export const no = 1; */\ndeclare const i: number;\n`;
  expect(declaredNames(text)).toEqual(['B', 'D', 'F', 'G', 'a', 'c', 'h']);
});
