// The composable samplers that need no parent: always on, always off, probability, rule based, annotating.
// Thread: producer. Callers: users through `offloop/sdk`, configured-sampler.ts.
// Specification: Trace SDK, "Built-in ComposableSamplers".

import type { Attributes } from '@opentelemetry/api';
import { causeOf, report } from '../../lifecycle/diagnostics.js';
import {
  type ComposableSampler,
  checkComposable,
  KEEP_ALL,
  KEEP_NONE,
  ofTraceOnly,
  type SamplingRule,
} from './composable.js';
import { PRECISION_DEFAULT, thresholdOf, thresholdText } from './threshold.js';

const ALWAYS_ON = ofTraceOnly({
  getSamplingIntent: () => KEEP_ALL,
  toString: () => 'ComposableAlwaysOnSampler',
});

const ALWAYS_OFF = ofTraceOnly({
  getSamplingIntent: () => KEEP_NONE,
  toString: () => 'ComposableAlwaysOffSampler',
});

export function createComposableAlwaysOnSampler(): ComposableSampler {
  return ALWAYS_ON;
}

export function createComposableAlwaysOffSampler(): ComposableSampler {
  return ALWAYS_OFF;
}

/**
 * Keeps a share of the traces: 2^-56 to 1, or 0, which is always off. Throws an OptionError for anything else.
 * `precision`: see ProbabilitySampler.
 */
export function createComposableProbabilitySampler(
  ratio: number,
  precision: number = PRECISION_DEFAULT,
): ComposableSampler {
  if (ratio === 0) return ALWAYS_OFF;
  const threshold = thresholdOf(ratio, precision);
  const intent = Object.freeze({ threshold, thresholdReliable: true });
  const description = `ComposableProbabilitySampler(threshold=${thresholdText(threshold)}, ratio=${ratio})`;
  return ofTraceOnly({ getSamplingIntent: () => intent, toString: () => description });
}

/** The sampler of the first rule whose predicate holds; none of them, and the span is dropped. */
export function createComposableRuleBasedSampler(rules: SamplingRule[]): ComposableSampler {
  const own = rules.map(([predicate, sampler]) => ({ predicate, sampler }));
  for (const { sampler } of own) checkComposable(sampler, 'createComposableRuleBasedSampler.rules');
  return {
    getSamplingIntent(...parameters) {
      for (const { predicate, sampler } of own) {
        let holds = false;
        try {
          holds = predicate(...parameters);
        } catch (error) {
          // A rule that fails does not apply; the next ones may.
          report('error', 'sampling rule', `a rule's predicate failed: ${causeOf(error)}`);
        }
        if (holds) return sampler.getSamplingIntent(...parameters);
      }
      return KEEP_NONE;
    },
    toString() {
      const texts = own.map(({ predicate, sampler }) => `(${predicate.name || '(anonymous)'}, ${sampler})`);
      return `ComposableRuleBasedSampler([${texts.join(', ')}])`;
    },
  };
}

/** The delegate's intent, with attributes for the spans that are kept; they win over the delegate's. */
export function createComposableAnnotatingSampler(
  delegate: ComposableSampler,
  attributes: Attributes,
): ComposableSampler {
  checkComposable(delegate, 'createComposableAnnotatingSampler.delegate');
  const own = Object.freeze({ ...attributes });
  return {
    getSamplingIntent(...parameters) {
      const intent = delegate.getSamplingIntent(...parameters);
      return {
        ...intent,
        attributes: intent.attributes === undefined ? own : { ...intent.attributes, ...own },
      };
    },
    toString: () => `ComposableAnnotatingSampler(${delegate}, attributes)`,
  };
}
