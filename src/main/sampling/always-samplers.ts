// The samplers that never look at a span. Thread: producer. Callers: users through `offloop/sdk`, parent-based-sampler.ts.
// Specification: Trace SDK, "AlwaysOn", "AlwaysOff" (descriptions word for word).

import { type Sampler, SamplingDecision, type SamplingResult } from '../sdk/types.js';

/** Samples every span. */
export class AlwaysOnSampler implements Sampler {
  shouldSample(): SamplingResult {
    return { decision: SamplingDecision.RECORD_AND_SAMPLED };
  }

  toString(): string {
    return 'AlwaysOnSampler';
  }
}

/** Samples no span. */
export class AlwaysOffSampler implements Sampler {
  shouldSample(): SamplingResult {
    return { decision: SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return 'AlwaysOffSampler';
  }
}
