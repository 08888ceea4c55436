// docs/configuration.md agrees with the code: every variable that src reads has a row, every row is a variable that src reads,
// options and places in the file exist, and defaults of options are what is written.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createFromModel } from '../../src/main/config-file/create/create.js';
import { parseConfigFile } from '../../src/main/config-file/parse.js';
import type { Schema } from '../../src/main/config-file/schema.js';
import { CONFIGURATION, OFFLOOP_DISTRIBUTION } from '../../src/main/config-file/schema-table.js';
import { resolveConfig } from '../../src/shared/config/resolve.js';
import { ROOT, readTree } from './source-files.js';

const DOCUMENT = readFileSync(`${ROOT}docs/configuration.md`, 'utf8');

interface Row {
  readonly variable: string;
  readonly option: string;
  readonly path: string;
  readonly defaultValue: string;
}

const rows: Row[] = [
  ...DOCUMENT.matchAll(/^\| `((?:OTEL|OFFLOOP)_[A-Z0-9_]+)` *\|([^|]*)\|([^|]*)\|([^|]*)\|/gm),
].map(([, variable, option, path, defaultValue]) => ({
  variable,
  option: option.trim().replaceAll('`', ''),
  path: path.trim().replaceAll('`', ''),
  defaultValue: defaultValue.trim(),
}));

/** Not settings: constants, the mark of offloop's own threads, what the demo's processes tell each other. */
const NO_SETTINGS = /^OFFLOOP_(VERSION|OPTIONS|DISTRIBUTION|INTERNAL_WORKER|DEMO_.*)$/;

function variablesOf(text: string): Set<string> {
  const names = new Set<string>();
  // Names that are put together: see exporter-config.ts.
  for (const [, ...suffixes] of text.matchAll(/perSignal\('([A-Z_]+)'\)|file\('\w+', '([A-Z_]+)'\)/g)) {
    const suffix = suffixes.find((found) => found !== undefined);
    names.add(`OTEL_EXPORTER_OTLP_${suffix}`).add(`OTEL_EXPORTER_OTLP_TRACES_${suffix}`);
  }
  for (const [name] of text.matchAll(/\b(?:OTEL|OFFLOOP)_[A-Z0-9_]*[A-Z0-9]\b/g)) {
    if (!NO_SETTINGS.test(name)) names.add(name);
  }
  return names;
}

describe('docs/configuration.md', () => {
  test('has a row for every variable of src, and no other', () => {
    const used = new Set<string>();
    for (const { text } of readTree('src/main', 'src/shared', 'src/worker')) {
      for (const name of variablesOf(text)) used.add(name);
    }
    const documented = new Set(rows.map(({ variable }) => variable));
    // Parts of names, in comments: `OTEL_NODE_*`.
    const parts = (name: string): boolean => [...documented].some((other) => other.startsWith(`${name}_`));
    expect([...used].filter((name) => !documented.has(name) && !parts(name)).sort()).toEqual([]);
    expect([...documented].filter((name) => !used.has(name))).toEqual([]);
    expect(rows.length).toBe(documented.size);
    expect(rows.length).toBeGreaterThan(50);
  });

  test('names options that exist', () => {
    const text = readFileSync(`${ROOT}src/shared/config/options.ts`, 'utf8');
    const limits = readFileSync(`${ROOT}src/shared/config/resolved-config.ts`, 'utf8');
    for (const { option, variable } of rows) {
      if (option === '-' || option.startsWith('(')) continue;
      const name = option.split('.').at(-1);
      const where = option.startsWith('spanLimits.') ? limits : text;
      expect(where, `${variable}: ${option}`).toMatch(new RegExp(`readonly ${name}\\??:`));
    }
  });

  test('names places that the schema has', () => {
    const short: Record<string, string> = {
      tp: 'tracer_provider',
      offloop: 'distribution.offloop',
      exporter: 'tracer_provider.processors[].batch.exporter.otlp_grpc',
    };
    for (const { path, variable } of rows) {
      if (path === '-') continue;
      const [first, ...rest] = path.split('.');
      const full = [short[first] ?? first, ...rest].join('.');
      const known =
        hasPath(CONFIGURATION, full) ||
        hasPath(CONFIGURATION, full.replace('otlp_grpc', 'otlp_http')) ||
        hasPath(OFFLOOP_DISTRIBUTION, full.replace('distribution.offloop.', ''));
      expect(known, `${variable}: ${path}`).toBe(true);
    }
  });

  test('has the defaults that are used', () => {
    const { config } = resolveConfig({}, {}, 'strict');
    const values: Record<string, unknown> = {
      ...config,
      ...config.batch,
      serviceName: 'unknown_service:node',
      tracesExporter: 'otlp',
      exportTimeoutMillis: 30_000,
      maxQueueSize: config.ringBytes / 256,
      propagators: config.propagators.join(),
      zipkin: resolveConfig({ tracesExporter: 'zipkin' }, {}, 'strict').config.zipkin,
      resourceDetectors: config.resourceDetectors.join(),
    };
    values.exporter = { ...config.exporter, concurrencyLimit: config.exporter.maxConcurrentExports };
    for (const { option, variable, defaultValue } of rows) {
      const [, written] = /^`([^`]*)`/.exec(defaultValue) ?? [];
      if (written === undefined || option === '-' || option.startsWith('(') || option === 'exporter.url')
        continue;
      let value: unknown = values;
      for (const name of option.split('.')) value = (value as Record<string, unknown>)[name];
      expect(String(value), `${variable}: ${option}`).toBe(written);
    }
  });

  test('its example of a file is accepted', () => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(DOCUMENT) as RegExpExecArray;
    const { options } = createFromModel(
      parseConfigFile(example, 'example.yaml', { COLLECTOR: 'http://c:1' }),
    );
    expect(options).toMatchObject({
      exporter: { url: 'http://c:1/v1/traces' },
      propagators: ['tracecontext', 'baggage'],
      workers: 1,
    });
  });
});

function hasPath(schema: Schema, path: string): boolean {
  if (path === '') return true;
  const [, first, items, rest] = /^([^.[]+)(\[\])?\.?(.*)$/.exec(path) as RegExpExecArray;
  const names =
    schema.kind === 'object' ? schema.properties : schema.kind === 'component' ? schema.known() : {};
  let child: Schema | undefined = names[first];
  if (child === undefined) return false;
  if (items !== undefined) {
    if (child.kind !== 'list') return false;
    child = child.items;
  }
  return hasPath(child, rest);
}
