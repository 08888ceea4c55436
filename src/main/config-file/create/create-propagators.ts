// Propagators of a configuration file: names of the built-in ones, objects of plug-ins. Thread: main, at start. Caller: create.ts.
// Schema: propagator.composite and .composite_list, the entries of the list after the others, each once.

import type { TextMapPropagator } from '@opentelemetry/api';
import { PROPAGATORS } from '../../../shared/config/propagator-config.js';
import type { PropagatorName } from '../../../shared/config/resolved-config.js';
import type { Place } from '../config-file-error.js';
import type { Component, ConfigurationModel } from '../model.js';
import { createPlugIn } from '../plug-ins.js';
import { withMethod } from './create-sampler.js';

export type PropagatorEntry = PropagatorName | TextMapPropagator;

const BUILT_IN = PROPAGATORS.filter((name) => name !== 'none');

export function createPropagators(
  { propagator }: ConfigurationModel,
  placeOf: (path: string) => Place,
): PropagatorEntry[] {
  const entries = new Map<string, PropagatorEntry>();
  for (const component of propagator?.composite ?? []) {
    if (!entries.has(component.name)) entries.set(component.name, entryOf(component));
  }
  for (const text of (propagator?.composite_list ?? '').split(',')) {
    const written = text.trim();
    const name = isBuiltIn(written.toLowerCase()) ? written.toLowerCase() : written;
    if (name === '' || entries.has(name)) continue;
    if (name.toLowerCase() === 'none') return ['none'];
    const place = placeOf('propagator.composite_list');
    entries.set(name, entryOf({ type: 'propagator', name, properties: null, place }));
  }
  return [...entries.values()];
}

function entryOf(component: Component): PropagatorEntry {
  if (isBuiltIn(component.name)) return component.name;
  const made = createPlugIn(component, BUILT_IN);
  withMethod(component, made, 'inject');
  withMethod(component, made, 'fields');
  return withMethod<TextMapPropagator>(component, made, 'extract');
}

function isBuiltIn(name: string): name is PropagatorName {
  return (BUILT_IN as readonly string[]).includes(name);
}
