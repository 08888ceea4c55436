// Limits of one span (Tracing SDK: Span Limits; Common: Attribute Limits). Thread: main; caller: resolve.ts.
// A span's own variable beats the general one.

import {
  ATTRIBUTE_DEPTH_DEFAULT,
  ATTRIBUTE_DEPTH_MAX,
  ATTRIBUTE_DEPTH_MIN,
  COUNT_LIMIT_DEFAULT,
  COUNT_LIMIT_MAX,
  VALUE_LENGTH_LIMIT_MAX,
  VALUE_LENGTH_UNLIMITED,
} from '../limits.js';
import { optionGroup } from './option-group.js';
import type { SpanLimits } from './resolved-config.js';
import type { Settings } from './settings.js';

const SPAN_LIMIT_NAMES: Readonly<Record<keyof SpanLimits, true>> = {
  attributeCountLimit: true,
  attributeValueLengthLimit: true,
  attributeDepthLimit: true,
  eventCountLimit: true,
  linkCountLimit: true,
  attributePerEventCountLimit: true,
  attributePerLinkCountLimit: true,
};

export function resolveSpanLimits(settings: Settings, option: Partial<SpanLimits> | undefined): SpanLimits {
  const given: Partial<SpanLimits> = optionGroup<Partial<SpanLimits>>(
    settings,
    'spanLimits',
    option,
    SPAN_LIMIT_NAMES,
  );
  const count = (name: keyof SpanLimits, variables: readonly string[]): number =>
    settings.integer(
      { option: `spanLimits.${name}`, variables, min: 0, max: COUNT_LIMIT_MAX },
      given[name],
      COUNT_LIMIT_DEFAULT,
    );
  // The SDK writes "no limit" as Infinity.
  const length = given.attributeValueLengthLimit;
  return {
    attributeCountLimit: count('attributeCountLimit', [
      'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_ATTRIBUTE_COUNT_LIMIT',
    ]),
    attributeValueLengthLimit: Math.min(
      VALUE_LENGTH_UNLIMITED,
      settings.integer(
        {
          option: 'spanLimits.attributeValueLengthLimit',
          variables: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
          min: 0,
          max: VALUE_LENGTH_LIMIT_MAX,
          unit: 'characters, or bytes of a byte array',
        },
        length === Number.POSITIVE_INFINITY ? VALUE_LENGTH_UNLIMITED : length,
        VALUE_LENGTH_UNLIMITED,
      ),
    ),
    attributeDepthLimit: settings.integer(
      {
        option: 'spanLimits.attributeDepthLimit',
        variables: [],
        min: ATTRIBUTE_DEPTH_MIN,
        max: ATTRIBUTE_DEPTH_MAX,
      },
      given.attributeDepthLimit,
      ATTRIBUTE_DEPTH_DEFAULT,
    ),
    eventCountLimit: count('eventCountLimit', ['OTEL_SPAN_EVENT_COUNT_LIMIT']),
    linkCountLimit: count('linkCountLimit', ['OTEL_SPAN_LINK_COUNT_LIMIT']),
    // The longer names are those of OpenTelemetry JS before 2.0.
    attributePerEventCountLimit: count('attributePerEventCountLimit', [
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
    ]),
    attributePerLinkCountLimit: count('attributePerLinkCountLimit', [
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
    ]),
  };
}
