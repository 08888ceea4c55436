// The application's TracerConfigurator: which scopes' tracers record. Thread: producer. Callers: sdk/basic-tracer-provider.ts;
// runtime.ts, where spans go straight to the rings. Specification: Trace SDK, "TracerConfigurator".

import type { Attributes } from '@opentelemetry/api';
import type { ScopeFields } from '../../shared/codec/blobs.js';
import { plainValue } from '../sdk/attribute-bag.js';
import type { Scope, TracerConfigurator } from '../sdk/types.js';
import type { PlugInErrors } from './plug-in-errors.js';

/** A configurator that throws leaves the tracer on. */
export function isScopeOn(
  configurator: TracerConfigurator | undefined,
  scope: Scope,
  errors: PlugInErrors,
): boolean {
  try {
    return configurator?.(scope)?.enabled !== false;
  } catch (error) {
    errors.report('TracerConfigurator', configurator, 'call', error);
    return true;
  }
}

/** For scopes as the arena has them. Undefined: all are on. */
export function scopeSwitch(
  configurator: TracerConfigurator | undefined,
  errors: PlugInErrors,
): ((scope: ScopeFields) => boolean) | undefined {
  if (configurator === undefined) return undefined;
  return (fields) => isScopeOn(configurator, scopeOf(fields), errors);
}

function scopeOf({ name, version, schemaUrl, attributes }: ScopeFields): Scope {
  const plain: Attributes = Object.fromEntries(attributes.map(([key, value]) => [key, plainValue(value)]));
  return {
    name,
    ...(version === '' ? undefined : { version }),
    ...(schemaUrl === '' ? undefined : { schemaUrl }),
    ...(attributes.length === 0 ? undefined : { attributes: plain }),
  };
}
