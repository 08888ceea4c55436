// Service name and resource attributes from options and variables. Thread: main; caller: resolve.ts.
// Code beats variables; OTEL_SERVICE_NAME beats `service.name` in OTEL_RESOURCE_ATTRIBUTES.

import { OptionError } from '../errors.js';
import {
  LIST_VARIABLE_LENGTH_MAX,
  RESOURCE_ATTRIBUTE_COUNT_MAX,
  RESOURCE_KEY_LENGTH_MAX,
  RESOURCE_VALUE_LENGTH_MAX,
  SERVICE_NAME_LENGTH_MAX,
} from '../limits.js';
import { isBadMember, parseAttributeList } from './key-value-list.js';
import type { StartOptions } from './options.js';
import { quoteText, quoteValue } from './quote.js';
import type { ResolvedConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

const SERVICE_NAME = 'service.name';
const RANGE =
  `at most ${RESOURCE_ATTRIBUTE_COUNT_MAX} keys of 1 to ${RESOURCE_KEY_LENGTH_MAX} characters ` +
  `with string values of at most ${RESOURCE_VALUE_LENGTH_MAX}`;

type ResourceConfig = Pick<ResolvedConfig, 'serviceName' | 'resourceAttributes' | 'resourceAttributesOfCode'>;

/** Where a service name is known, it also is the attribute `service.name`. */
export function resolveResource(settings: Settings, options: Partial<StartOptions>): ResourceConfig {
  const fromVariable = attributesOfVariable(settings);
  const fromCode = attributesOfOption(options.resourceAttributes);
  const attributes = new Map([...fromVariable, ...fromCode]);
  if (attributes.size > RESOURCE_ATTRIBUTE_COUNT_MAX) {
    settings.warn(
      `OTEL_RESOURCE_ATTRIBUTES and the options together are not ${RANGE}; the variable is ignored.`,
    );
    for (const key of fromVariable.keys()) if (!fromCode.has(key)) attributes.delete(key);
  }
  const nameInCode =
    settings.text('serviceName', [], options.serviceName, SERVICE_NAME_LENGTH_MAX) ??
    fromCode.get(SERVICE_NAME);
  if (nameInCode !== undefined) fromCode.set(SERVICE_NAME, nameInCode);
  const serviceName =
    nameInCode ??
    settings.text('serviceName', ['OTEL_SERVICE_NAME'], undefined, SERVICE_NAME_LENGTH_MAX) ??
    attributes.get(SERVICE_NAME);
  if (serviceName !== undefined) attributes.set(SERVICE_NAME, serviceName);
  return {
    serviceName,
    resourceAttributes: Object.fromEntries(attributes),
    resourceAttributesOfCode: Object.fromEntries(fromCode),
  };
}

/** Any error discards the whole variable, as the specification wants it. */
function attributesOfVariable(settings: Settings): Map<string, string> {
  const variable = 'OTEL_RESOURCE_ATTRIBUTES';
  const attributes = new Map<string, string>();
  const text = settings.variable(variable);
  if (text === undefined) return attributes;
  const discard = (problem: string): Map<string, string> => {
    settings.warn(
      `${variable} ${problem}; all of it is ignored. Write key=value,key=value, percent-encoded.`,
    );
    return new Map();
  };
  if (text.length > LIST_VARIABLE_LENGTH_MAX) {
    return discard(`is longer than ${LIST_VARIABLE_LENGTH_MAX} characters`);
  }
  for (const member of parseAttributeList(text)) {
    if (isBadMember(member))
      return discard(`has a member, ${quoteText(member.key)}, which ${member.problem}`);
    const problem = attributeProblem(member.key, member.value);
    if (problem !== undefined) return discard(`has a member, ${quoteText(member.key)}, which ${problem}`);
    attributes.set(member.key, member.value);
    if (attributes.size > RESOURCE_ATTRIBUTE_COUNT_MAX) {
      return discard(`has more than ${RESOURCE_ATTRIBUTE_COUNT_MAX} members`);
    }
  }
  return attributes;
}

function attributesOfOption(option: unknown): Map<string, string> {
  const attributes = new Map<string, string>();
  if (option === undefined) return attributes;
  const refuse = (value: string): never => {
    const remedy = "Write resourceAttributes: { 'deployment.environment.name': 'test' }.";
    throw new OptionError({ option: 'resourceAttributes', value, range: `an object of ${RANGE}`, remedy });
  };
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    return refuse(quoteValue(option));
  const entries = Object.entries(option);
  if (entries.length > RESOURCE_ATTRIBUTE_COUNT_MAX) return refuse(`an object of ${entries.length} keys`);
  for (const [key, value] of entries) {
    const problem = attributeProblem(key, value);
    if (problem !== undefined) refuse(`an object in which ${quoteText(key)} ${problem}`);
    attributes.set(key, value as string);
  }
  return attributes;
}

function attributeProblem(key: string, value: unknown): string | undefined {
  if (key === '') return 'is no key';
  if (key.length > RESOURCE_KEY_LENGTH_MAX) return `is longer than ${RESOURCE_KEY_LENGTH_MAX} characters`;
  if (typeof value !== 'string') return `has a value of type ${typeof value}`;
  if (value.length > RESOURCE_VALUE_LENGTH_MAX) {
    return `has a value longer than ${RESOURCE_VALUE_LENGTH_MAX} characters`;
  }
  return undefined;
}
