// Sampler and propagators: the two settings that name parts of the SDK. Thread: main; caller: resolve.ts.

import { OptionError } from '../errors.js';
import { LIST_VARIABLE_LENGTH_MAX } from '../limits.js';
import { optionGroup } from './option-group.js';
import type { SamplerOptions } from './options.js';
import { quoteText, quoteValue } from './quote.js';
import type { PropagatorName, ResolvedConfig, SamplerName } from './resolved-config.js';
import type { Settings } from './settings.js';

const SAMPLERS: readonly SamplerName[] = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];
const PROPAGATORS: readonly PropagatorName[] = ['tracecontext', 'baggage', 'none'];
const PROPAGATORS_DEFAULT: readonly PropagatorName[] = ['tracecontext', 'baggage'];

const SAMPLER_OPTION_NAMES: Readonly<Record<keyof SamplerOptions, true>> = { name: true, ratio: true };

export function resolveSampler(
  settings: Settings,
  option: SamplerOptions | undefined,
): ResolvedConfig['sampler'] {
  const given = optionGroup(settings, 'sampler', option, SAMPLER_OPTION_NAMES);
  // A sampler in code replaces the variables' one as a whole: the argument of one does not fit the other.
  if (option !== undefined) {
    const name = settings.choiceIfGiven('sampler.name', [], given.name ?? null, SAMPLERS);
    return {
      name: name ?? 'parentbased_always_on',
      ratio: settings.ratio('sampler.ratio', [], given.ratio, 1),
    };
  }
  const name = settings.choiceIfGiven('sampler.name', ['OTEL_TRACES_SAMPLER'], undefined, SAMPLERS);
  const takesRatio = name === 'traceidratio' || name === 'parentbased_traceidratio';
  return {
    name: name ?? 'parentbased_always_on',
    ratio: takesRatio ? settings.ratio('sampler.ratio', ['OTEL_TRACES_SAMPLER_ARG'], undefined, 1) : 1,
  };
}

/** Each once, in the order given; `['none']` if there shall be none. */
export function resolvePropagators(settings: Settings, option: unknown): readonly PropagatorName[] {
  if (option !== undefined) return propagatorsOfOption(option);
  const variable = 'OTEL_PROPAGATORS';
  const text = settings.variable(variable)?.slice(0, LIST_VARIABLE_LENGTH_MAX);
  if (text === undefined) return PROPAGATORS_DEFAULT;
  const names = new Set<PropagatorName>();
  const unknown = new Set<string>();
  for (const part of text.split(',')) {
    const word = part.trim();
    if (word === '') continue;
    const name = PROPAGATORS.find((propagator) => propagator === word.toLowerCase());
    if (name === undefined) unknown.add(word);
    else names.add(name);
  }
  if (unknown.size > 0) {
    settings.warnVariable({
      option: variable,
      value: quoteText([...unknown].join(',')),
      range: `a list of ${PROPAGATORS.join(', ')}`,
      remedy: 'What is not one of them is ignored.',
    });
  }
  if (names.size === 0) return PROPAGATORS_DEFAULT;
  return names.has('none') ? ['none'] : [...names];
}

function propagatorsOfOption(option: unknown): readonly PropagatorName[] {
  const range = `an array of ${PROPAGATORS.join(', ')}`;
  const remedy = "Write propagators: ['tracecontext', 'baggage'].";
  if (!Array.isArray(option)) {
    throw new OptionError({ option: 'propagators', value: quoteValue(option), range, remedy });
  }
  const names = new Set<PropagatorName>();
  for (const name of option) {
    if (!PROPAGATORS.includes(name)) {
      throw new OptionError({
        option: 'propagators',
        value: `an array with ${quoteValue(name)}`,
        range,
        remedy,
      });
    }
    names.add(name);
  }
  return names.size === 0 || names.has('none') ? ['none'] : [...names];
}
