// service.*: which service, and which instance of it. Thread: main. Callers: detector-registry.ts, users through
// `offloop/sdk`. Specification: semantic conventions, Service; Resource SDK, environment variable.

import { resolveResource } from '../../shared/config/resource-config.js';
import { Settings } from '../../shared/config/settings.js';
import { report } from '../lifecycle/diagnostics.js';
import { randomUuid } from '../trace/ids/entropy.js';
import { type DetectedResource, type ResourceDetector, SEMCONV_SCHEMA_URL } from './detector.js';

/** One for this thread's SDK, however often it is asked: each thread that exports by itself is an instance. */
let instanceId: string | undefined;

export const serviceInstanceIdDetector: ResourceDetector = {
  detect: (): DetectedResource => {
    instanceId ??= randomUuid();
    return { schemaUrl: SEMCONV_SCHEMA_URL, attributes: { 'service.instance.id': instanceId } };
  },
};

/** OTEL_SERVICE_NAME. */
export const serviceNameEnvDetector: ResourceDetector = {
  detect: () => ({
    schemaUrl: SEMCONV_SCHEMA_URL,
    attributes: { ...attributesOf('OTEL_SERVICE_NAME') },
  }),
};

/** OTEL_RESOURCE_ATTRIBUTES: the names are the user's, so no schema is claimed. */
export const resourceAttributesEnvDetector: ResourceDetector = {
  detect: () => ({ attributes: { ...attributesOf('OTEL_RESOURCE_ATTRIBUTES') } }),
};

/** Both variables; the service's name beats the attribute `service.name`. */
export const envDetector: ResourceDetector = {
  detect: () => ({ attributes: { ...attributesOf('OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME') } }),
};

/** The instance's id, and the service's name if a variable has it. */
export const serviceDetector: ResourceDetector = {
  detect: () => ({
    schemaUrl: SEMCONV_SCHEMA_URL,
    attributes: {
      ...serviceInstanceIdDetector.detect().attributes,
      ...serviceNameEnvDetector.detect().attributes,
    },
  }),
};

function attributesOf(...variables: readonly string[]): Readonly<Record<string, string>> {
  const environment = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  const settings = new Settings(environment, 'lenient');
  const { resourceAttributes } = resolveResource(settings, {});
  for (const warning of settings.warnings) report('warn', warning, warning);
  return resourceAttributes;
}
