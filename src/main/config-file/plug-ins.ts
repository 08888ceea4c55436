// Parts of a configuration file that are not built in: whoever brings one registers it under its type and name before telemetry
// starts. Thread: main. Callers: users through `offloop/sdk`, create*.ts. Specification: Configuration SDK, "Register
// PluginComponentProvider".

import { OptionError } from '../../shared/errors.js';
import { causeOf } from '../lifecycle/diagnostics.js';
import type { Component, ComponentType } from './model.js';
import { refuse } from './schema.js';

export interface PluginComponentProvider {
  /** `span_processor`, `span_exporter`, `sampler`, `id_generator`, `propagator` or `resource_detector`. */
  readonly type: ComponentType;
  /** As in the file: the one name of the map. */
  readonly name: string;
  /** Gets what the file has under the name, references replaced; null if that is empty. What it throws stops `start()`. */
  create(properties: unknown): unknown;
}

const providers = new Map<string, PluginComponentProvider>();
const NAMES_MAX = 256;

/** Throws if there is one of this type and name already. */
export function registerPluginComponentProvider(provider: PluginComponentProvider): void {
  const key = keyOf(provider);
  const refusal = { option: 'plugInComponentProvider', value: JSON.stringify(key) };
  if (providers.has(key)) {
    const remedy = 'Register it once, or under another name.';
    throw new OptionError({ ...refusal, range: 'a type and name that is not registered yet', remedy });
  }
  if (providers.size >= NAMES_MAX) {
    const remedy = 'Register fewer.';
    throw new OptionError({ ...refusal, range: `one of at most ${NAMES_MAX} providers`, remedy });
  }
  providers.set(key, provider);
}

/** Throws a ConfigFileError if nobody has registered it, or it fails. */
export function createPlugIn(component: Component, builtIn: readonly string[]): unknown {
  const { type, name, properties, place } = component;
  const provider = providers.get(keyOf(component));
  if (provider === undefined) {
    return refuse(place, {
      value: `a ${type} that nobody has registered`,
      range: `one of ${builtIn.join(', ')}, or of a plug-in`,
      remedy: `Correct the name, or register ${name} with registerPluginComponentProvider before start().`,
    });
  }
  try {
    return provider.create(properties);
  } catch (error) {
    return refuse(place, {
      value: `a ${type} that fails (${causeOf(error)})`,
      range: 'one that can be created',
      remedy: `See the plug-in ${name}.`,
    });
  }
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}:${name}`;
}
