// Entities among the attributes of a resource. Thread: main. Callers: process-resource.ts, plug-ins/runtime-resource.ts.
// Specification: Resource data model, "Merging Entities into a Resource"; Resource SDK, retrieval (Development).

import type { AnyValue } from '../../shared/codec/any-value.js';
import type { EntityRef } from '../../shared/codec/entity-refs.js';
import { entityOf } from '../../shared/config/entities-config.js';
import type { EntityConfig } from '../../shared/config/resolved-config.js';
import { ENTITY_COUNT_MAX } from '../../shared/limits.js';
import { report } from '../lifecycle/diagnostics.js';

type Attributes = Iterable<readonly [string, AnyValue]>;

/** Those of a detector or Resource of others that are entities, and whose attributes are there: `has` tells. */
export function foreignEntities(given: unknown, has: (key: string) => boolean): EntityConfig[] {
  if (!Array.isArray(given)) return [];
  return given
    .slice(0, ENTITY_COUNT_MAX)
    .map((entity: unknown) => entityOf(entity))
    .filter((entity) => entity !== undefined)
    .filter((entity) => attributesOfEntity(entity).every(([key]) => has(key)));
}

export function attributesOfEntity({ id, description }: EntityConfig): [string, string][] {
  return [...Object.entries(id), ...Object.entries(description)];
}

/**
 * Without those that a stronger attribute, which belongs to no entity, contradicts: what such an entity says is in an unknown
 * state. The weaker attributes are then what they would be without it.
 */
export function withoutContradicted(entities: readonly EntityConfig[], stronger: Attributes): EntityConfig[] {
  if (entities.length === 0) return [];
  const values = new Map(stronger);
  return entities.filter((entity) => {
    const conflict = attributesOfEntity(entity).find(
      ([key, value]) => values.has(key) && values.get(key) !== value,
    );
    if (conflict === undefined) return true;
    const { type } = entity;
    report(
      'warn',
      `entity ${type}`,
      `the entity ${type} is left out: ${conflict[0]} has another value in code or variables`,
    );
    return false;
  });
}

/** Undefined: there are no entities, and the attributes' own schema counts. */
export function schemaUrlOfEntities(entities: readonly EntityConfig[]): string | undefined {
  const [first] = entities;
  if (first === undefined) return undefined;
  return entities.every(({ schemaUrl }) => schemaUrl === first.schemaUrl) ? first.schemaUrl : '';
}

export function entityRefsOf(entities: readonly EntityConfig[]): EntityRef[] {
  return entities.map(({ type, schemaUrl, id, description }) => ({
    schemaUrl,
    type,
    idKeys: Object.keys(id),
    descriptionKeys: Object.keys(description),
  }));
}
