// EnvEntityDetector: what OTEL_ENTITIES says. Thread: main. Callers: users through `offloop/sdk`; start() reads the variable itself.
// Specification: Entity propagation, "EnvEntityDetector" (Development).

import { resolveEntities } from '../../shared/config/entities-config.js';
import { Settings } from '../../shared/config/settings.js';
import { report } from '../lifecycle/diagnostics.js';
import type { DetectedResource, ResourceDetector } from './detector.js';
import { attributesOfEntity, schemaUrlOfEntities } from './resource-entities.js';

export const envEntityDetector: ResourceDetector = {
  detect: (): DetectedResource => {
    const settings = new Settings({ OTEL_ENTITIES: process.env.OTEL_ENTITIES }, 'lenient');
    const entities = resolveEntities(settings, undefined);
    for (const warning of settings.warnings) report('warn', warning.slice(0, 48), warning);
    const schemaUrl = schemaUrlOfEntities(entities);
    const attributes = Object.fromEntries(entities.flatMap(attributesOfEntity));
    return { attributes, entities, ...(schemaUrl ? { schemaUrl } : {}) };
  },
};
