// What tells components apart in the SDK's own metrics: their type, and a name that is one of few. Thread: the user's. Callers:
// pipeline-metrics.ts, exporter-attributes.ts, processors/queue/processor-metrics.ts. Semantic conventions: "SDK metrics", otel.component.*.

import type { Attributes } from '@opentelemetry/api';

/** Instances made so far of each component type: names are `<type>/<n>`. */
const instances = new Map<string, number>();

/** Of one more component. */
export function componentAttributes(type: string): Attributes {
  const instance = instances.get(type) ?? 0;
  instances.set(type, instance + 1);
  return { 'otel.component.type': type, 'otel.component.name': `${type}/${instance}` };
}
