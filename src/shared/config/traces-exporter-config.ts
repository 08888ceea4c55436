// Where finished spans go besides the application's own processors: OTLP, standard output, Zipkin, the console, several of
// them or nowhere. Thread: main; caller: resolve.ts.

import { OptionError } from '../errors.js';
import { LIST_VARIABLE_LENGTH_MAX } from '../limits.js';
import type { TracesExporterName } from './options.js';
import { quoteText, quoteValue } from './quote.js';
import type { ResolvedConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

const EXPORTERS: readonly TracesExporterName[] = ['otlp', 'otlp/stdout', 'zipkin', 'console', 'none'];
const VARIABLE = 'OTEL_TRACES_EXPORTER';

interface TracesConfig {
  readonly destinations: Pick<ResolvedConfig, 'exportTraces' | 'stdoutTraces' | 'consoleTraces'>;
  /** Standard output is the only destination of OTLP. */
  readonly isOnlyStdout: boolean;
  readonly hasZipkin: boolean;
}

/** `none` beside others is none. */
export function resolveTracesExporter(settings: Settings, option: unknown): TracesConfig {
  const names = option === undefined ? namesOfVariable(settings) : namesOfOption(option);
  const has = (name: TracesExporterName): boolean => !names.has('none') && names.has(name);
  return {
    destinations: {
      exportTraces: has('otlp') || has('otlp/stdout'),
      stdoutTraces: has('otlp') && has('otlp/stdout'),
      consoleTraces: has('console'),
    },
    isOnlyStdout: has('otlp/stdout') && !has('otlp'),
    hasZipkin: has('zipkin'),
  };
}

/** What is unknown is passed over, and if nothing is left the default is used. */
function namesOfVariable(settings: Settings): ReadonlySet<TracesExporterName> {
  const text = settings.variable(VARIABLE)?.slice(0, LIST_VARIABLE_LENGTH_MAX);
  const names = new Set<TracesExporterName>();
  const unknown = new Set<string>();
  for (const part of (text ?? '').split(',')) {
    const word = part.trim();
    const name = EXPORTERS.find((exporter) => exporter === word.toLowerCase());
    if (name !== undefined) names.add(name);
    else if (word !== '') unknown.add(word);
  }
  if (unknown.size > 0) {
    settings.warnVariable({
      option: VARIABLE,
      value: quoteText([...unknown].join(',')),
      range: `a list of ${EXPORTERS.join(', ')}`,
      remedy: `What is not one of them is ignored${names.size === 0 ? ', and otlp is used' : ''}.`,
    });
  }
  return names.size === 0 ? new Set(['otlp']) : names;
}

function namesOfOption(option: unknown): ReadonlySet<TracesExporterName> {
  const given: unknown[] = Array.isArray(option) ? option : [option];
  for (const name of given) {
    if (EXPORTERS.includes(name as TracesExporterName)) continue;
    throw new OptionError({
      option: 'tracesExporter',
      value: Array.isArray(option) ? `an array with ${quoteValue(name)}` : quoteValue(name),
      range: `one of ${EXPORTERS.join(', ')}, or an array of them`,
      remedy: "Write tracesExporter: 'otlp', or leave it out.",
    });
  }
  return new Set(given.length === 0 ? ['none'] : (given as TracesExporterName[]));
}
