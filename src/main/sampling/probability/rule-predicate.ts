// Predicates of rule-based sampling from conditions that can be written in a file: all of them must hold.
// Thread: producer. Callers: config-file/create/create-sampler.ts, users through `offloop/sdk`.
// Specification: declarative configuration, ExperimentalComposableRuleBasedSamplerRule.

import { type AttributeValue, isSpanContextValid, type SpanKind, trace } from '@opentelemetry/api';
import type { SamplingPredicate } from './composable.js';

export interface SamplingRuleConditions {
  /** An attribute that has one of these values; what is no string counts as its text, an array if an item matches. */
  attributeValues?: { key: string; values: readonly string[] };
  /** The same with patterns: `*` is any text, `?` one character. What is excluded does not match, whatever is included. */
  attributePatterns?: { key: string; included?: readonly string[]; excluded?: readonly string[] };
  spanKinds?: readonly SpanKind[];
  parent?: readonly ('none' | 'remote' | 'local')[];
}

/** Without conditions it holds for every span. */
export function createSamplingPredicate(conditions: SamplingRuleConditions): SamplingPredicate {
  const { attributeValues, attributePatterns, spanKinds, parent } = conditions;
  const values = attributeValues && new Set(attributeValues.values);
  const included = attributePatterns?.included ?? ['*'];
  const excluded = attributePatterns?.excluded ?? [];
  const fitsPatterns = (text: string): boolean =>
    included.some((pattern) => matchesWildcard(text, pattern)) &&
    !excluded.some((pattern) => matchesWildcard(text, pattern));

  return function rule(context, _traceId, _spanName, spanKind, attributes) {
    if (spanKinds !== undefined && !spanKinds.includes(spanKind)) return false;
    if (parent !== undefined) {
      const spanContext = trace.getSpanContext(context);
      const isPresent = spanContext !== undefined && isSpanContextValid(spanContext);
      if (!parent.includes(!isPresent ? 'none' : spanContext.isRemote === true ? 'remote' : 'local'))
        return false;
    }
    if (attributeValues !== undefined && values !== undefined) {
      if (!someText(attributes[attributeValues.key], (text) => values.has(text))) return false;
    }
    return attributePatterns === undefined || someText(attributes[attributePatterns.key], fitsPatterns);
  };
}

function someText(value: AttributeValue | undefined, fits: (text: string) => boolean): boolean {
  if (value === undefined || value === null) return false;
  return Array.isArray(value) ? value.some((item) => fits(String(item))) : fits(String(value));
}

/**
 * By hand, not with a regular expression: values come from outside (a URL of kilobytes), and several `*` would let one
 * backtrack for seconds. Here a `*` is only ever extended: length of text times length of pattern at worst.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    if (inPattern < pattern.length && pattern[inPattern] === '*') {
      star = inPattern++;
      afterStar = at;
    } else if (
      inPattern < pattern.length &&
      (pattern[inPattern] === '?' || pattern[inPattern] === text[at])
    ) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++afterStar;
    } else {
      return false;
    }
  }
  while (inPattern < pattern.length && pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
