// The sampler and its argument. Thread: main; caller: resolve.ts.

import { OptionError } from '../errors.js';
import { PROBABILITY_MIN } from '../limits.js';
import { optionGroup } from './option-group.js';
import type { SamplerObject, SamplerOptions } from './options.js';
import { resolveRemoteSampler } from './remote-sampler-config.js';
import type { SamplerConfig, SamplerName } from './resolved-config.js';
import type { Settings } from './settings.js';

const SAMPLERS: readonly SamplerName[] = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'probability',
  'parentbased_probability',
  'composite_always_on',
  'composite_always_off',
  'composite_probability',
  'composite_parent_threshold',
  'jaeger_remote',
  'parentbased_jaeger_remote',
  'xray',
];
const SAMPLER_DEFAULT: SamplerName = 'parentbased_always_on';

/** What their argument is; the other ones take none. */
const ARGUMENTS: Partial<Record<SamplerName, 'ratio' | 'probability' | 'remote'>> = {
  traceidratio: 'ratio',
  parentbased_traceidratio: 'ratio',
  probability: 'probability',
  parentbased_probability: 'probability',
  composite_probability: 'probability',
  composite_parent_threshold: 'probability',
  jaeger_remote: 'remote',
  parentbased_jaeger_remote: 'remote',
  xray: 'remote',
};

const SAMPLER_OPTION_NAMES: Readonly<Record<keyof SamplerOptions, true>> = {
  name: true,
  ratio: true,
  endpoint: true,
  pollingIntervalMillis: true,
  initialSamplingRate: true,
};

export function resolveSampler(
  settings: Settings,
  option: SamplerOptions | SamplerObject | undefined,
): SamplerConfig {
  if (isSamplerObject(option)) return { name: 'object', ratio: 1 };
  const given = optionGroup<SamplerOptions>(settings, 'sampler', option, SAMPLER_OPTION_NAMES);
  // A sampler in code replaces the variables' one as a whole: the argument of one does not fit the other.
  const inCode = option !== undefined;
  const chosen = settings.choiceIfGiven(
    'sampler.name',
    inCode ? [] : ['OTEL_TRACES_SAMPLER'],
    inCode ? (given.name ?? null) : undefined,
    SAMPLERS,
  );
  const name = chosen ?? SAMPLER_DEFAULT;
  const argument = ARGUMENTS[name];
  if (argument === 'remote') {
    return { name, ratio: 1, remote: resolveRemoteSampler(settings, name === 'xray', given, inCode) };
  }
  // The ratio of a sampler in code is checked also where the sampler has none: it may be meant for another name.
  if (argument === undefined && !inCode) return { name, ratio: 1 };
  const ratio = settings.ratio('sampler.ratio', inCode ? [] : ['OTEL_TRACES_SAMPLER_ARG'], given.ratio, 1);
  if (argument === 'probability' && ratio > 0 && ratio < PROBABILITY_MIN) {
    return { name, ratio: refusedProbability(settings, inCode, ratio) };
  }
  return { name, ratio };
}

function isSamplerObject(option: unknown): option is SamplerObject {
  try {
    return typeof (option as Partial<SamplerObject> | null | undefined)?.shouldSample === 'function';
  } catch {
    return false;
  }
}

function refusedProbability(settings: Settings, inCode: boolean, ratio: number): number {
  const details = {
    option: inCode ? 'sampler.ratio' : 'OTEL_TRACES_SAMPLER_ARG',
    value: String(ratio),
    range: '0, or a number from 2^-56 to 1',
    remedy: 'A smaller share cannot be kept with 56 bits of randomness; use 0 to keep nothing.',
  };
  if (inCode) throw new OptionError(details);
  settings.warnVariable(details);
  return 1;
}
