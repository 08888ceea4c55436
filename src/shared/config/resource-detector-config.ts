// Which resource detectors run. Thread: main; caller: resolve.ts. Objects among them only the main thread can hold: here
// they are looked at, and left to main/resource.

import { OptionError } from '../errors.js';
import { LIST_VARIABLE_LENGTH_MAX, RESOURCE_DETECTOR_COUNT_MAX } from '../limits.js';
import type { StartOptions } from './options.js';
import { quoteText, quoteValue } from './quote.js';
import type { ResolvedConfig, ResourceDetectorName } from './resolved-config.js';
import type { Settings } from './settings.js';

const DETECTORS: readonly ResourceDetectorName[] = [
  'service',
  'host',
  'process',
  'container',
  'env',
  'os',
  'serviceinstance',
];
const DETECTORS_DEFAULT: readonly ResourceDetectorName[] = ['service', 'host', 'process'];
/** `all`: the other names are parts of these. */
const DETECTORS_ALL: readonly ResourceDetectorName[] = [...DETECTORS_DEFAULT, 'container'];

const VARIABLE = 'OTEL_NODE_RESOURCE_DETECTORS';

type DetectorConfig = Pick<ResolvedConfig, 'resourceDetectors' | 'processCommandArgs'>;

export function resolveResourceDetectors(settings: Settings, options: Partial<StartOptions>): DetectorConfig {
  const { resourceDetectors, processCommandArgs } = options;
  return {
    resourceDetectors:
      resourceDetectors === undefined ? namesOfVariable(settings) : namesOfOption(resourceDetectors),
    processCommandArgs: settings.boolean(
      'processCommandArgs',
      ['OFFLOOP_PROCESS_COMMAND_ARGS'],
      processCommandArgs,
    ),
  };
}

/** Unknown and duplicate names are reported, as the specification wants it, and left out. */
function namesOfVariable(settings: Settings): readonly ResourceDetectorName[] {
  const text = settings.variable(VARIABLE)?.slice(0, LIST_VARIABLE_LENGTH_MAX);
  if (text === undefined) return DETECTORS_DEFAULT;
  const words = text.split(',').map((word) => word.trim());
  const names = new Set<ResourceDetectorName>();
  const refused = new Set<string>();
  for (const word of words) {
    const lower = word.toLowerCase();
    if (lower === '' || lower === 'all' || lower === 'none') continue;
    const name = DETECTORS.find((detector) => detector === lower);
    if (name === undefined || names.has(name)) refused.add(word);
    else names.add(name);
  }
  if (refused.size > 0) {
    settings.warnVariable({
      option: VARIABLE,
      value: quoteText([...refused].join(',')),
      range: `a list of ${DETECTORS.join(', ')} without duplicates, all, or none`,
      remedy: 'What is not one of them, or comes again, is ignored.',
    });
  }
  const isWord = (wanted: string): boolean => words.some((word) => word.toLowerCase() === wanted);
  if (isWord('none')) return [];
  if (isWord('all')) return DETECTORS_ALL;
  return names.size === 0 ? DETECTORS_DEFAULT : [...names];
}

function namesOfOption(option: unknown): readonly ResourceDetectorName[] {
  const range = `an array of at most ${RESOURCE_DETECTOR_COUNT_MAX}: ${DETECTORS.join(', ')}, or objects with detect()`;
  const refuse = (value: string): never => {
    const remedy = "Write resourceDetectors: ['service', 'host', 'process'].";
    throw new OptionError({ option: 'resourceDetectors', value, range, remedy });
  };
  if (!Array.isArray(option)) return refuse(quoteValue(option));
  if (option.length > RESOURCE_DETECTOR_COUNT_MAX) return refuse(`an array of ${option.length}`);
  const names = new Set<ResourceDetectorName>();
  for (const entry of option) {
    if (isDetectorObject(entry)) continue;
    if (!DETECTORS.includes(entry)) refuse(`an array with ${quoteValue(entry)}`);
    if (names.has(entry)) refuse(`an array with ${quoteValue(entry)} twice`);
    names.add(entry);
  }
  return [...names];
}

export function isDetectorObject(entry: unknown): boolean {
  try {
    return typeof (entry as { detect?: unknown } | null | undefined)?.detect === 'function';
  } catch {
    return false;
  }
}
