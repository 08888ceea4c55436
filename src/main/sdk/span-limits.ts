// Limits as the TracerProvider takes them -> complete ones. Thread: producer, once per provider. Caller:
// tracer-provider.ts. Unlike start(), a constructor does not throw for a wrong number: OpenTelemetry JS's does not.
// Specification: Trace SDK, "Span Limits"; Common, "Attribute Limits". 0 is a limit like any other.

import type { SpanLimits } from '../../shared/config/resolved-config.js';
import {
  ATTRIBUTE_DEPTH_DEFAULT,
  ATTRIBUTE_DEPTH_MAX,
  COUNT_LIMIT_DEFAULT,
  VALUE_LENGTH_UNLIMITED,
} from '../../shared/limits.js';
import { report } from '../lifecycle/diagnostics.js';
import type { SpanLimitsOptions } from './types.js';

export function completeSpanLimits(given: SpanLimitsOptions | undefined): SpanLimits {
  const limit = (name: keyof SpanLimitsOptions, otherwise: number): number => {
    const value: unknown = given?.[name];
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'number' && value >= 0) return Math.floor(value);
    report('warn', `limit ${name}`, `spanLimits.${name} is no number from 0 on; ${otherwise} is used`);
    return otherwise;
  };
  return {
    attributeCountLimit: limit('attributeCountLimit', COUNT_LIMIT_DEFAULT),
    attributeValueLengthLimit: limit('attributeValueLengthLimit', VALUE_LENGTH_UNLIMITED),
    // A deeper value would use up the stack.
    attributeDepthLimit: Math.min(limit('attributeDepthLimit', ATTRIBUTE_DEPTH_DEFAULT), ATTRIBUTE_DEPTH_MAX),
    eventCountLimit: limit('eventCountLimit', COUNT_LIMIT_DEFAULT),
    linkCountLimit: limit('linkCountLimit', COUNT_LIMIT_DEFAULT),
    attributePerEventCountLimit: limit('attributePerEventCountLimit', COUNT_LIMIT_DEFAULT),
    attributePerLinkCountLimit: limit('attributePerLinkCountLimit', COUNT_LIMIT_DEFAULT),
  };
}
