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
 * An attribute belongs to the strongest entity that has it: others with another value lose it from their description, and are
 * left out if it identifies them.
 */
export function withoutAttributeConflicts(entities: readonly EntityConfig[], warn: Warn): EntityConfig[] {
  const taken = new Map<string, string>();
  const kept: EntityConfig[] = [];
  const conflicts = (key: string, value: string): boolean => taken.has(key) && taken.get(key) !== value;
  for (const entity of entities.toReversed()) {
    const name = `the entity ${quoteText(entity.type)}`;
    const lost = Object.entries(entity.id).find(([key, value]) => conflicts(key, value));
    if (lost !== undefined) {
      warn(`has another value for ${quoteText(lost[0])}, which identifies ${name}; it is skipped`);
      continue;
    }
    const description = Object.entries(entity.description).filter(([key, value]) => {
      if (!conflicts(key, value)) return true;
      warn(`has another value for ${quoteText(key)} of ${name}; it is skipped there`);
      return false;
    });
    for (const [key, value] of [...Object.entries(entity.id), ...description]) taken.set(key, value);
    kept.unshift({ ...entity, description: Object.fromEntries(description) });
  }
  return kept;
}
