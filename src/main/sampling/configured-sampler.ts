// The sampler that the configuration means: words where they are enough, else a Sampler object. Thread: producer, once
// at start. Caller: runtime.ts.

import type { SamplerConfig } from '../../shared/config/resolved-config.js';
import type { Sampler } from '../sdk/types.js';
import { AlwaysOnWords, createWordSampler, ParentFlagWords, type WordSampler } from '../trace/sampler.js';
import { AlwaysOffSampler } from './always-samplers.js';
import { ParentBasedSampler } from './parent-based-sampler.js';
import { createComposableParentThresholdSampler } from './probability/composable-parent-threshold.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableProbabilitySampler,
} from './probability/composable-samplers.js';
import { CompositeSampler } from './probability/composite-sampler.js';
import { ProbabilitySampler } from './probability/probability-sampler.js';
import { createRemoteSampler, type RemoteSamplerParts } from './remote-sampler.js';
import { asWordSampler } from './word-sampler.js';

/** `words` alone decides on the hot path; a `sampler` wants to be asked, with all it may know of the span. */
export type ConfiguredSampler =
  | { readonly words: WordSampler; readonly sampler?: undefined; readonly stop?: undefined }
  /** `stop`: of one that asks a service. */
  | { readonly words?: undefined; readonly sampler: Sampler; readonly stop?: () => void };

/** `given`: the object among the options of start(), where the configuration's name is `object`. */
export function configuredSampler(
  config: SamplerConfig,
  given: unknown,
  parts: RemoteSamplerParts,
): ConfiguredSampler {
  const named = createWordSampler(config);
  if (named !== undefined) return { words: named };
  const sampler = config.name === 'object' ? (given as Sampler) : namedSampler(config);
  if (sampler === undefined) {
    // A remote sampler whose package is missing: said by then, and the default stands in.
    return createRemoteSampler(config, parts) ?? { words: new ParentFlagWords(new AlwaysOnWords()) };
  }
  const words = asWordSampler(sampler);
  return words === undefined ? { sampler } : { words };
}

/** Undefined: it is a remote one. */
function namedSampler({ name, ratio }: SamplerConfig): Sampler | undefined {
  switch (name) {
    case 'probability':
      return probability(ratio);
    case 'parentbased_probability':
      return new ParentBasedSampler({ root: probability(ratio) });
    case 'composite_always_on':
      return new CompositeSampler(createComposableAlwaysOnSampler());
    case 'composite_always_off':
      return new CompositeSampler(createComposableAlwaysOffSampler());
    case 'composite_probability':
      return new CompositeSampler(createComposableProbabilitySampler(ratio));
    case 'composite_parent_threshold':
      return new CompositeSampler(
        createComposableParentThresholdSampler(createComposableProbabilitySampler(ratio)),
      );
    default:
      return undefined;
  }
}

/** A ratio of 0 is no probability (specification): it keeps nothing. */
function probability(ratio: number): Sampler {
  return ratio === 0 ? new AlwaysOffSampler() : new ProbabilitySampler(ratio);
}
