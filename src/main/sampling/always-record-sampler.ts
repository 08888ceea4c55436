// Lets processors see every span, and exporters only what another sampler keeps. Thread: producer.
// Callers: users through `offloop/sdk`. Specification: Trace SDK, "AlwaysRecord".

import { OptionError } from '../../shared/errors.js';
import { type Sampler, SamplingDecision } from '../sdk/types.js';

/** The delegate's decisions, with record-only in place of drop. */
export function createAlwaysRecordSampler(delegate: Sampler): Sampler {
  if (!delegate) {
    throw new OptionError({
      option: 'createAlwaysRecordSampler.delegate',
      value: String(delegate),
      range: 'a sampler',
      remedy: 'Give the sampler whose decisions shall hold for exporters.',
    });
  }
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = delegate.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (result.decision !== SamplingDecision.NOT_RECORD) return result;
      return { ...result, decision: SamplingDecision.RECORD };
    },
    toString: () => `AlwaysRecordSampler{${delegate.toString()}}`,
  };
}
