// Entities that the resource has, from option and variable. Thread: main; caller: resolve.ts.
// Specification: Entities, EnvEntityDetector; Resource SDK, Create (Development). Nothing is there unless one of them is set.

import { OptionError } from '../errors.js';
import {
  ENTITY_COUNT_MAX,
  LIST_VARIABLE_LENGTH_MAX,
  RESOURCE_ATTRIBUTE_COUNT_MAX,
  RESOURCE_KEY_LENGTH_MAX,
  RESOURCE_VALUE_LENGTH_MAX,
  URL_LENGTH_MAX,
} from '../limits.js';
import { lastOfEachType, mergeEntities, withoutAttributeConflicts } from './entity-conflicts.js';
import { parseEntityList } from './entity-list.js';
import type { EntityOptions } from './options.js';
import { quoteText, quoteValue } from './quote.js';
import type { EntityConfig } from './resolved-config.js';
import type { Settings } from './settings.js';

const VARIABLE = 'OTEL_ENTITIES';
const TYPE = /^[a-z][\w.-]*$/i;
const RANGE =
  `an array of at most ${ENTITY_COUNT_MAX} entities { type, id, description, schemaUrl }, each type once, with at least one ` +
  `identifying attribute; ${RESOURCE_ATTRIBUTE_COUNT_MAX} attributes in all, which are texts`;

export function resolveEntities(settings: Settings, option: unknown): EntityConfig[] {
  const ofCode = entitiesOfOption(option);
  const ofVariable = entitiesOfVariable(settings);
  if (ofCode.length === 0 && ofVariable.length === 0) return [];
  const merged = mergeEntities(ofVariable, ofCode);
  const entities = withoutAttributeConflicts(merged, (problem) =>
    settings.warn(`${VARIABLE} or entities ${problem}.`),
  );
  return withinAttributeCount(settings, entities);
}

function entitiesOfVariable(settings: Settings): EntityConfig[] {
  const text = settings.variable(VARIABLE);
  if (text === undefined) return [];
  const warn = (problem: string): void => settings.warn(`${VARIABLE} ${problem}.`);
  if (text.length > LIST_VARIABLE_LENGTH_MAX) {
    warn(`is longer than ${LIST_VARIABLE_LENGTH_MAX} characters; it is ignored`);
    return [];
  }
  return withoutAttributeConflicts(lastOfEachType(parseEntityList(text, warn), warn), warn, true);
}

/** The weakest ones are left out. */
function withinAttributeCount(settings: Settings, entities: readonly EntityConfig[]): EntityConfig[] {
  let count = 0;
  const kept = entities.toReversed().filter(({ id, description }) => {
    count += Object.keys(id).length + Object.keys(description).length;
    return count <= RESOURCE_ATTRIBUTE_COUNT_MAX;
  });
  if (kept.length < entities.length) {
    const types = entities.filter((entity) => !kept.includes(entity)).map(({ type }) => quoteText(type));
    settings.warn(
      `${VARIABLE} has more than ${RESOURCE_ATTRIBUTE_COUNT_MAX} attributes; these entities are skipped: ${types.join(', ')}.`,
    );
  }
  return kept.toReversed();
}

function entitiesOfOption(option: unknown): EntityConfig[] {
  if (option === undefined) return [];
  if (!Array.isArray(option)) return refuse(quoteValue(option));
  if (option.length > ENTITY_COUNT_MAX) return refuse(`an array of ${option.length} entities`);
  const types = new Set<string>();
  return option.map((given: unknown, i) => {
    const entity = entityOf(given) ?? refuse(`an array whose item ${i} is no entity`);
    if (types.has(entity.type)) refuse(`an array that has ${JSON.stringify(entity.type)} twice`);
    types.add(entity.type);
    return entity;
  });
}

function refuse(value: string): never {
  const remedy = "Write entities: [{ type: 'host', id: { 'host.id': 'fdbf79e8' } }].";
  throw new OptionError({ option: 'entities', value, range: RANGE, remedy });
}

/** Undefined: it is none. */
export function entityOf(given: unknown): EntityConfig | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { type, id, description = {}, schemaUrl = '' } = given as Partial<EntityOptions>;
  if (typeof type !== 'string' || !TYPE.test(type) || type.length > RESOURCE_KEY_LENGTH_MAX) return undefined;
  if (typeof schemaUrl !== 'string' || schemaUrl.length > URL_LENGTH_MAX) return undefined;
  if (!isTexts(id) || !isTexts(description) || Object.keys(id).length === 0) return undefined;
  if (Object.keys(description).some((key) => Object.hasOwn(id, key))) return undefined;
  return { type, schemaUrl, id: { ...id }, description: { ...description } };
}

function isTexts(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([key, text]) =>
      key !== '' &&
      key.length <= RESOURCE_KEY_LENGTH_MAX &&
      typeof text === 'string' &&
      text.length <= RESOURCE_VALUE_LENGTH_MAX,
  );
}
