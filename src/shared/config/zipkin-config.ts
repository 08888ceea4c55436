// Where the Zipkin exporter sends, if it is asked for. Thread: main; caller: resolve.ts.
// Specification: Environment variables, Zipkin Exporter (deprecated).

import { OptionError } from '../errors.js';
import { EXPORT_TIMEOUT_MILLIS_DEFAULT, EXPORTER_TIMEOUT_MILLIS_DEFAULT, URL_LENGTH_MAX } from '../limits.js';
import { parseUrl } from '../platform.js';
import { optionGroup } from './option-group.js';
import type { StartOptions, ZipkinOptions } from './options.js';
import { quoteUrl, quoteValue } from './quote.js';
import type { ZipkinConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

const URL_DEFAULT = 'http://localhost:9411/api/v2/spans';
const URL_VARIABLE = 'OTEL_EXPORTER_ZIPKIN_ENDPOINT';
const RANGE = `an http: or https: URL of at most ${URL_LENGTH_MAX} characters`;

const ZIPKIN_OPTION_NAMES: Readonly<Record<keyof ZipkinOptions, true>> = { url: true, timeoutMillis: true };

/** The batching processor bounds an export too; the smaller bound counts. */
export function resolveZipkin(settings: Settings, startOptions: Partial<StartOptions>): ZipkinConfig {
  const options = optionGroup(settings, 'zipkin', startOptions.zipkin, ZIPKIN_OPTION_NAMES);
  const zipkinMillis = settings.timeout(
    'zipkin.timeoutMillis',
    ['OTEL_EXPORTER_ZIPKIN_TIMEOUT'],
    options.timeoutMillis,
    EXPORTER_TIMEOUT_MILLIS_DEFAULT,
  );
  const exportMillis = settings.timeout(
    'exportTimeoutMillis',
    ['OTEL_BSP_EXPORT_TIMEOUT'],
    startOptions.exportTimeoutMillis,
    EXPORT_TIMEOUT_MILLIS_DEFAULT,
  );
  return { url: urlOf(settings, options.url), timeoutMillis: Math.min(zipkinMillis, exportMillis) };
}

function urlOf(settings: Settings, option: unknown): string {
  if (option !== undefined) {
    if (isUrl(option)) return option;
    const value = typeof option === 'string' ? quoteUrl(option) : quoteValue(option);
    throw new OptionError({
      option: 'zipkin.url',
      value,
      range: RANGE,
      remedy: `Write it as ${URL_DEFAULT}.`,
    });
  }
  const text = settings.variable(URL_VARIABLE);
  if (text === undefined || isUrl(text)) return text ?? URL_DEFAULT;
  const remedy = `It is ignored; write it as ${URL_DEFAULT}.`;
  settings.warnVariable({ option: URL_VARIABLE, value: quoteUrl(text), range: RANGE, remedy });
  return URL_DEFAULT;
}

function isUrl(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > URL_LENGTH_MAX) return false;
  const protocol = parseUrl(value)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}
