// Attribute objects of 0 to 32 keys, written out as literals: that is how applications build them, and an object filled
// key by key costs several times as much, which would hide what recording costs. Called by tasks/growth.ts.

import type { Attributes } from '@opentelemetry/api';
import type { SpanValues } from './values.ts';

export type BuildAttributes = (values: SpanValues) => Attributes;

/** By number of attributes; strings, ids, ints and bools in turn. */
export const ATTRIBUTE_LITERALS: ReadonlyMap<number, BuildAttributes> = new Map<number, BuildAttributes>([
  [0, () => ({})],
  [
    1,
    (values) => ({
      'app.attribute.0': values.route,
    }),
  ],
  [
    2,
    (values) => ({
      'app.attribute.0': values.route,
      'app.attribute.1': values.user,
    }),
  ],
  [
    4,
    (values) => ({
      'app.attribute.0': values.route,
      'app.attribute.1': values.user,
      'app.attribute.2': values.status,
      'app.attribute.3': values.hit,
    }),
  ],
  [
    8,
    (values) => ({
      'app.attribute.0': values.route,
      'app.attribute.1': values.user,
      'app.attribute.2': values.status,
      'app.attribute.3': values.hit,
      'app.attribute.4': values.route,
      'app.attribute.5': values.user,
      'app.attribute.6': values.status,
      'app.attribute.7': values.hit,
    }),
  ],
  [
    16,
    (values) => ({
      'app.attribute.0': values.route,
      'app.attribute.1': values.user,
      'app.attribute.2': values.status,
      'app.attribute.3': values.hit,
      'app.attribute.4': values.route,
      'app.attribute.5': values.user,
      'app.attribute.6': values.status,
      'app.attribute.7': values.hit,
      'app.attribute.8': values.route,
      'app.attribute.9': values.user,
      'app.attribute.10': values.status,
      'app.attribute.11': values.hit,
      'app.attribute.12': values.route,
      'app.attribute.13': values.user,
      'app.attribute.14': values.status,
      'app.attribute.15': values.hit,
    }),
  ],
  [
    32,
    (values) => ({
      'app.attribute.0': values.route,
      'app.attribute.1': values.user,
      'app.attribute.2': values.status,
      'app.attribute.3': values.hit,
      'app.attribute.4': values.route,
      'app.attribute.5': values.user,
      'app.attribute.6': values.status,
      'app.attribute.7': values.hit,
      'app.attribute.8': values.route,
      'app.attribute.9': values.user,
      'app.attribute.10': values.status,
      'app.attribute.11': values.hit,
      'app.attribute.12': values.route,
      'app.attribute.13': values.user,
      'app.attribute.14': values.status,
      'app.attribute.15': values.hit,
      'app.attribute.16': values.route,
      'app.attribute.17': values.user,
      'app.attribute.18': values.status,
      'app.attribute.19': values.hit,
      'app.attribute.20': values.route,
      'app.attribute.21': values.user,
      'app.attribute.22': values.status,
      'app.attribute.23': values.hit,
      'app.attribute.24': values.route,
      'app.attribute.25': values.user,
      'app.attribute.26': values.status,
      'app.attribute.27': values.hit,
      'app.attribute.28': values.route,
      'app.attribute.29': values.user,
      'app.attribute.30': values.status,
      'app.attribute.31': values.hit,
    }),
  ],
]);
