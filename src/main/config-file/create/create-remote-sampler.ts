// Jaeger's remote sampler in a configuration file, as the options that start() has for it: it comes from a package of its own.
// Thread: main, at start. Caller: create.ts.

import type { SamplerOptions } from '../../../shared/config/options.js';
import type { Component, JaegerRemoteModel, ParentBasedModel } from '../model.js';
import { refuse } from '../schema.js';

const JAEGER = 'jaeger_remote/development';

/** Undefined: another sampler. */
export function remoteSamplerOptions(component: Component): SamplerOptions | undefined {
  if (component.name === JAEGER) return optionsOf('jaeger_remote', component);
  if (component.name !== 'parent_based') return undefined;
  const { root, ...delegates } = (component.properties ?? {}) as ParentBasedModel;
  if (root?.name !== JAEGER || Object.keys(delegates).length > 0) return undefined;
  return optionsOf('parentbased_jaeger_remote', root);
}

function optionsOf(name: SamplerOptions['name'], component: Component): SamplerOptions {
  const model = component.properties as JaegerRemoteModel;
  return {
    name,
    endpoint: model.endpoint,
    initialSamplingRate: rateOf(model.initial_sampler),
    ...(typeof model.interval === 'number' ? { pollingIntervalMillis: model.interval } : {}),
  };
}

/** The package takes a ratio only. */
function rateOf({ name, properties, place }: Component): number {
  if (name === 'always_on') return 1;
  if (name === 'always_off') return 0;
  if (name === 'trace_id_ratio_based') return (properties as { ratio?: number | null } | null)?.ratio ?? 1;
  return refuse(place, {
    value: `the initial sampler ${name}`,
    range: 'one of always_on, always_off, trace_id_ratio_based',
    remedy: 'Use one of them until the first answer.',
  });
}
