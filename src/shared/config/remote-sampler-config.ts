// Samplers that ask a service for their strategy (Jaeger, X-Ray): address, interval, share until the first answer.
// Thread: main; caller: sampler-config.ts.
// Specification: Environment variables, OTEL_TRACES_SAMPLER_ARG. X-Ray's arguments are those of AWS's distribution.

import { OptionError } from '../errors.js';
import {
  SAMPLER_POLLING_MILLIS_MAX,
  SAMPLER_POLLING_MILLIS_MIN,
  URL_LENGTH_MAX,
  XRAY_POLLING_MILLIS_MIN,
} from '../limits.js';
import type { SamplerOptions } from './options.js';
import { quoteUrl, quoteValue } from './quote.js';
import type { RemoteSamplerConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

const VARIABLE = 'OTEL_TRACES_SAMPLER_ARG';

const JAEGER_DEFAULTS: RemoteSamplerConfig = {
  endpoint: 'http://localhost:5778',
  pollingIntervalMillis: 60_000,
  initialSamplingRate: 0.001,
};
const XRAY_DEFAULTS: RemoteSamplerConfig = {
  endpoint: 'http://localhost:2000',
  pollingIntervalMillis: 300_000,
  initialSamplingRate: 1,
};

export function resolveRemoteSampler(
  settings: Settings,
  isXray: boolean,
  given: Partial<SamplerOptions>,
  inCode: boolean,
): RemoteSamplerConfig {
  const defaults = isXray ? XRAY_DEFAULTS : JAEGER_DEFAULTS;
  const minMillis = isXray ? XRAY_POLLING_MILLIS_MIN : SAMPLER_POLLING_MILLIS_MIN;
  if (!inCode) return fromVariable(settings, isXray, minMillis) ?? defaults;
  return {
    endpoint: endpointOfOption(given.endpoint) ?? defaults.endpoint,
    pollingIntervalMillis: settings.integer(
      {
        option: 'sampler.pollingIntervalMillis',
        variables: [],
        min: minMillis,
        max: SAMPLER_POLLING_MILLIS_MAX,
        unit: 'milliseconds',
      },
      given.pollingIntervalMillis,
      defaults.pollingIntervalMillis,
    ),
    initialSamplingRate: settings.ratio(
      'sampler.initialSamplingRate',
      [],
      given.initialSamplingRate,
      defaults.initialSamplingRate,
    ),
  };
}

/** Anything wrong in it, and all of it is as though it were not set. */
function fromVariable(
  settings: Settings,
  isXray: boolean,
  minMillis: number,
): RemoteSamplerConfig | undefined {
  const example = isXray
    ? 'endpoint=http://localhost:2000,polling_interval=300 (seconds, from 10)'
    : 'endpoint=http://localhost:5778,pollingIntervalMs=60000,initialSamplingRate=0.25';
  const text = settings.variable(VARIABLE);
  if (text === undefined) return undefined;
  const parsed = text.length <= URL_LENGTH_MAX ? parse(text, isXray, minMillis) : undefined;
  if (parsed === undefined) {
    settings.warnVariable({
      option: VARIABLE,
      value: quoteUrl(text),
      range: `a list such as ${example}`,
      remedy: `It is ignored; correct it or unset ${VARIABLE}.`,
    });
  }
  return parsed;
}

function parse(text: string, isXray: boolean, minMillis: number): RemoteSamplerConfig | undefined {
  let { endpoint, pollingIntervalMillis, initialSamplingRate } = isXray ? XRAY_DEFAULTS : JAEGER_DEFAULTS;
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const value = part.slice(equals + 1).trim();
    switch (equals < 0 ? '' : part.slice(0, equals).trim()) {
      case 'endpoint':
        if (!isHttpUrl(value)) return undefined;
        endpoint = value;
        break;
      case 'pollingIntervalMs':
        if (isXray) return undefined;
        pollingIntervalMillis = wholeNumber(value);
        break;
      case 'polling_interval':
        if (!isXray) return undefined;
        pollingIntervalMillis = 1000 * wholeNumber(value);
        break;
      case 'initialSamplingRate':
        if (isXray) return undefined;
        initialSamplingRate = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
        break;
      default:
        return undefined;
    }
  }
  const right =
    pollingIntervalMillis >= minMillis &&
    pollingIntervalMillis <= SAMPLER_POLLING_MILLIS_MAX &&
    initialSamplingRate >= 0 &&
    initialSamplingRate <= 1;
  return right ? { endpoint, pollingIntervalMillis, initialSamplingRate } : undefined;
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function isHttpUrl(text: string): boolean {
  return text.length <= URL_LENGTH_MAX && /^https?:\/\/[^\s/]/i.test(text);
}

function endpointOfOption(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isHttpUrl(value)) return value;
  throw new OptionError({
    option: 'sampler.endpoint',
    value: typeof value === 'string' ? quoteUrl(value) : quoteValue(value),
    range: `an http: or https: URL of at most ${URL_LENGTH_MAX} characters`,
    remedy: 'Write http://localhost:5778, for example.',
  });
}
