// A Resource of OTel JS with entities. Thread: main. Caller: sdk-resource.ts; users through its detectResources.
// Specification: Resource data model, "Merging Entities into a Resource"; Resource SDK, retrieval (Development).

import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { mergeEntities, withoutAttributeConflicts } from '../../shared/config/entity-conflicts.js';
import type { EntityConfig } from '../../shared/config/resolved-config.js';
import { report } from '../lifecycle/diagnostics.js';
import { attributesOfEntity, schemaUrlOfEntities, withoutContradicted } from './resource-entities.js';

type RawAttributes = ReturnType<Resource['getRawAttributes']>;

export class EntityResource implements Resource {
  readonly entities: readonly EntityConfig[];
  /** Attributes that belong to no entity, and such as entities have taken over. */
  readonly #loose: Resource;

  constructor(loose: Resource, entities: readonly EntityConfig[]) {
    this.#loose = loose;
    this.entities = entities;
  }

  /**
   * Entities of `old` stay, and those of `updating` come to them; an attribute of `updating` that belongs to no entity ends one
   * that it contradicts.
   */
  static merge(old: Resource, updating: Resource): Resource {
    const looseOfUpdating = looseOf(updating);
    const kept = withoutContradicted(entitiesOf(old), knownAttributes(looseOfUpdating));
    const merged = withoutAttributeConflicts(mergeEntities(entitiesOf(updating), kept), (problem) =>
      report('warn', 'entities', `the resource ${problem}`),
    );
    const loose = looseOf(old).merge(looseOfUpdating);
    return merged.length === 0 ? loose : new EntityResource(loose, merged);
  }

  /** Without its entities, if it has some. */
  static looseOf(resource: Resource): Resource {
    return resource instanceof EntityResource ? resource.#loose : resource;
  }

  get attributes(): Attributes {
    return { ...this.#loose.attributes, ...this.#ofEntities };
  }

  get unassociatedAttributes(): Attributes {
    const ofEntities = this.#ofEntities;
    const entries = Object.entries(this.#loose.attributes).filter(([key]) => !Object.hasOwn(ofEntities, key));
    return Object.fromEntries(entries);
  }

  /** Empty = none. */
  get schemaUrl(): string {
    return schemaUrlOfEntities(this.entities) ?? '';
  }

  get asyncAttributesPending(): boolean {
    return this.#loose.asyncAttributesPending === true;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#loose.waitForAsyncAttributes?.();
  }

  /** The first one of equal keys counts. */
  getRawAttributes(): RawAttributes {
    return [...(Object.entries(this.#ofEntities) as RawAttributes), ...this.#loose.getRawAttributes()];
  }

  merge(other: Resource | null): Resource {
    return other === null || other === undefined ? this : EntityResource.merge(this, other);
  }

  get #ofEntities(): Record<string, string> {
    return Object.fromEntries(this.entities.flatMap(attributesOfEntity));
  }
}

function looseOf(resource: Resource): Resource {
  return EntityResource.looseOf(resource);
}

function entitiesOf(resource: Resource): readonly EntityConfig[] {
  return resource instanceof EntityResource ? resource.entities : [];
}

/** What is promised for later is not compared. */
function knownAttributes(resource: Resource): [string, never][] {
  return resource
    .getRawAttributes()
    .filter(([, value]) => typeof (value as PromiseLike<unknown> | undefined)?.then !== 'function')
    .toReversed() as [string, never][];
}
