// Resources for code that builds its SDK by hand: @opentelemetry/resources' Resource, with our own defaults and a
// detection that keeps schema URLs. Thread: main. Callers: users through `offloop/sdk`, main/sdk.

import { diag } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { causeOf } from '../lifecycle/diagnostics.js';
import { defaultAttributes } from './default-attributes.js';
import type { ResourceDetector, ResourceEntity } from './detector.js';
import { EntityResource } from './entity-resource.js';
import { attributesOfEntity, foreignEntities } from './resource-entities.js';

export interface ResourceDetectionConfig {
  detectors?: readonly ResourceDetector[];
}

/** `service.name` and `telemetry.sdk.*`. */
export function defaultResource(): Resource {
  return resourceFromAttributes(defaultAttributes());
}

/** All of them merged, later ones stronger. A detector that throws is a warning, and gives nothing. */
export function detectResources(config: ResourceDetectionConfig = {}): Resource {
  let merged: Resource = resourceFromAttributes({});
  for (const detector of config.detectors ?? []) {
    try {
      const { attributes = {}, schemaUrl, entities: given } = detector.detect(config) ?? {};
      const options = schemaUrl === undefined ? {} : { schemaUrl };
      const entities = foreignEntities(given, (key) => Object.hasOwn(attributes, key));
      const found =
        entities.length === 0
          ? resourceFromAttributes(attributes as never, options)
          : new EntityResource(resourceFromAttributes(unassociated(attributes, entities) as never), entities);
      merged = entities.length === 0 ? merged.merge(found) : EntityResource.merge(merged, found);
    } catch (error) {
      diag.warn(`offloop: a resource detector failed: ${causeOf(error)}`);
    }
  }
  return merged;
}

function unassociated(attributes: object, entities: readonly ResourceEntity[]): object {
  const associated = new Set(entities.flatMap(attributesOfEntity).map(([key]) => key));
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !associated.has(key)));
}
