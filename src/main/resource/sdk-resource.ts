// Resources for code that builds its SDK by hand: @opentelemetry/resources' Resource, with our own defaults and a
// detection that keeps schema URLs. Thread: main. Callers: users through `offloop/sdk`, main/sdk.

import { diag } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { causeOf } from '../lifecycle/diagnostics.js';
import { defaultAttributes } from './default-attributes.js';
import type { ResourceDetector } from './detector.js';

export interface ResourceDetectionConfig {
  detectors?: readonly ResourceDetector[];
}

/** `service.name` and `telemetry.sdk.*`. */
export function defaultResource(): Resource {
  return resourceFromAttributes(defaultAttributes());
}

/** All of them merged, later ones stronger. A detector that throws is a warning, and gives nothing. */
export function detectResources(config: ResourceDetectionConfig = {}): Resource {
  let merged = resourceFromAttributes({});
  for (const detector of config.detectors ?? []) {
    try {
      const { attributes, schemaUrl } = detector.detect(config) ?? {};
      const options = schemaUrl === undefined ? {} : { schemaUrl };
      merged = merged.merge(resourceFromAttributes((attributes ?? {}) as never, options));
    } catch (error) {
      diag.warn(`offloop: a resource detector failed: ${causeOf(error)}`);
    }
  }
  return merged;
}
