// Several entities in one resource: one of each type, and one value for each attribute. Thread: main; caller:
// entities-config.ts. Specification: Resource data model, "Merging Entities into a Resource"; Entity data model, "Merging of
// Entities"; Entity propagation, "Error Handling" (all Development). Lists are in ascending strength.

import type { Warn } from './entity-list.js';
import { quoteText } from './quote.js';
import type { EntityConfig } from './resolved-config.js';

/** Within one variable: of two entities of one type the last one counts. */
export function lastOfEachType(entities: readonly EntityConfig[], warn: Warn): EntityConfig[] {
  const byType = new Map<string, EntityConfig>();
  for (const entity of entities) {
    if (byType.delete(entity.type))
      warn(`has the entity ${quoteText(entity.type)} more than once; the last one is used`);
    byType.set(entity.type, entity);
  }
  return [...byType.values()];
}

/** Equal entities become one, with the stronger one's description above the other; of others the stronger one stays. */
export function mergeEntities(
  weak: readonly EntityConfig[],
  strong: readonly EntityConfig[],
): EntityConfig[] {
  const merged = new Map(strong.map((entity) => [entity.type, entity]));
  const added: EntityConfig[] = [];
  for (const entity of weak) {
    const present = merged.get(entity.type);
    if (present === undefined) added.push(entity);
    else if (isSame(present, entity)) {
      merged.set(entity.type, { ...present, description: { ...entity.description, ...present.description } });
    }
  }
  return [...added, ...merged.values()];
}

function isSame(a: EntityConfig, b: EntityConfig): boolean {
  const keys = Object.keys(a.id);
  return (
    a.schemaUrl === b.schemaUrl &&
    keys.length === Object.keys(b.id).length &&
    keys.every((key) => a.id[key] === b.id[key])
  );
}

/**
 * An attribute belongs to the strongest entity that has it. Of others with another value the entity is left out; within one
 * variable (`isOneVariable`) only what describes them is.
 */
export function withoutAttributeConflicts(
  entities: readonly EntityConfig[],
  warn: Warn,
  isOneVariable = false,
): EntityConfig[] {
  const taken = new Map<string, string>();
  const kept: EntityConfig[] = [];
  const conflicts = ([key, value]: readonly [string, string]): boolean =>
    taken.has(key) && taken.get(key) !== value;
  for (const { id, description, ...entity } of entities.toReversed()) {
    const name = `the entity ${quoteText(entity.type)}`;
    const [ids, descriptions] = [Object.entries(id), Object.entries(description)];
    const lost = (isOneVariable ? ids : [...ids, ...descriptions]).find(conflicts);
    if (lost !== undefined) {
      warn(`has another value for ${quoteText(lost[0])} of ${name}; the entity is skipped`);
      continue;
    }
    for (const [key] of descriptions.filter(conflicts)) {
      warn(`has another value for ${quoteText(key)} of ${name}; it is skipped there`);
    }
    const own = descriptions.filter((pair) => !conflicts(pair));
    for (const [key, value] of [...ids, ...own]) taken.set(key, value);
    kept.unshift({ ...entity, id, description: Object.fromEntries(own) });
  }
  return kept;
}
