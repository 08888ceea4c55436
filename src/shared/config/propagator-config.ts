// The propagators. Thread: main; caller: resolve.ts.

import { OptionError } from '../errors.js';
import { LIST_VARIABLE_LENGTH_MAX } from '../limits.js';
import { quoteText, quoteValue } from './quote.js';
import type { PropagatorName } from './resolved-config.js';
import type { Settings } from './settings.js';

export const PROPAGATORS: readonly PropagatorName[] = [
  'tracecontext',
  'baggage',
  'b3',
  'b3multi',
  'jaeger',
  'xray',
  'ottrace',
  'none',
];
const PROPAGATORS_DEFAULT: readonly PropagatorName[] = ['tracecontext', 'baggage'];

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
